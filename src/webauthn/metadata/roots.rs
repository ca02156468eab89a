//! The roots that FIDO's own metadata BLOB is signed under.

/// GlobalSign Root R3 (the root until 2026-08-21) and Root R46 (since then), as DER.
///
/// They are data: an auditor may trust others, or fewer.
#[must_use]
pub const fn fido_roots() -> [&'static [u8]; 2] {
    [
        include_bytes!("roots/globalsign-root-r3.der"),
        include_bytes!("roots/globalsign-root-r46.der"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Digest;

    #[test]
    fn the_roots_carried_are_the_published_ones() {
        assert_eq!(
            fido_roots().map(|der| Digest::of(der).to_string()),
            [
                "cbb522d7b7f127ad6a0113865bdf1cd4102e7d0759af635a7cf4720dc963c53b",
                "4fa3126d8d3a11d1c4855a4f807cbad6cf919d3a5a88b03bea2c6372d93c40c9",
            ]
        );
    }
}
