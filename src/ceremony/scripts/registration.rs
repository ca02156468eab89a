//! The scripts of a registration, through Graph and at the portal, and of one that replaces.

use super::last_steps::THE_RECORD;
use crate::ceremony::script::Activity;
use crate::ceremony::script::Script;
use crate::ceremony::script::Step;
use crate::ceremony::script::Who;

/// Whether the account may have keys.
const TENANT: Step = Step {
    title: "The tenant: may {} have keys?",
    activities: &[
        Activity::new(
            Who::Program,
            "Asks the tenant what it says of account and policy.",
        ),
        Activity::new(
            Who::Operator,
            "Reads what fails or is unknown; stops if anything fails.",
        ),
    ],
};

/// The right key, in the hand.
const KEY: Step = Step {
    title: "The key: {} in the hand, and no other",
    activities: &[
        Activity::new(
            Who::Operator,
            "Plugs in the key, and no other security key.",
        ),
        Activity::new(
            Who::Witness,
            "Compares the number on the key with the plan.",
        )
        .aloud("label, serial number"),
        Activity::new(
            Who::Program,
            "Refuses another model or number, before PIN and touch.",
        ),
    ],
};

/// Its PIN.
const PIN: Step = Step {
    title: "The PIN",
    activities: &[
        Activity::new(Who::Custodian, "Sets the PIN, or opens the PIN envelope."),
        Activity::new(Who::Custodian, "Types the PIN; nobody looks."),
    ],
};

/// The credential, through Graph.
const CREDENTIAL: Step = Step {
    title: "The credential: made on the key, then known to the tenant",
    activities: &[
        Activity::new(Who::Operator, "Touches the key when it blinks."),
        Activity::new(
            Who::Program,
            "Keeps the attestation on disk, then gives it to the tenant, once.",
        ),
        Activity::new(
            Who::Program,
            "Reads the tenant back until it shows the key.",
        ),
    ],
};

/// New bag, nonces.
const BAG: Step = Step {
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
};

/// The key signs the statement.
const STATEMENT: Step = Step {
    title: "The statement: read aloud, then signed by the key itself",
    activities: &[
        Activity::new(Who::All, "Compare the digest's words.").aloud("digest, in words"),
        Activity::new(
            Who::Custodian,
            "Types the PIN once the words agree; where it was typed before, the operator agrees.",
        ),
        Activity::new(Who::Operator, "Touches the key: it signs the statement."),
    ],
};

/// The bag is closed.
const CLOSED: Step = Step {
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
    ],
};

/// The key in whose place another one comes.
const OLD: Step = Step {
    title: "The old one: another key signs in, then the passkey of {} is deleted",
    activities: &[
        Activity::new(
            Who::Operator,
            "Signs in with another key of the account, in a private window, and out again.",
        ),
        Activity::new(
            Who::Program,
            "Watches the sign-in log; if nothing shows that the other key works, the account's alias is \
             typed to go on all the same.",
        ),
        Activity::new(Who::Operator, "Agrees that the old passkey is deleted.")
            .aloud("label of the old key"),
        Activity::new(
            Who::Program,
            "Deletes it, once, and reads the tenant back until it is gone.",
        ),
    ],
};

/// The new key signs in, before it is sealed.
const SIGN_IN: Step = Step {
    title: "The sign-in: {} at each portal, before it is sealed",
    activities: &[
        Activity::new(
            Who::Operator,
            "Signs in with the key at each portal of the policy, in a private window, and out again; \
             once the account has its role, has it show the list of all users.",
        ),
        Activity::new(
            Who::Program,
            "Watches the tenant's sign-in log; what it does not show yet is recorded as pending.",
        ),
        Activity::new(
            Who::Program,
            "Ends the account's sessions and reads back that they are ended.",
        ),
        Activity::new(Who::Operator, "Plugs the key in again, and no other."),
    ],
};

/// The credential, at the tenant's portal.
const PORTAL: Step = Step {
    title: "The portal: a pass, {} registered there, the pass gone",
    activities: &[
        Activity::new(
            Who::Program,
            "Makes a pass for one sign-in, and shows it once.",
        ),
        Activity::new(
            Who::Operator,
            "Opens the portal's security info with it and adds the key, its label as its name; \
             touches the key when it blinks.",
        )
        .aloud("label"),
        Activity::new(
            Who::Program,
            "Finds the one new passkey in the tenant; deletes the pass and reads back that it is gone.",
        ),
        Activity::new(
            Who::Program,
            "Finds the new credential on the key, by the tenant's id.",
        ),
    ],
};

/// The key signs the statement, and shows who attests it.
const STATEMENT_AND_ATTESTATION: Step = Step {
    title: "The statement: read aloud, then signed by the key itself",
    activities: &[
        Activity::new(Who::All, "Compare the digest's words.").aloud("digest, in words"),
        Activity::new(
            Who::Operator,
            "Agrees, and touches the key: it signs the statement.",
        ),
        Activity::new(
            Who::Operator,
            "Touches it once more: it shows which certificate attests it.",
        ),
    ],
};

/// A key is registered for an account, sealed and put into its safe (DESIGN §5).
pub const REGISTRATION: Script = Script {
    name: "registration",
    version: 3,
    title: "A key is registered, sealed and put into its safe",
    purpose: "A security key gets a credential for an emergency access account. The key itself, the \
              operator and the witnesses sign what was done; key and inside sheet go into a bag.",
    needs: &[
        "The operator and as many witnesses as the policy asks; each with the key they sign with.",
        "The security key, a new bag with a number, the PIN envelope.",
        "Sign-in to the tenant, and the right to register a key for the account.",
    ],
    steps: &[
        TENANT, KEY, PIN, CREDENTIAL, SIGN_IN, BAG, STATEMENT, CLOSED, THE_RECORD,
    ],
};

/// A key is registered at the tenant's portal, sealed and put into its safe (DESIGN §5).
pub const PORTAL_REGISTRATION: Script = Script {
    name: "portal-registration",
    version: 2,
    title: "A key is registered at the tenant's portal, sealed and put into its safe",
    purpose: "Where keys cannot be registered through Graph, a person registers the key at the portal with \
              a pass. What the key signed there stays with the portal: the record's grade is lower, and \
              says which.",
    needs: &[
        "The operator and as many witnesses as the policy asks; each with the key they sign with.",
        "The security key, a new bag with a number, the PIN envelope.",
        "A browser beside glasskey, on this machine or another one.",
        "Sign-in to the tenant, and the right to make a pass for the account; `glasskey provision ACCOUNT \
         --portal` was run before.",
    ],
    steps: &[
        TENANT,
        KEY,
        PIN,
        PORTAL,
        SIGN_IN,
        BAG,
        STATEMENT_AND_ATTESTATION,
        CLOSED,
        THE_RECORD,
    ],
};

/// A key takes another one's place in the tenant, or its own anew (DESIGN §5).
pub const REPLACEMENT: Script = Script {
    name: "replacement",
    version: 2,
    title: "A key takes another one's place, or is registered anew",
    purpose: "The account's other key is proven by a sign-in; then the old passkey is deleted and proven \
              gone, and a new one is made. The record says whose place it takes.",
    needs: &[
        "The operator and as many witnesses as the policy asks; each with the key they sign with.",
        "The security key, a new bag with a number, the PIN envelope.",
        "Another key of the account, which signs in first; it is sealed anew afterwards.",
        "Sign-in to the tenant, and the right to register and delete a key for the account.",
    ],
    steps: &[
        TENANT, OLD, KEY, PIN, CREDENTIAL, SIGN_IN, BAG, STATEMENT, CLOSED, THE_RECORD,
    ],
};

/// The same, at the tenant's portal.
pub const PORTAL_REPLACEMENT: Script = Script {
    name: "portal-replacement",
    version: 2,
    title: "A key takes another one's place at the tenant's portal, or is registered anew there",
    purpose: "As in a replacement, where keys cannot be registered through Graph.",
    needs: &[
        "The operator and as many witnesses as the policy asks; each with the key they sign with.",
        "The security key, a new bag with a number, the PIN envelope.",
        "Another key of the account, which signs in first; it is sealed anew afterwards.",
        "A browser beside glasskey; `glasskey provision ACCOUNT --portal` was run before.",
    ],
    steps: &[
        TENANT,
        OLD,
        KEY,
        PIN,
        PORTAL,
        SIGN_IN,
        BAG,
        STATEMENT_AND_ATTESTATION,
        CLOSED,
        THE_RECORD,
    ],
};
