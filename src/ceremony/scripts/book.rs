//! Scripts about the book itself: how it begins, who may sign, which policy holds.

use crate::ceremony::script::Activity;
use crate::ceremony::script::Script;
use crate::ceremony::script::Step;
use crate::ceremony::script::Who;

/// What is stated is shown, compared and agreed to.
const READ: Activity = Activity::new(
    Who::Operator,
    "Reads every sentence of the statement aloud; all compare with what they want.",
);
const WORDS: Activity = Activity::new(
    Who::All,
    "Compare the digest's words with those on their own screens, where they have them.",
)
.aloud("digest, in words");
const AGREE: Activity = Activity::new(Who::Operator, "Agrees at the terminal, or declines.");
const SIGN: Activity = Activity::new(
    Who::Operator,
    "Signs with their own key: touch and PIN where it is a security key.",
);
const WITNESS: Activity = Activity::new(
    Who::Witness,
    "Signs here, or on a machine of their own with `glasskey sign`.",
);
const APPEND: Activity = Activity::new(
    Who::Program,
    "Verifies each signature as a stranger would, appends the record, writes the checkpoint.",
);

/// The book begins.
pub const GENESIS: Script = Script {
    name: "genesis",
    version: 1,
    title: "The book begins",
    purpose: "The first record of a book: who may sign, in which roles, by which policy. It is the \
              root of all that follows, so its digest belongs on paper that everyone signs in ink.",
    needs: &[
        "The operator, and as many witnesses as the policy asks; each with the key they sign with.",
        "A plan (`glasskey.toml`) that the linter finds nothing wrong with.",
    ],
    steps: &[
        Step {
            title: "The plan: what this book is for",
            activities: &[
                Activity::new(
                    Who::Operator,
                    "Reads accounts, keys, safes and people of the plan aloud.",
                ),
                Activity::new(
                    Who::All,
                    "Compare: each person's ref, roles and the fingerprint of their key.",
                )
                .aloud("key fingerprints"),
            ],
        },
        Step {
            title: "The statement: read aloud, and agreed",
            activities: &[READ, WORDS, AGREE],
        },
        Step {
            title: "The record: signed and appended",
            activities: &[
                SIGN,
                WITNESS,
                APPEND,
                Activity::new(
                    Who::All,
                    "Write SHA-256 of the first record on paper, and sign that in ink.",
                )
                .aloud("SHA-256 of record 000000"),
            ],
        },
    ],
};

/// Who may sign changes.
pub const PEOPLE: Script = Script {
    name: "people",
    version: 1,
    title: "Who may sign changes",
    purpose: "Somebody comes, goes, or signs with another key. The quorum that counted before signs \
              it; the new roster counts from the next record on.",
    needs: &[
        "The operator and as many witnesses as the policy in force asks; each with their key.",
        "Who comes, or has a new key: for one signature on trial.",
    ],
    steps: &[
        Step {
            title: "The change: {}",
            activities: &[
                Activity::new(
                    Who::Operator,
                    "Reads the change aloud as the screen shows it.",
                )
                .aloud("ref, roles, key fingerprint"),
                Activity::new(
                    Who::Newcomer,
                    "Signs a text on trial, so that a key that cannot is not put on the roster.",
                ),
            ],
        },
        Step {
            title: "The statement: read aloud, and agreed",
            activities: &[READ, WORDS, AGREE],
        },
        Step {
            title: "The record: signed by those who counted before",
            activities: &[
                SIGN,
                WITNESS,
                Activity::new(
                    Who::Program,
                    "Waits in open/ until everyone who is expected has signed record and roster.",
                ),
                APPEND,
                Activity::new(
                    Who::Custodian,
                    "Where a holder of a PIN envelope leaves: changes that PIN, and reseals.",
                ),
            ],
        },
    ],
};

/// The policy changes.
pub const POLICY: Script = Script {
    name: "policy",
    version: 1,
    title: "The policy changes",
    purpose: "The policy of the plan is taken into the ledger. The quorum that counted before signs \
              it; the new policy counts from the next record on.",
    needs: &[
        "The operator and as many witnesses as the policy in force asks; each with their key.",
    ],
    steps: &[
        Step {
            title: "The change: {}",
            activities: &[Activity::new(
                Who::Operator,
                "Reads each setting that changes, old and new, and says why.",
            )
            .aloud("settings")],
        },
        Step {
            title: "The statement: read aloud, and agreed",
            activities: &[READ, WORDS, AGREE],
        },
        Step {
            title: "The record: signed by those who counted before",
            activities: &[
                SIGN,
                WITNESS,
                Activity::new(
                    Who::Program,
                    "Waits in open/ until everyone who is expected has signed.",
                ),
                APPEND,
            ],
        },
    ],
};
