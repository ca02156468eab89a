//! Nodes of FIDO keys, who may open them and who has; and keys for which there is no node.

use super::SystemProbe;
use crate::facts::system::Holder;
use crate::facts::system::KernelPart;
use crate::facts::system::Node;
use crate::facts::system::Opened;
use crate::facts::system::Owner;
use crate::facts::system::UsbDevice;
use rustix::io::Errno;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Vendor, product and name of known keys.
const KNOWN: &str = include_str!("../../../udev/keys.tsv");
/// The HID usage page of FIDO keys (CTAP 2.1 §11.2.8.2).
const FIDO: [u8; 2] = [0xd0, 0xf1];
/// Room for an access control list, in bytes.
const ACL_ROOM: usize = 4_096;

impl SystemProbe {
    /// Nodes of FIDO keys, and known FIDO products without one.
    pub(super) fn keys(&self) -> (Vec<Node>, Vec<UsbDevice>) {
        let mut nodes = Vec::new();
        for name in self.names("sys/class/hidraw") {
            if let Some(node) = self.node(&name) {
                nodes.push(node);
            }
        }
        self.name_holders(&mut nodes);
        let mut without = Vec::new();
        for port in self.names("sys/bus/usb/devices") {
            let device = format!("sys/bus/usb/devices/{port}");
            let hex = |file: &str| hex16(self.text(format!("{device}/{file}"))?.trim());
            let (Some(vendor), Some(product)) = (hex("idVendor"), hex("idProduct")) else {
                continue;
            };
            let id = (vendor, product);
            if is_known(id) && nodes.iter().all(|node| node.id != Some(id)) {
                let name = self.text(format!("{device}/product"));
                without.push(UsbDevice {
                    port,
                    id,
                    name: name.map(|name| name.trim().to_owned()),
                });
            }
        }
        (nodes, without)
    }

    /// What the kernel has for keys.
    pub(super) fn kernel(&self) -> Vec<KernelPart> {
        [
            (KernelPart::Hidraw, "sys/class/hidraw"),
            (KernelPart::HidGeneric, "sys/bus/hid/drivers/hid-generic"),
            (KernelPart::Usbhid, "sys/bus/usb/drivers/usbhid"),
            (KernelPart::Usb, "sys/bus/usb/devices"),
        ]
        .into_iter()
        .filter(|(_, path)| self.is_there(path))
        .map(|(part, _)| part)
        .collect()
    }

    /// The node with this name; `None` if it is no FIDO key's.
    fn node(&self, name: &str) -> Option<Node> {
        let class = format!("sys/class/hidraw/{name}");
        let event = self.text(format!("{class}/device/uevent"));
        let said = |key: &str| {
            let lines = event.as_deref().unwrap_or_default().lines();
            let mut values = lines.filter_map(|line| line.split_once('='));
            values
                .find(|(name, _)| *name == key)
                .map(|(_, value)| value.to_owned())
        };
        let id = said("HID_ID").and_then(|id| hid_id(&id));
        let descriptor = fs::read(self.at(format!("{class}/device/report_descriptor")));
        let fido = match descriptor {
            Ok(bytes) if !bytes.is_empty() => has_fido_page(&bytes),
            Ok(_) | Err(_) => id.is_some_and(is_known),
        };
        if !fido {
            return None;
        }
        let path = format!("/dev/{name}");
        let real = self.at(&path);
        let number = self.text(format!("{class}/dev")).unwrap_or_default();
        let opened = match (self.open)(&real) {
            None => Opened::Yes,
            Some(Errno::NOENT | Errno::NXIO | Errno::NODEV) => Opened::NotThere,
            Some(Errno::ACCESS | Errno::PERM) => Opened::NotAllowed,
            Some(Errno::BUSY) => Opened::Busy,
            Some(other) => Opened::Failed(other.to_string()),
        };
        Some(Node {
            owner: self.owner(&real),
            uaccess: self.is_tagged(number.trim()),
            name: said("HID_NAME"),
            id,
            opened,
            path,
            holders: Vec::new(),
        })
    }

    fn owner(&self, node: &Path) -> Option<Owner> {
        let metadata = fs::metadata(node).ok()?;
        let (uid, gid) = (metadata.uid(), metadata.gid());
        Some(Owner {
            mode: metadata.mode() & 0o777,
            uid,
            user: self.name_of("etc/passwd", uid),
            gid,
            group: self.name_of("etc/group", gid),
            acl: acl_users(node),
        })
    }

    /// Fills in the programs that have the nodes open, where the system tells this user.
    fn name_holders(&self, nodes: &mut [Node]) {
        if nodes.is_empty() {
            return;
        }
        let own = std::process::id();
        let processes = self.names("proc").into_iter();
        for pid in processes.filter_map(|name| name.parse::<u32>().ok()) {
            if pid == own {
                continue;
            }
            for open in self.names(format!("proc/{pid}/fd")) {
                let link = fs::read_link(self.at(format!("proc/{pid}/fd/{open}")));
                let Ok(target) = link else { continue };
                let node = nodes
                    .iter_mut()
                    .find(|node| target == Path::new(&node.path));
                if let Some(node) = node.filter(|node| node.holders.iter().all(|h| h.pid != pid)) {
                    let program = self.text(format!("proc/{pid}/comm"));
                    node.holders.push(Holder {
                        pid,
                        program: program.map(|name| name.trim().to_owned()),
                    });
                }
            }
        }
    }
}

/// Users to whom the node's access control list gives reading and writing (acl(5); version 2 of the
/// extended attribute: a word, then tag, permissions and id of each entry, little endian).
fn acl_users(node: &Path) -> Vec<u32> {
    const USER: u16 = 0x02;
    const READ_WRITE: u16 = 0x06;
    let mut buffer = [0_u8; ACL_ROOM];
    let Ok(length) = rustix::fs::getxattr(node, "system.posix_acl_access", &mut buffer) else {
        return Vec::new();
    };
    let entries = buffer.get(4..length).unwrap_or_default();
    entries
        .chunks_exact(8)
        .filter_map(|entry| {
            let (tag, rest) = entry.split_first_chunk::<2>()?;
            let (allowed, id) = rest.split_first_chunk::<2>()?;
            let gives = u16::from_le_bytes(*tag) == USER
                && u16::from_le_bytes(*allowed) & READ_WRITE == READ_WRITE;
            gives.then(|| id.first_chunk::<4>().copied().map(u32::from_le_bytes))?
        })
        .collect()
}

/// Whether a report descriptor opens the FIDO usage page (HID 1.11 §6.2.2).
pub(super) fn has_fido_page(descriptor: &[u8]) -> bool {
    let mut rest = descriptor;
    while let Some((prefix, after)) = rest.split_first() {
        let length = match prefix & 0x03 {
            3 => 4,
            short => usize::from(short),
        };
        // A long item says its length in the byte behind its prefix.
        let length = if *prefix == 0xfe {
            after.first().map_or(0, |length| usize::from(*length) + 2)
        } else {
            length
        };
        let Some((data, next)) = after.split_at_checked(length) else {
            return false; // cut off
        };
        let value = data.strip_suffix(&[0, 0]).unwrap_or(data);
        if prefix & 0xfc == 0x04 && value == FIDO {
            return true;
        }
        rest = next;
    }
    false
}

/// Vendor and product of `0003:00001209:00000001`.
fn hid_id(text: &str) -> Option<(u16, u16)> {
    let mut parts = text.trim().split(':').skip(1);
    let mut part = || u16::try_from(u32::from_str_radix(parts.next()?, 16).ok()?).ok();
    Some((part()?, part()?))
}

fn hex16(text: &str) -> Option<u16> {
    u16::from_str_radix(text, 16).ok()
}

/// Whether a product is on the list of known keys.
fn is_known((vendor, product): (u16, u16)) -> bool {
    KNOWN.lines().skip(1).any(|line| {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().and_then(hex16);
        (cell(), cell()) == (Some(vendor), Some(product))
    })
}
