//! The ports to security keys: a list of them, and 64-byte reports to one.

use std::time::Duration;

/// One CTAPHID report, without the leading report number (CTAP 2.1 §11.2.4).
pub type Report = [u8; 64];

/// Reports to and from one opened key.
pub trait KeyTransport {
    /// Sends one report.
    ///
    /// # Errors
    /// [`TransportError`] if the key is gone or the system refuses.
    fn write_report(&mut self, report: &Report) -> Result<(), TransportError>;

    /// Waits for one report, `within` at most; `None` if none came.
    ///
    /// # Errors
    /// [`TransportError`] if the key is gone or the system refuses.
    fn read_report(&mut self, within: Duration) -> Result<Option<Report>, TransportError>;
}

/// Why reports cannot be exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// The key was unplugged.
    Gone,
    /// The system's words.
    Io(String),
}

/// A key that is plugged in, as the system lists it. Texts are claims of the device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyEntry {
    /// Where to open it; stable only while it stays plugged in.
    pub path: String,
    /// USB vendor id.
    pub vendor_id: u16,
    /// USB product id.
    pub product_id: u16,
    /// USB manufacturer text; `None` if not reported.
    pub manufacturer: Option<String>,
    /// USB product text; `None` if not reported.
    pub product: Option<String>,
    /// USB serial number text; `None` if not reported.
    pub serial: Option<String>,
}

/// Why keys cannot be listed or opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysError {
    /// This user may not open the node at the path.
    NotAllowed {
        /// The node.
        path: String,
    },
    /// Another program holds the node at the path for itself.
    HeldByAnother {
        /// The node.
        path: String,
    },
    /// The key was unplugged between listing and opening.
    Gone {
        /// The node.
        path: String,
    },
    /// The system's words.
    Io(String),
}

/// The keys that are plugged in.
pub trait Keys {
    /// Lists FIDO keys (HID usage page 0xF1D0), in the system's order.
    ///
    /// # Errors
    /// [`KeysError`] if the system cannot list; an empty list is no error.
    fn list(&mut self) -> Result<Vec<KeyEntry>, KeysError>;

    /// Opens the key at `path`.
    ///
    /// # Errors
    /// [`KeysError`] with the reason a person can act on.
    fn open(&mut self, path: &str) -> Result<Box<dyn KeyTransport>, KeysError>;
}
