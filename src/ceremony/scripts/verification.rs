//! The script of a verification, and its steps, which one with a sign-in has too.

use super::last_steps::THE_RECORD;
use crate::ceremony::script::Activity;
use crate::ceremony::script::Script;
use crate::ceremony::script::Step;
use crate::ceremony::script::Who;

/// A key is verified every quarter, and sealed anew (DESIGN §5).
pub const VERIFICATION: Script = Script {
    name: "verification",
    version: 2,
    title: "A key is verified, and sealed anew",
    purpose: "Every quarter, and after a change of staff or subscription, each key shows that it is the \
              one of its record, alive, unlocked, still registered and allowed.",
    needs: &[
        "The operator and as many witnesses as the policy asks; each with the key they sign with.",
        "The bag with the key, a new bag with a number; at L1 the PIN envelope, and a new one.",
        "Sign-in to the tenant, to read. Tell those who watch for sign-ins before you begin.",
    ],
    steps: &[
        THE_BAG,
        THE_TENANT,
        THE_RECORDED_KEY,
        BAG_AND_WITNESSES,
        THE_STATEMENT,
        THE_NEW_BAG,
        THE_RECORD,
    ],
};

pub(super) const THE_BAG: Step = Step {
    title: "The bag: read while it is closed, then opened",
    activities: &[
        Activity::new(Who::SafeController, "Takes the bag from its safe."),
        Activity::new(
            Who::Witness,
            "Reads its number and looks whether it was opened, before it is.",
        )
        .aloud("bag number, and whether it is whole"),
        Activity::new(
            Who::Program,
            "Compares it with the last record; what differs is explained in a sentence.",
        ),
        Activity::new(Who::Operator, "Opens the bag."),
    ],
};

pub(super) const THE_TENANT: Step = Step {
    title: "The tenant: is all as it should be for {}?",
    activities: &[
        Activity::new(
            Who::Program,
            "Asks the tenant all that `glasskey check` asks.",
        ),
        Activity::new(
            Who::Operator,
            "Reads what fails or is unknown; it is recorded, and stops nothing.",
        ),
    ],
};

pub(super) const THE_RECORDED_KEY: Step = Step {
    title: "The key: {} in the hand, and no other",
    activities: &[
        Activity::new(
            Who::Operator,
            "Plugs in the key, and no other security key.",
        ),
        Activity::new(
            Who::Program,
            "Holds it against its record, by a silent signature where it gives one, before PIN \
                     and touch.",
        ),
    ],
};

pub(super) const BAG_AND_WITNESSES: Step = Step {
    title: "The bag and the witnesses",
    activities: &[
        Activity::new(
            Who::Operator,
            "Reads the number of the new bag and types it.",
        )
        .aloud("bag number"),
        Activity::new(Who::Witness, "Reads it from the bag; it is typed again.")
            .aloud("bag number"),
        Activity::new(
            Who::Witness,
            "Makes 12 fresh words with `glasskey sign --nonce`; not at L0.",
        )
        .aloud("12 words"),
    ],
};

pub(super) const THE_STATEMENT: Step = Step {
    title: "The statement: read aloud, then signed by the key itself",
    activities: &[
        Activity::new(Who::All, "Compare the digest's words.").aloud("digest, in words"),
        Activity::new(
            Who::Custodian,
            "Opens the PIN envelope once the words agree, and types the PIN; nobody looks. At L0 it \
             stays closed.",
        ),
        Activity::new(
            Who::Operator,
            "Touches the key: it signs the statement. At L0 it signs nothing.",
        ),
    ],
};

/// As [`THE_STATEMENT`], where the PIN envelope is open already.
pub(super) const THE_STATEMENT_WITH_PIN: Step = Step {
    title: THE_STATEMENT.title,
    activities: &[
        Activity::new(Who::All, "Compare the digest's words.").aloud("digest, in words"),
        Activity::new(
            Who::Custodian,
            "Types the PIN once the words agree; nobody looks.",
        ),
        Activity::new(Who::Operator, "Touches the key: it signs the statement."),
    ],
};

pub(super) const THE_NEW_BAG: Step = Step {
    title: "The bag: key and inside sheet, closed in sight of all",
    activities: &[
        Activity::new(
            Who::Operator,
            "Puts key and inside sheet into the bag and closes it.",
        ),
        Activity::new(
            Who::All,
            "See it closed; the operator says so at the terminal.",
        )
        .aloud("bag number"),
        Activity::new(
            Who::Custodian,
            "Seals the PIN sheet in its new envelope; not at L0.",
        ),
    ],
};
