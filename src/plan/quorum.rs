//! Whether the people there are can hold a ceremony: somebody runs it, and others watch.

use super::Policy;
use super::Role;

/// Why no ceremony could ever meet its quorum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoQuorum {
    /// Nobody may run a ceremony.
    NoOperator,
    /// Too few people to watch an operator, who cannot be a witness at the same time.
    TooFewWitnesses {
        /// Witnesses that the people there are can give.
        found: usize,
        /// Witnesses wanted.
        wanted: u32,
    },
}

/// Whether people with these roles can meet every quorum of `policy`.
///
/// # Errors
/// [`NoQuorum`] with what is missing.
pub fn can_meet(people: &[&[Role]], policy: &Policy) -> Result<(), NoQuorum> {
    let has = |roles: &&&[Role], role: Role| roles.contains(&role);
    let operators: Vec<&&[Role]> = people
        .iter()
        .filter(|roles| has(roles, Role::Operator))
        .collect();
    if operators.is_empty() {
        return Err(NoQuorum::NoOperator);
    }
    let witnesses = people
        .iter()
        .filter(|roles| has(roles, Role::Witness))
        .count();
    // Whoever runs a ceremony does not witness it.
    let one_is_busy = operators.iter().all(|roles| has(roles, Role::Witness));
    let found = witnesses.saturating_sub(usize::from(one_is_busy));
    let wanted = policy.most_witnesses();
    if usize::try_from(wanted).is_ok_and(|wanted| found < wanted) {
        return Err(NoQuorum::TooFewWitnesses { found, wanted });
    }
    Ok(())
}

impl NoQuorum {
    /// What is missing, in words.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::NoOperator => "nobody could run a ceremony any more".to_owned(),
            Self::TooFewWitnesses { found, wanted } => format!(
                "the policy asks for {wanted} beside the operator, and {found} could be there"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_who_is_the_only_witness_watches_nobody() {
        let policy = Policy::default();
        let (op, w) = (&[Role::Operator][..], &[Role::Witness][..]);
        let both = &[Role::Operator, Role::Witness][..];
        let few = |found| Err(NoQuorum::TooFewWitnesses { found, wanted: 1 });
        assert_eq!(can_meet(&[op, w], &policy), Ok(()));
        assert_eq!(can_meet(&[both, w], &policy), Ok(()));
        assert_eq!(can_meet(&[both, op], &policy), Ok(()));
        assert_eq!(can_meet(&[both, both], &policy), Ok(()));
        assert_eq!(can_meet(&[both], &policy), few(0));
        assert_eq!(can_meet(&[op, op], &policy), few(0));
        assert_eq!(can_meet(&[w, w], &policy), Err(NoQuorum::NoOperator));
    }
}
