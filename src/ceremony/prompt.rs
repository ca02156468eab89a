//! What a person is asked.

mod words;

use crate::entra::Portal;
use crate::primitives::Guid;
use crate::primitives::UtcTime;

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// A key is plugged in, and neither a serial number nor a credential tells whether it is the one: is it?
    Meant {
        /// The key's label.
        label: String,
        /// The key in words a person knows.
        key: String,
    },
    /// The key is blocked until it is unplugged.
    Replug {
        /// The key's label.
        label: String,
        /// PIN tries left after that; `None` if the key does not say.
        tries_left: Option<u32>,
    },
    /// The key's PIN.
    Pin {
        /// The key in words a person knows.
        key: String,
        /// Tries left; `None` if the key does not say.
        tries_left: Option<u32>,
    },
    /// The PIN was wrong: is it typed again?
    AnotherTry {
        /// The key in words a person knows.
        key: String,
        /// Tries left.
        tries_left: u32,
        /// Whether another wrong one blocks the key until it is unplugged.
        last_before_replug: bool,
    },
    /// The tries left are at the floor: one is spent only for a sentence that says so.
    SpendAtFloor {
        /// The key in words a person knows.
        key: String,
        /// Tries left.
        tries_left: u32,
    },
    /// The generated PIN, as it was written down.
    TypeBack {
        /// The key in words a person knows.
        key: String,
    },
    /// The key's own PIN policy is changed like this?
    ChangePolicy {
        /// The key in words a person knows.
        key: String,
        /// Each change, with what cannot be undone.
        changes: Vec<String>,
    },
    /// The key's new PIN.
    NewPin {
        /// The key in words a person knows.
        key: String,
        /// Shortest PIN accepted, in characters.
        min_length: u32,
        /// Whether it is asked for the second time, to compare.
        again: bool,
    },
    /// The number of the bag the key is in, read while it is closed; `broken` before it, or `missing`.
    OldBag {
        /// The key's label.
        label: String,
    },
    /// The number of a bag that is open by now; `unread` if nobody looked.
    OpenedBag {
        /// The key's label.
        label: String,
    },
    /// An account is left without a way in: its alias is typed.
    GiveUp {
        /// The account's alias.
        alias: String,
    },
    /// A key is reset: its label is typed.
    Erase {
        /// The key's label.
        label: String,
    },
    /// The key is unplugged and plugged in again, just before a reset.
    PowerUp {
        /// The key's label.
        label: String,
    },
    /// Something is not as recorded: a sentence for the record.
    Explain {
        /// What is not.
        what: String,
    },
    /// The number of the new bag.
    Bag {
        /// The key's label.
        label: String,
        /// Whether it is asked for the second time, to compare.
        again: bool,
    },
    /// A witness's nonce, as 12 words.
    Nonce {
        /// The witness.
        witness: String,
    },
    /// Something in the tenant is changed?
    TenantChange {
        /// What is, a sentence.
        is: String,
        /// What would be, as a command.
        would: String,
    },
    /// The object id of an account is written into the plan?
    PinAccount {
        /// The account's alias.
        alias: String,
        /// The object id.
        object_id: Guid,
    },
    /// A sign-in of which neither record nor log tells: was it seen?
    SignInSeen {
        /// The key's label.
        label: String,
        /// The account's alias.
        alias: String,
    },
    /// The person registers a key at the tenant's portal, with the pass that was shown. Done?
    AtPortal {
        /// The key's label, which is to be its name there.
        label: String,
        /// The account's user principal name.
        upn: String,
    },
    /// The passkey gets its label as its name, at the portal. Done?
    Rename {
        /// Its name now.
        from: String,
        /// The key's label.
        label: String,
        /// The account's user principal name.
        upn: String,
    },
    /// The person signs in at a portal, with a key. Done?
    SignIn {
        /// The key's label.
        label: String,
        /// The account's user principal name.
        upn: String,
        /// Where.
        portal: Portal,
        /// Whether something harmless is done there too.
        task: bool,
        /// Whether the account signs out everywhere after it.
        sign_out: bool,
    },
    /// The account signs out everywhere, by itself. Done?
    SignOut {
        /// The account's alias.
        alias: String,
        /// The account's user principal name.
        upn: String,
    },
    /// The next of several keys: does it go on?
    NextKey {
        /// The key's label.
        label: String,
        /// The safe it lies in; `None` if no record says.
        safe: Option<String>,
        /// Its number, from 1.
        number: usize,
        /// Of how many.
        of: usize,
    },
    /// The alert that a sign-in raised, and who saw it.
    Alert {
        /// The account's alias.
        alias: String,
    },
    /// Which lines of the list that was shown were not done.
    NotDone,
    /// A line of the list was not done: why, in a sentence for the record.
    Because {
        /// What was not.
        what: String,
    },
    /// The log does not show it yet: is it waited for?
    WaitOn {
        /// What is not there yet, a sentence.
        what: String,
        /// Minutes waited so far.
        minutes: u32,
    },
    /// A sign-in of which the log never tells with what: was it the one that was asked for?
    SignInWasOurs {
        /// The key's label.
        label: String,
        /// When, by the log.
        at: UtcTime,
        /// To what, by the log; empty if not told.
        app: String,
    },
    /// Something that was changed by hand is back as it was?
    BackByHand {
        /// What was changed, and to what it goes back.
        what: String,
    },
    /// What a record should have said: a sentence.
    Correction {
        /// The record.
        record: u64,
    },
    /// The digest words were read aloud and compared, where the PIN was typed before.
    WordsAgree,
    /// The key and the inside sheet are in the bag, and it is closed: the record may be signed.
    Sealed {
        /// The bag's number.
        bag: String,
        /// The key's label.
        label: String,
        /// Whether this is also the word that the digest words agree: the key signed nothing.
        words: bool,
    },
    /// The key signed, and the bag is not as stated: is another one taken, for which it signs anew?
    AnotherBag {
        /// The bag's number, as it was stated.
        bag: String,
        /// The key's label.
        label: String,
    },
    /// Others are here than the statement expects, and something of it is signed: is it stated anew?
    StateAnew {
        /// Who signed: people and key.
        signed: Vec<String>,
    },
    /// The statement says what is meant, and may be signed.
    Agreed,
    /// A question in words of its own, answered with a line or with yes and no.
    Question(String),
}
