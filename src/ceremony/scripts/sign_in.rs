//! The script of a verification with a real sign-in.

use crate::ceremony::script::Activity;
use crate::ceremony::script::Script;
use crate::ceremony::script::Step;
use crate::ceremony::script::Who;

/// A key signs in, is verified, and sealed anew (DESIGN §5, level L2).
pub const VERIFICATION_WITH_SIGN_IN: Script = Script {
    name: "verification-sign-in",
    version: 3,
    title: "A key signs in, is verified, and sealed anew",
    purpose: "Once a quarter one key of each account, in turns, signs in for real: the tenant's log \
              shows it, somebody who is not the operator sees the alert, and Microsoft's list for \
              emergency access accounts is gone through.",
    needs: &[
        "The operator and as many witnesses as the policy asks; each with the key they sign with.",
        "The bag with the key, a new bag with a number; the PIN envelope, and a new one.",
        "A browser on a computer that the account may sign in from, best a privileged access one.",
        "Sign-in to the tenant, to read. Those who watch for sign-ins were told before; one of them \
         says what alert they see.",
    ],
    steps: &[
        super::verification::THE_BAG,
        super::verification::THE_TENANT,
        super::verification::THE_RECORDED_KEY,
        Step {
            title: "The sign-in: {}, seen in the tenant's log",
            activities: &[
                Activity::new(
                    Who::Operator,
                    "Opens the portal in a private window, types the account's name, chooses the \
                     security key.",
                )
                .aloud("the portal's address, the account's name"),
                Activity::new(Who::Custodian, "Opens the PIN envelope and types the PIN."),
                Activity::new(
                    Who::Operator,
                    "Touches the key; where the account has its role, does one harmless thing that \
                     takes an administrator.",
                ),
                Activity::new(
                    Who::Program,
                    "Watches the sign-in log for this account, this key and this time.",
                ),
                Activity::new(
                    Who::Operator,
                    "As the account, signs out everywhere, and closes the window.",
                ),
                Activity::new(
                    Who::Program,
                    "Reads the tenant until it shows that no session is left.",
                ),
            ],
        },
        Step {
            title: "The alert and Microsoft's list",
            activities: &[
                Activity::new(
                    Who::Witness,
                    "Asks those who watch for sign-ins which alert they see; never the operator.",
                )
                .aloud("who saw it, its id"),
                Activity::new(
                    Who::Program,
                    "Fills in what was observed; asks for the rest.",
                ),
                Activity::new(
                    Who::All,
                    "Say of each line that is left whether it was done, or why not.",
                ),
            ],
        },
        Step {
            title: "The key: {} in the hand again, and no other",
            activities: &[
                Activity::new(
                    Who::Operator,
                    "Plugs the key in here, and no other security key.",
                ),
                Activity::new(
                    Who::Program,
                    "Holds it against its record once more, before PIN and touch.",
                ),
            ],
        },
        super::verification::BAG_AND_WITNESSES,
        super::verification::THE_STATEMENT_WITH_PIN,
        super::verification::THE_NEW_BAG,
        super::last_steps::THE_RECORD,
    ],
};
