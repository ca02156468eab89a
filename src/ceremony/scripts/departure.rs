//! Scripts of keys that go: lost, or taken out of use.

use crate::ceremony::script::Activity;
use crate::ceremony::script::Script;
use crate::ceremony::script::Step;
use crate::ceremony::script::Who;

const WHAT_IS_LEFT: Step = Step {
    title: "What is left without {}",
    activities: &[
        Activity::new(
            Who::Program,
            "Shows which accounts can be opened now, which without the key, and what a further \
             loss would do.",
        ),
        Activity::new(
            Who::Operator,
            "Reads it. Where the account is left without a way in: types its alias, or stops.",
        )
        .aloud("accounts that can be opened"),
    ],
};

const SIGNS: Activity = Activity::new(
    Who::Operator,
    "Signs with their own key: touch and PIN where it is a security key.",
);
const WITNESS: Activity = Activity::new(
    Who::Witness,
    "Signs here, or on a machine of their own with `glasskey sign`.",
);
const APPENDS: Activity = Activity::new(
    Who::Program,
    "Verifies each signature as a stranger would, appends the record, writes the checkpoint.",
);

/// A key is lost.
pub const LOSS: Script = Script {
    name: "loss",
    version: 1,
    title: "A key is lost",
    purpose: "A key is gone, or may have been in strange hands. The tenant lets go of it at once; no \
              quorum is waited for. Then the log is read, and the loss is recorded. Without the tenant \
              it is recorded all the same, and the key is revoked by the same command later on.",
    needs: &[
        "The operator; as many witnesses as the policy asks for a loss may sign later.",
        "Sign-in to the tenant, and the right to delete a key of the account and to end its sessions.",
    ],
    steps: &[
        WHAT_IS_LEFT,
        Step {
            title: "The tenant: it lets go of the key of {}",
            activities: &[
                Activity::new(
                    Who::Program,
                    "Deletes the key's method, once, and reads back until it is gone.",
                ),
                Activity::new(
                    Who::Program,
                    "Ends every sign-in of the account, and reads that back.",
                ),
                Activity::new(
                    Who::Program,
                    "Leaves the last key that is proven as it is: another comes first.",
                ),
            ],
        },
        Step {
            title: "The log: what {} did since the key was last seen",
            activities: &[
                Activity::new(
                    Who::Operator,
                    "Reads every sign-in that is shown, and says whose it was.",
                )
                .aloud("sign-ins, and whose"),
                Activity::new(
                    Who::All,
                    "Where one is nobody's: call the security desk before going on.",
                ),
            ],
        },
        Step {
            title: "The statement: read aloud, and agreed",
            activities: &[
                Activity::new(
                    Who::Operator,
                    "Reads every sentence of the statement aloud.",
                ),
                Activity::new(Who::All, "Compare the digest's words.").aloud("digest, in words"),
                Activity::new(Who::Operator, "Agrees at the terminal, or declines."),
            ],
        },
        Step {
            title: "The record: signed and appended",
            activities: &[
                SIGNS,
                WITNESS,
                APPENDS,
                Activity::new(
                    Who::SafeController,
                    "Changes the combination of the safe it was in, if it may be known.",
                ),
            ],
        },
    ],
};

/// A key is taken out of use.
pub const RETIREMENT: Script = Script {
    name: "retirement",
    version: 1,
    title: "A key is taken out of use",
    purpose: "A key is worn, recalled or no longer needed. The tenant lets go of it; the key signs a \
              last time and is erased. Its label is never used again.",
    needs: &[
        "The operator and as many witnesses as the policy asks; each with the key they sign with.",
        "The bag with the key, where there is one, and the PIN envelope.",
        "Sign-in to the tenant, and the right to delete a key of the account.",
    ],
    steps: &[
        WHAT_IS_LEFT,
        Step {
            title: "The key: {} in the hand, and no other",
            activities: &[
                Activity::new(
                    Who::Witness,
                    "Reads the number of the closed bag, and looks whether it is whole.",
                )
                .aloud("bag number, and whether it is whole"),
                Activity::new(
                    Who::Operator,
                    "Opens the bag and plugs in the key, and no other security key.",
                ),
                Activity::new(Who::Program, "Holds it against its record."),
            ],
        },
        Step {
            title: "The PIN, and what else is on the key",
            activities: &[
                Activity::new(Who::Custodian, "Types the PIN; nobody looks."),
                Activity::new(
                    Who::Operator,
                    "Reads what else is on the key. Before a reset: types its label.",
                )
                .aloud("other credentials"),
            ],
        },
        Step {
            title: "The tenant: it lets go of the key of {}",
            activities: &[Activity::new(
                Who::Program,
                "Deletes the key's method, once, and reads back until it is gone.",
            )],
        },
        Step {
            title: "The statement: read aloud, then signed by the key itself",
            activities: &[
                Activity::new(
                    Who::Witness,
                    "Makes 12 fresh words with `glasskey sign --nonce`, where the key is in the hand.",
                )
                .aloud("12 words"),
                Activity::new(Who::All, "Compare the digest's words.").aloud("digest, in words"),
                Activity::new(
                    Who::Operator,
                    "Agrees, and touches the key: it signs the statement, for the last time.",
                ),
            ],
        },
        Step {
            title: "The key: {} is erased",
            activities: &[
                Activity::new(
                    Who::Program,
                    "Deletes the account's credential, and asks the key whether it is gone.",
                ),
                Activity::new(
                    Who::Operator,
                    "For a reset: unplugs the key, plugs it in, and touches it within 10 seconds.",
                ),
            ],
        },
        Step {
            title: "The record: signed and appended",
            activities: &[
                SIGNS,
                WITNESS,
                APPENDS,
                Activity::new(
                    Who::Custodian,
                    "Destroys the PIN sheet. All see it.",
                ),
            ],
        },
    ],
};
