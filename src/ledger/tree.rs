//! The Merkle tree over records (RFC 9162 §2.1.1), built as it grows.

use crate::primitives::Digest;

/// The tree of the records so far. Holds one digest for each set bit of its size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// Roots of the perfect subtrees, largest first.
    peaks: Vec<Digest>,
}

impl Tree {
    /// The tree of no records.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            size: 0,
            peaks: Vec::new(),
        }
    }

    /// Adds a record by SHA-256 of its `record.json`; that digest is the leaf's data.
    pub fn push(&mut self, record: &Digest) {
        self.push_data(&record.0);
    }

    fn push_data(&mut self, data: &[u8]) {
        let mut node = Digest::of_parts(&[&[0x00], data]);
        let mut filled = self.size;
        while filled & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                node = interior(&left, &node);
            }
            filled >>= 1;
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// Records in the tree.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root; of no records, SHA-256 of nothing.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.peaks
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| interior(&left, &right))
            .unwrap_or_else(|| Digest::of(&[]))
    }
}

fn interior(left: &Digest, right: &Digest) -> Digest {
    Digest::of_parts(&[&[0x01], &left.0, &right.0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 9162 §2.1.1 as it is written there.
    fn by_definition(leaves: &[Vec<u8>]) -> Digest {
        match leaves {
            [] => Digest::of(&[]),
            [one] => Digest::of_parts(&[&[0x00], one]),
            many => {
                let split = many.len().next_power_of_two() / 2;
                let (left, right) = many.split_at(split);
                interior(&by_definition(left), &by_definition(right))
            }
        }
    }

    /// Leaves and roots of certificate-transparency's `merkle_tree_test.cc` (Apache-2.0).
    const LEAVES: [&str; 8] = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn the_roots_are_those_of_certificate_transparency() {
        let mut tree = Tree::empty();
        for (leaf, root) in LEAVES.iter().zip(ROOTS) {
            tree.push_data(&crate::primitives::bytes::from_hex(leaf).unwrap());
            assert_eq!(tree.root().to_string(), root);
        }
        assert_eq!(tree.size(), 8);
    }

    #[test]
    fn the_root_of_nothing_is_the_digest_of_nothing() {
        assert_eq!(
            Tree::empty().root().to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn growing_and_the_definition_agree(
            leaves in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..70)
        ) {
            let mut tree = Tree::empty();
            for leaf in &leaves {
                tree.push_data(leaf);
            }
            prop_assert_eq!(tree.root(), by_definition(&leaves));
            prop_assert!(tree.peaks.len() <= 7);
        }
    }
}
