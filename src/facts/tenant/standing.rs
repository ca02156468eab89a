//! What one account is and may: its roles, units, methods of every kind, passes.

/// What one account is and may: its roles, units, methods of every kind, passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its alias in the plan.
    pub alias: String,
}
