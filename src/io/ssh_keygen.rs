//! Real people sign through OpenSSH: agent, security key, PKCS#11 or file; we never see a private
//! key.

use crate::ceremony::SignError;
use crate::ceremony::Signer;
use crate::primitives::bytes;
use crate::record::MAX_SIGNATURE_BYTES;
use crate::record::Namespace;
use std::fs;
use std::fs::DirBuilder;
use std::fs::File;
use std::io;
use std::io::ErrorKind;
use std::io::IsTerminal;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;

/// What the program says that is kept when it fails, in bytes.
const MAX_WORDS: usize = 2 << 10;

/// A person who signs through `ssh-keygen -Y sign` (OpenSSH 8.1 or newer).
///
/// It asks for PIN, passphrase and touch on its own terminal. So its standard input stays the
/// terminal's, and the message goes through a folder that only this user may open and that is
/// removed afterwards; the message is a record, a checkpoint or a roster and holds no secret.
pub struct SshKeygenSigner {
    program: PathBuf,
    reference: String,
    key_file: PathBuf,
}

impl SshKeygenSigner {
    /// The person `reference`, who signs with `key_file`: a private key, a security key's handle,
    /// or a public key (`….pub`) whose private half an agent holds.
    #[must_use]
    pub fn new(reference: &str, key_file: &Path) -> Self {
        Self::through(Path::new("ssh-keygen"), reference, key_file)
    }

    /// As [`Self::new`], through an `ssh-keygen` that is not the first on the path.
    #[must_use]
    pub fn through(program: &Path, reference: &str, key_file: &Path) -> Self {
        Self {
            program: program.to_owned(),
            reference: reference.to_owned(),
            key_file: key_file.to_owned(),
        }
    }

    fn run(&self, namespace: Namespace, message: &Path) -> Result<(), SignError> {
        // On a terminal the program says there when to touch; elsewhere its words are the reason.
        let words = if io::stderr().is_terminal() {
            Stdio::inherit()
        } else {
            Stdio::piped()
        };
        let output = Command::new(&self.program)
            .args(["-q", "-Y", "sign", "-n", namespace.name(), "-f"])
            .arg(&self.key_file)
            .arg(message)
            .stdin(Stdio::inherit())
            .stdout(Stdio::null())
            .stderr(words)
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .map_err(|error| self.not_started(&error))?;
        if output.status.success() {
            return Ok(());
        }
        if interrupted(output.status) {
            return Err(SignError::Declined);
        }
        if !self.can_sign() {
            return Err(SignError::NoProgram(format!(
                "{}: older than OpenSSH 8.1",
                self.program.display()
            )));
        }
        let kept = output.stderr.get(..MAX_WORDS).unwrap_or(&output.stderr);
        let words = String::from_utf8_lossy(kept);
        let words = match words.trim() {
            "" => format!("{}: {}", self.program.display(), output.status),
            words => words.to_owned(),
        };
        Err(SignError::Failed(words))
    }

    fn not_started(&self, error: &io::Error) -> SignError {
        let words = format!("{}: {error}", self.program.display());
        if error.kind() == ErrorKind::NotFound {
            SignError::NoProgram(words)
        } else {
            SignError::Failed(words)
        }
    }

    /// Whether the program's own usage lists `-Y sign`.
    fn can_sign(&self) -> bool {
        Command::new(&self.program)
            .arg("-Y")
            .stdin(Stdio::null())
            .output()
            .is_ok_and(|output| String::from_utf8_lossy(&output.stderr).contains("-Y sign"))
    }
}

impl Signer for SshKeygenSigner {
    fn reference(&self) -> &str {
        &self.reference
    }

    fn sign(&mut self, namespace: Namespace, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let folder = PrivateFolder::create().map_err(|error| failed(&error))?;
        let path = folder.0.join("message");
        fs::write(&path, message).map_err(|error| failed(&error))?;
        self.run(namespace, &path)?;
        read_signature(&folder.0.join("message.sig")).map_err(|error| failed(&error))
    }
}

fn failed(error: &io::Error) -> SignError {
    SignError::Failed(error.to_string())
}

/// At most one byte more than a signature may have; the strict parser refuses that.
fn read_signature(path: &Path) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(MAX_SIGNATURE_BYTES).unwrap_or(u64::MAX);
    let mut signature = Vec::new();
    File::open(path)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut signature)?;
    Ok(signature)
}

/// Whether the person stopped it with Ctrl-C.
#[cfg(unix)]
fn interrupted(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(2) // SIGINT
}

/// Whether the person stopped it with Ctrl-C.
#[cfg(not(unix))]
fn interrupted(status: ExitStatus) -> bool {
    status.code().is_none()
}

/// A fresh folder that only this user may open; removed when dropped.
struct PrivateFolder(PathBuf);

impl PrivateFolder {
    fn create() -> io::Result<Self> {
        let mut name = [0_u8; 16];
        getrandom::fill(&mut name).map_err(io::Error::other)?;
        let path = std::env::temp_dir().join(format!("glasskey-{}", bytes::hex(&name)));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder.create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // What could be left is a message that is public to this user anyway.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let program = Path::new("/nonexistent/ssh-keygen");
        let mut signer = SshKeygenSigner::through(program, "op-7", Path::new("key"));
        let error = signer.sign(Namespace::Record, b"{}").unwrap_err();
        let SignError::NoProgram(words) = error else {
            panic!("{error:?}")
        };
        assert!(words.starts_with("/nonexistent/ssh-keygen: "), "{words}");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_without_signing_is_too_old() {
        use std::os::unix::fs::PermissionsExt;
        let folder = PrivateFolder::create().unwrap();
        let program = folder.0.join("ssh-keygen");
        fs::write(
            &program,
            "#!/bin/sh\necho 'unknown option -- Y' >&2\nexit 1\n",
        )
        .unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        let mut signer = SshKeygenSigner::through(&program, "op-7", Path::new("key"));
        assert_eq!(
            signer.sign(Namespace::Record, b"{}"),
            Err(SignError::NoProgram(format!(
                "{}: older than OpenSSH 8.1",
                program.display()
            )))
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_private_and_goes_away() {
        use std::os::unix::fs::PermissionsExt;
        let folder = PrivateFolder::create().unwrap();
        let path = folder.0.clone();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        drop(folder);
        assert!(!path.exists());
    }
}
