//! What this machine lets a program see of security keys, and what else a ceremony needs of it.

use super::Observed;
use crate::primitives::UtcTime;

/// What was read of a machine; nothing is changed by reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemFacts {
    /// What it runs.
    pub platform: Platform,
    /// Whose program asks.
    pub user: User,
    /// What its kernel has to make a node of a key; Linux alone.
    pub kernel: Vec<KernelPart>,
    /// The nodes it made, of FIDO keys alone, in their order.
    pub nodes: Vec<Node>,
    /// USB devices of known FIDO products for which there is no node.
    pub without_node: Vec<UsbDevice>,
    /// Rules that give access to FIDO nodes.
    pub rules: Vec<RuleFile>,
    /// Whether udev runs here.
    pub udev: bool,
    /// Whose session is active at the seat; not reported without a seat.
    pub seat: Observed<u32>,
    /// The container this is, by what tells it; `None` outside.
    pub container: Option<String>,
    /// Whether the daemon of smart cards runs.
    pub pcscd: bool,
    /// OpenSSH.
    pub openssh: OpenSsh,
    /// This host's clock.
    pub now: UtcTime,
    /// The terminal.
    pub terminal: Terminal,
    /// Certificate authorities for TLS.
    pub certificates: Vec<CertificateFile>,
    /// The source of randomness; the system's words where it fails.
    pub random: Result<(), String>,
    /// The book; `None` where the folder is none.
    pub book: Option<BookFolder>,
}

/// What a machine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Linux.
    Linux,
    /// Linux in Windows (WSL).
    Wsl,
    /// Windows; whether the program is elevated, which raw HID needs.
    Windows {
        /// Whether it is; `None` if that cannot be told.
        elevated: Option<bool>,
    },
    /// macOS.
    MacOs,
    /// Another.
    Other,
}

/// Whose program asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The effective user id.
    pub uid: u32,
    /// The name; `None` if there is none.
    pub name: Option<String>,
    /// Groups, by id.
    pub groups: Vec<u32>,
}

/// A part of a kernel that makes nodes of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KernelPart {
    /// `/sys/class/hidraw`.
    Hidraw,
    /// The driver `hid-generic`, without which no node appears.
    HidGeneric,
    /// The driver `usbhid`.
    Usbhid,
    /// A USB bus.
    Usb,
}

/// The node of a FIDO key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// `/dev/hidraw0`
    pub path: String,
    /// What the device calls itself; a claim.
    pub name: Option<String>,
    /// USB vendor and product id.
    pub id: Option<(u16, u16)>,
    /// What opening it brought.
    pub opened: Opened,
    /// Whose it is; `None` where the node is not there.
    pub owner: Option<Owner>,
    /// Whether udev gave it the tag `uaccess`.
    pub uaccess: bool,
    /// Programs that have it open.
    pub holders: Vec<Holder>,
}

/// What opening a node for reading and writing brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It opened.
    Yes,
    /// The kernel has it, and `/dev` does not.
    NotThere,
    /// Not allowed.
    NotAllowed,
    /// Another program holds it for itself.
    Busy,
    /// The system's words.
    Failed(String),
}

/// Whose a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Permissions, the last nine bits.
    pub mode: u32,
    /// The owner's user id.
    pub uid: u32,
    /// The owner's name; `None` if there is none.
    pub user: Option<String>,
    /// The group's id.
    pub gid: u32,
    /// The group's name; `None` if there is none.
    pub group: Option<String>,
    /// Users to whom an access control list gives reading and writing.
    pub acl: Vec<u32>,
}

/// A program that has a node open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// Its name; `None` if it may not be read.
    pub program: Option<String>,
}

/// A USB device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbDevice {
    /// Where it is plugged in, `1-2`.
    pub port: String,
    /// Vendor and product id.
    pub id: (u16, u16),
    /// What it calls itself; a claim.
    pub name: Option<String>,
}

/// A file of udev rules that gives access to FIDO nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// Where it is.
    pub path: String,
    /// How it gives access.
    pub gives: RuleGives,
}

/// How a rule gives access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleGives {
    /// By the tag `uaccess`: to whoever sits at the machine.
    Seat,
    /// By a group or a mode.
    GroupOrMode,
}

/// OpenSSH on this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenSsh {
    /// Where `ssh-keygen` is; `None` if it is not on the path.
    pub program: Option<String>,
    /// Whether its usage lists `-Y sign`; `None` if it did not run.
    pub signs: Option<bool>,
    /// What `ssh -V` says: major and minor; `None` if it says nothing readable.
    pub version: Option<(u32, u32)>,
}

/// The terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Whether this process has one.
    pub present: bool,
    /// Its columns; `None` if it does not say.
    pub columns: Option<u16>,
    /// The locale for characters; `None` if none is set.
    pub locale: Option<String>,
}

/// A file of certificate authorities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFile {
    /// Where it is.
    pub path: String,
    /// Whether `SSL_CERT_FILE` names it.
    pub from_environment: bool,
    /// Certificates in it and items that are none; the system's words if it could not be read.
    pub read: Result<CertificateCount, String>,
}

/// What a file of certificates holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CertificateCount {
    /// Certificates.
    pub good: usize,
    /// Parts that are no certificate.
    pub bad: usize,
}

/// A book's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookFolder {
    /// Where it is, as it was named.
    pub path: String,
    /// Whether it can be written in; the system's words where not.
    pub writable: Result<(), String>,
    /// Whether it can be had for oneself.
    pub lock: LockState,
    /// Index and time of the last record; the reason where it cannot be read, `None` before genesis.
    pub last_record: Result<Option<(u64, UtcTime)>, String>,
}

/// Whether a book can be had for oneself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockState {
    /// It can.
    Free,
    /// Another glasskey is at work in it.
    Taken,
    /// The file system does not lock: the system's words.
    Unsupported(String),
}
