//! A key from power-up to power-off, and our transport to it.

use crate::presence::Presence;
use crate::protocol_one::ProtocolOne;
use crate::usb::Bus;
use crate::usb::Wire;
use ctaphid_dispatch::Channel;
use ctaphid_dispatch::DEFAULT_MESSAGE_SIZE;
use ctaphid_dispatch::Dispatch;
use ctaphid_dispatch::app::App;
use fido_authenticator::Authenticator;
use fido_authenticator::Config;
use fido_authenticator::Conforming;
use fido_authenticator::FirmwareVersion;
use glasskey::ctap::KeyTransport;
use glasskey::ctap::Report;
use glasskey::ctap::TransportError;
use littlefs2::path;
use ref_swap::OptionRefSwap;
use std::cell::RefCell;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;
use std::time::Instant;
use trussed::ClientImplementation;
use trussed::backend::BackendId;
use trussed::pipe::ServiceEndpoint;
use trussed::pipe::TrussedChannel;
use trussed::platform;
use trussed::platform::Platform as _;
use trussed::service::Service;
use trussed::store::Store as _;
use trussed::types::CoreContext;
use trussed::virt;
use trussed::virt::StoreConfig;
use trussed_core::InterruptFlag;
use trussed_staging::virt::BackendIds;
use trussed_staging::virt::Dispatcher;
use usb_device::bus::UsbBusAllocator;
use usb_device::device::UsbDevice;
use usb_device::device::UsbDeviceBuilder;
use usb_device::device::UsbVidPid;
use usbd_ctaphid::CtapHid;
use usbd_ctaphid::Version;
use usbd_ctaphid::types::Status;

const CERTIFICATE: &[u8] = include_bytes!("../data/fido-cert.der");
const CERTIFICATE_KEY: &[u8] = include_bytes!("../data/fido-key.trussed");

/// The runner of Nitrokey's firmware sends keep-alives so often.
const KEEPALIVE_EVERY: Duration = Duration::from_millis(80);

const BACKENDS: &[BackendId<BackendIds>] = &[
    BackendId::Custom(BackendIds::StagingBackend),
    BackendId::Core,
];

/// How the key is made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spec {
    /// Whether it lists PIN protocol one alone.
    pub protocol_one: bool,
}

/// A key that is plugged in.
pub struct Key<'a> {
    usb: RefCell<Usb<'a>>,
    /// Its finger.
    pub presence: Presence,
}

struct Usb<'a> {
    device: UsbDevice<'a, Bus>,
    hid: CtapHid<'a, 'a, 'static, Bus, DEFAULT_MESSAGE_SIZE>,
    wire: Wire,
    start: Instant,
    keepalive: Option<Instant>,
}

/// Lends a new key, plugged in, to `work`.
pub fn with_key<T: Send>(spec: Spec, work: impl FnOnce(&Key<'_>) -> T + Send) -> T {
    let presence = Presence::new();
    virt::with_platform(StoreConfig::ram(), |mut platform| {
        platform
            .user_interface()
            .set_inner(Box::new(presence.clone()));
        let store = platform.store();
        let files = store.ifs();
        files.create_dir_all(path!("fido/x5c")).unwrap();
        files.create_dir_all(path!("fido/sec")).unwrap();
        files.write(path!("fido/x5c/00"), CERTIFICATE).unwrap();
        files.write(path!("fido/sec/00"), CERTIFICATE_KEY).unwrap();

        let channel = TrussedChannel::new();
        let (requester, responder) = channel.split().unwrap();
        // The flag of CTAPHID_CANCEL; trussed wants one that lives for ever.
        let flag: &'static InterruptFlag = Box::leak(Box::new(InterruptFlag::new()));
        let context = CoreContext::with_interrupt(path!("fido").into(), Some(flag));
        let (syscall, called) = mpsc::channel();
        let client: ClientImplementation<'_, Syscall, Dispatcher> =
            ClientImplementation::new(requester, Syscall(syscall), Some(flag));
        thread::scope(|scope| {
            scope.spawn(move || {
                let mut service = Service::with_dispatch(platform, Dispatcher::default());
                let mut endpoints = [ServiceEndpoint::new(responder, context, BACKENDS)];
                while called.recv().is_ok() {
                    service.process(&mut endpoints);
                }
            });
            let config = Config {
                max_resident_credential_count: Some(10),
                firmware_version: Some(FirmwareVersion::new(0x0001_0800)),
                fido2_up_timeout: Some(3_000),
                ..Config::new(DEFAULT_MESSAGE_SIZE)
            };
            let fido = Authenticator::new(client, Conforming {}, config);
            if spec.protocol_one {
                power_up(ProtocolOne(fido), presence, work)
            } else {
                power_up(fido, presence, work)
            }
        })
    })
}

/// Wakes the platform.
struct Syscall(Sender<()>);

impl platform::Syscall for Syscall {
    fn syscall(&mut self) {
        self.0.send(()).unwrap();
    }
}

fn power_up<T: Send>(
    mut app: impl App<'static> + Send,
    presence: Presence,
    work: impl FnOnce(&Key<'_>) -> T + Send,
) -> T {
    let channel = Channel::new();
    let (requester, responder) = channel.split().unwrap();
    // Where a running command's flag is found; it lives for ever, as the flag does.
    let interrupt: &'static OptionRefSwap<'static, InterruptFlag> =
        Box::leak(Box::new(OptionRefSwap::new(None)));
    let stop = AtomicBool::new(false);
    let wire = Wire::default();
    let bus = UsbBusAllocator::new(Bus::new(wire.clone()));
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut dispatch = Dispatch::with_interrupt(responder, Some(interrupt));
            while !stop.load(Ordering::Relaxed) {
                dispatch.poll(&mut [&mut app]);
                thread::sleep(Duration::from_millis(1));
            }
        });
        let mut hid = CtapHid::with_interrupt(&bus, requester, Some(interrupt), 0)
            .implements_ctap1()
            .implements_ctap2();
        hid.set_version(Version {
            major: 1,
            minor: 8,
            build: 0,
        });
        let device = UsbDeviceBuilder::new(&bus, UsbVidPid(0x20a0, 0x42b2)).build();
        let usb = RefCell::new(Usb {
            device,
            hid,
            wire,
            start: Instant::now(),
            keepalive: None,
        });
        let key = Key { usb, presence };
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&key)));
        stop.store(true, Ordering::Relaxed);
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

impl Key<'_> {
    /// A handle on it. Several may be open; a report goes to the first that reads.
    pub fn open(&self) -> Box<dyn KeyTransport + '_> {
        Box::new(Port(self))
    }

    /// Lets the key's USB side do what is due.
    fn run(&self) {
        let usb = &mut *self.usb.borrow_mut();
        let now = Instant::now();
        let millis = now.duration_since(usb.start).as_millis();
        usb.hid.check_timeout(millis.try_into().unwrap());
        usb.device.poll(&mut [&mut usb.hid]);
        usb.hid.check_for_app_response();
        if let Status::ReceivedData(_) = usb.hid.did_start_processing() {
            usb.keepalive = Some(now + KEEPALIVE_EVERY);
        }
        if usb.keepalive.is_some_and(|due| due <= now) {
            let goes_on = usb.hid.send_keepalive(self.presence.is_waited_for());
            usb.keepalive = match goes_on {
                Status::ReceivedData(_) => Some(now + KEEPALIVE_EVERY),
                Status::Idle => None,
            };
        }
    }
}

struct Port<'k, 'a>(&'k Key<'a>);

impl KeyTransport for Port<'_, '_> {
    fn write_report(&mut self, report: &Report) -> Result<(), TransportError> {
        let wire = self.0.usb.borrow().wire.clone();
        while !wire.put(report) {
            self.0.run();
        }
        self.0.run();
        Ok(())
    }

    fn read_report(&mut self, within: Duration) -> Result<Option<Report>, TransportError> {
        let wire = self.0.usb.borrow().wire.clone();
        let start = Instant::now();
        loop {
            self.0.run();
            let report = wire.take();
            if report.is_some() || start.elapsed() >= within {
                return Ok(report);
            }
            thread::sleep(Duration::from_micros(200));
        }
    }
}
