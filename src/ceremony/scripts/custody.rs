//! Scripts about bags: opened, closed anew, moved, reviewed.

use super::last_steps::AGREED;
use super::last_steps::SIGNED;
use super::last_steps::THE_RECORD;
use crate::ceremony::script::Activity;
use crate::ceremony::script::Script;
use crate::ceremony::script::Step;
use crate::ceremony::script::Who;

const NEEDS: &str =
    "The operator and as many witnesses as the policy asks; each with the key they sign with.";

/// A bag is opened.
pub const CUSTODY_OPEN: Script = Script {
    name: "custody-open",
    version: 1,
    title: "A bag is opened",
    purpose: "A key is taken out of its bag: in an incident, for a drill, to look at it, to move it. \
              In an incident nobody waits for this: the inside sheet says how to sign in, and the \
              record is written afterwards, with the time at which the bag was opened.",
    needs: &[
        NEEDS,
        "The bag, closed; afterwards, what is remembered of it. Neither tenant nor key is asked.",
    ],
    steps: &[
        Step {
            title: "The bag of {}: read while it is closed, then opened",
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
                Activity::new(Who::Operator, "Opens the bag, and says why in a sentence.")
                    .aloud("why"),
            ],
        },
        AGREED,
        SIGNED,
    ],
};

/// A key is put into a new bag.
pub const CUSTODY_SEAL: Script = Script {
    name: "custody-seal",
    version: 2,
    title: "A key is put into a new bag",
    purpose: "A key that was taken out of its bag goes into a new one. It shows that it is the key of \
              its record with PIN and touch; after an incident, and after a holder of its PIN left, \
              it gets a new PIN first.",
    needs: &[
        NEEDS,
        "The key, a new bag with a number, the PIN envelope, and a new one.",
    ],
    steps: &[
        Step {
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
        },
        Step {
            title: "The PIN: a new one, where that is due",
            activities: &[Activity::new(
                Who::Custodian,
                "Where a new PIN is due: opens the PIN envelope, types the old one once and the new \
                 one twice, and writes it on a new sheet; nobody looks.",
            )],
        },
        Step {
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
                    "Makes 12 fresh words with `glasskey sign --nonce`.",
                )
                .aloud("12 words"),
            ],
        },
        Step {
            title: "The statement: read aloud, then signed by the key itself",
            activities: &[
                Activity::new(Who::All, "Compare the digest's words.").aloud("digest, in words"),
                Activity::new(
                    Who::Custodian,
                    "Opens the PIN envelope, if it is closed still, once the words agree, and types the PIN; \
                     nobody looks.",
                ),
                Activity::new(Who::Operator, "Touches the key: it signs the statement."),
            ],
        },
        Step {
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
                Activity::new(Who::Custodian, "Seals the PIN sheet in its new envelope."),
            ],
        },
        THE_RECORD,
    ],
};

/// A closed bag is put elsewhere.
pub const CUSTODY_MOVE: Script = Script {
    name: "custody-move",
    version: 1,
    title: "A closed bag is put into another safe",
    purpose: "A bag goes from safe to safe, or from shelf to shelf, and stays closed. The plan says \
              where each key lies: it is changed first.",
    needs: &[
        NEEDS,
        "The bag, closed; both safes; the plan with the new place in it.",
    ],
    steps: &[
        Step {
            title: "The bag of {}: read, and put into its new place",
            activities: &[
                Activity::new(Who::SafeController, "Takes the bag from its safe."),
                Activity::new(
                    Who::Witness,
                    "Reads its number and looks whether it is whole.",
                )
                .aloud("bag number, and whether it is whole"),
                Activity::new(
                    Who::Program,
                    "Compares it with the last record; stops where it is not the same.",
                ),
                Activity::new(
                    Who::SafeController,
                    "Puts it into its new place; both initial both inventories.",
                )
                .aloud("safe, shelf"),
            ],
        },
        AGREED,
        SIGNED,
    ],
};

/// An incident is reviewed.
pub const CUSTODY_REVIEW: Script = Script {
    name: "custody-review",
    version: 1,
    title: "An incident is reviewed",
    purpose: "A bag was opened in an incident. Within 5 days somebody looks at what was done with the \
              key and says so.",
    needs: &[
        NEEDS,
        "The sign-in log and the audit log of the tenant, from the time of the opening on.",
    ],
    steps: &[
        Step {
            title: "The incident: what {} was used for",
            activities: &[
                Activity::new(
                    Who::Operator,
                    "Reads each sign-in of the account, and each change that was made in it.",
                ),
                Activity::new(
                    Who::Operator,
                    "Says what the key was used for, and what the review found.",
                )
                .aloud("use, findings"),
            ],
        },
        AGREED,
        SIGNED,
    ],
};
