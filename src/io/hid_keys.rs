//! Security keys on USB, through hidapi.

use crate::ctap::KeyEntry;
use crate::ctap::KeyTransport;
use crate::ctap::Keys;
use crate::ctap::KeysError;
use crate::ctap::Report;
use crate::ctap::TransportError;
use hidapi::DeviceInfo;
use hidapi::HidApi;
use hidapi::HidDevice;
use hidapi::HidError;
use rustix::io::Errno;
use std::ffi::CString;
use std::fs;
use std::time::Duration;

/// The HID usage page and usage of FIDO keys (CTAP 2.1 §11.2.8.2).
const FIDO: (u16, u16) = (0xf1d0, 1);

/// The keys that the system lists.
pub struct HidKeys {
    api: HidApi,
}

impl HidKeys {
    /// Opens the system's list.
    ///
    /// # Errors
    /// [`KeysError::Io`] if the system cannot list.
    pub fn new() -> Result<Self, KeysError> {
        let api = HidApi::new().map_err(|error| KeysError::Io(error.to_string()))?;
        Ok(Self { api })
    }
}

impl Keys for HidKeys {
    fn list(&mut self) -> Result<Vec<KeyEntry>, KeysError> {
        self.api
            .refresh_devices()
            .map_err(|error| KeysError::Io(error.to_string()))?;
        let mut keys: Vec<KeyEntry> = Vec::new();
        for device in self.api.device_list() {
            let fido = (device.usage_page(), device.usage()) == FIDO;
            // One node can describe several collections.
            if let Some(entry) = entry(device).filter(|_| fido)
                && keys.iter().all(|key| key.path != entry.path)
            {
                keys.push(entry);
            }
        }
        Ok(keys)
    }

    fn open(&mut self, path: &str) -> Result<Box<dyn KeyTransport>, KeysError> {
        let node = CString::new(path).map_err(|_| KeysError::Io("not a path".to_owned()))?;
        match self.api.open_path(&node) {
            Ok(device) => {
                let path = path.to_owned();
                Ok(Box::new(HidKey { device, path }))
            }
            Err(error) => Err(why_not(path, opening(path), &error)),
        }
    }
}

/// A device as an entry; `None` if its path is no text.
fn entry(device: &DeviceInfo) -> Option<KeyEntry> {
    let said = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Some(KeyEntry {
        path: device.path().to_str().ok()?.to_owned(),
        vendor_id: device.vendor_id(),
        product_id: device.product_id(),
        manufacturer: said(device.manufacturer_string()),
        product: said(device.product_string()),
        serial: said(device.serial_number()),
    })
}

/// What the system says when it is asked to open the node itself: hidapi gives words only.
fn opening(path: &str) -> Option<Errno> {
    let opened = fs::OpenOptions::new().read(true).write(true).open(path);
    Errno::from_io_error(&opened.err()?)
}

/// Why the node did not open.
fn why_not(path: &str, errno: Option<Errno>, error: &HidError) -> KeysError {
    let path = path.to_owned();
    match errno {
        Some(Errno::ACCESS | Errno::PERM) => KeysError::NotAllowed { path },
        Some(Errno::BUSY) => KeysError::HeldByAnother { path },
        Some(Errno::NOENT | Errno::NODEV | Errno::NXIO) => KeysError::Gone { path },
        Some(_) | None => KeysError::Io(error.to_string()),
    }
}

/// One opened key.
struct HidKey {
    device: HidDevice,
    path: String,
}

impl HidKey {
    /// What an error on the open key means.
    fn error(&self, error: &HidError) -> TransportError {
        let unplugged = matches!(
            errno(error),
            Some(Errno::NODEV | Errno::NXIO | Errno::SHUTDOWN)
        );
        // Some kernels say only that input or output failed.
        if unplugged || fs::symlink_metadata(&self.path).is_err() || is_hang_up(error) {
            TransportError::Gone
        } else {
            TransportError::Io(error.to_string())
        }
    }
}

impl KeyTransport for HidKey {
    fn write_report(&mut self, report: &Report) -> Result<(), TransportError> {
        let mut numbered = [0; 65];
        if let Some((_number, body)) = numbered.split_first_mut() {
            body.copy_from_slice(report);
        }
        let result = self.device.write(&numbered);
        // A report can carry the ciphertext of a PIN, and U2F carries challenges.
        zeroize::Zeroize::zeroize(&mut numbered);
        match result {
            Ok(65) => Ok(()),
            Ok(sent) => Err(TransportError::Io(format!("{sent} of 65 bytes were sent"))),
            Err(error) => Err(self.error(&error)),
        }
    }

    fn read_report(&mut self, within: Duration) -> Result<Option<Report>, TransportError> {
        let mut report = [0; 64];
        match self.device.read_timeout(&mut report, millis(within)) {
            Ok(0) => Ok(None),
            Ok(64) => Ok(Some(report)),
            Ok(read) => Err(TransportError::Io(format!("a report of {read} bytes"))),
            // A signal ended the wait early; whoever waits looks at the clock again.
            Err(error) if errno(&error) == Some(Errno::INTR) => Ok(None),
            Err(error) => Err(self.error(&error)),
        }
    }
}

/// Whole milliseconds, rounded up, so that a short wait is one.
fn millis(time: Duration) -> i32 {
    let rounded = time.as_nanos().div_ceil(1_000_000);
    i32::try_from(rounded).unwrap_or(i32::MAX)
}

fn errno(error: &HidError) -> Option<Errno> {
    match error {
        HidError::IoError { error } => Errno::from_io_error(error),
        HidError::HidApiError { .. }
        | HidError::HidApiErrorEmpty
        | HidError::FromWideCharError { .. }
        | HidError::InitializationError
        | HidError::InvalidZeroSizeData
        | HidError::IncompleteSendError { .. }
        | HidError::SetBlockingModeError { .. }
        | HidError::OpenHidDeviceWithDeviceInfoError { .. } => None,
    }
}

/// Whether hidapi (2.6.7, its Linux backend) says that the node hung up while it was waited for.
fn is_hang_up(error: &HidError) -> bool {
    match error {
        HidError::HidApiError { message } => message.contains("device disconnected"),
        HidError::IoError { .. }
        | HidError::HidApiErrorEmpty
        | HidError::FromWideCharError { .. }
        | HidError::InitializationError
        | HidError::InvalidZeroSizeData
        | HidError::IncompleteSendError { .. }
        | HidError::SetBlockingModeError { .. }
        | HidError::OpenHidDeviceWithDeviceInfoError { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::temp_dir::TempDir;

    fn open(path: &str) -> Option<KeysError> {
        HidKeys::new().unwrap().open(path).err()
    }

    #[test]
    fn a_node_that_is_gone_is_gone() {
        let path = "/dev/glasskey-no-such-node".to_owned();
        assert_eq!(open(&path), Some(KeysError::Gone { path }));
    }

    #[test]
    fn a_file_is_no_key() {
        let folder = TempDir::new();
        let path = folder.path().join("hidraw0");
        fs::write(&path, "").unwrap();
        let error = open(path.to_str().unwrap());
        assert!(matches!(error, Some(KeysError::Io(_))), "{error:?}");
        assert_eq!(open("a\0b"), Some(KeysError::Io("not a path".to_owned())));
    }

    #[test]
    fn the_reason_is_one_a_person_can_act_on() {
        let path = || "/dev/hidraw3".to_owned();
        let why = |errno| why_not("/dev/hidraw3", errno, &HidError::HidApiErrorEmpty);
        assert_eq!(
            why(Some(Errno::ACCESS)),
            KeysError::NotAllowed { path: path() }
        );
        assert_eq!(
            why(Some(Errno::BUSY)),
            KeysError::HeldByAnother { path: path() }
        );
        assert_eq!(why(Some(Errno::NODEV)), KeysError::Gone { path: path() });
        let words = HidError::HidApiErrorEmpty.to_string();
        assert_eq!(why(None), KeysError::Io(words));
    }

    #[test]
    fn listing_without_a_key_is_no_error() {
        let keys = HidKeys::new().unwrap().list().unwrap();
        let mut paths: Vec<String> = keys.into_iter().map(|key| key.path).collect();
        let all = paths.len();
        paths.dedup();
        assert_eq!(paths.len(), all);
    }

    #[test]
    fn what_hidapi_says_of_an_unplugged_key_is_understood() {
        // The two things its Linux backend can say; see `read_timeout` and `write` there.
        assert!(is_hang_up(&HidError::HidApiError {
            message: "unexpected poll error (device disconnected)".to_owned()
        }));
        let error = std::io::Error::from_raw_os_error(Errno::NODEV.raw_os_error());
        assert_eq!(errno(&HidError::IoError { error }), Some(Errno::NODEV));
    }

    #[test]
    fn a_short_wait_is_not_none() {
        assert_eq!(millis(Duration::from_micros(1)), 1);
        assert_eq!(millis(Duration::from_millis(30)), 30);
        assert_eq!(millis(Duration::ZERO), 0);
        assert_eq!(millis(Duration::MAX), i32::MAX);
    }
}
