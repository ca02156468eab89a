//! The certificate authorities that TLS will find here.

use super::SystemProbe;
use super::bytes_of;
use crate::facts::system::CertificateCount;
use crate::facts::system::CertificateFile;
use pki_types::CertificateDer;
use pki_types::pem::PemObject;
use std::fs;
use std::path::Path;

/// Where distributions keep them in one file; the first that is there counts.
const FILES: [&str; 7] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/opt/etc/ssl/certs/ca-certificates.crt",
];
/// The most files of a folder that are read.
const MAX_FILES: usize = 1_024;

impl SystemProbe {
    /// The files that count: those of the environment alone if it names any.
    pub(super) fn certificates(&self) -> Vec<CertificateFile> {
        let mut files = Vec::new();
        if let Some(path) = &self.ssl_cert_file {
            files.push(read(path, true));
        }
        if let Some(folder) = &self.ssl_cert_dir {
            files.push(read_folder(folder));
        }
        if files.is_empty() {
            let first = FILES.into_iter().find(|path| self.is_there(path));
            files.extend(first.map(|path| CertificateFile {
                path: path.to_owned(),
                ..read(&self.at(path), false)
            }));
        }
        files
    }
}

fn read(path: &Path, from_environment: bool) -> CertificateFile {
    CertificateFile {
        path: path.display().to_string(),
        from_environment,
        read: bytes_of(path)
            .map(|bytes| count(&bytes))
            .map_err(|error| error.to_string()),
    }
}

fn read_folder(folder: &Path) -> CertificateFile {
    let sum = fs::read_dir(folder).map(|entries| {
        let mut sum = CertificateCount::default();
        for entry in entries.take(MAX_FILES).flatten() {
            if let Ok(bytes) = bytes_of(&entry.path()) {
                let one = count(&bytes);
                sum.good = sum.good.saturating_add(one.good);
                sum.bad = sum.bad.saturating_add(one.bad);
            }
        }
        sum
    });
    CertificateFile {
        path: folder.display().to_string(),
        from_environment: true,
        read: sum.map_err(|error| error.to_string()),
    }
}

/// What is in a PEM file: certificates that can be trust anchors, and parts that cannot.
fn count(bytes: &[u8]) -> CertificateCount {
    let mut sum = CertificateCount::default();
    for part in CertificateDer::pem_slice_iter(bytes) {
        let good = part.is_ok_and(|der| webpki::anchor_from_trusted_cert(&der).is_ok());
        if good {
            sum.good = sum.good.saturating_add(1);
        } else {
            sum.bad = sum.bad.saturating_add(1);
        }
    }
    sum
}
