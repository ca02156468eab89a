//! The key that the person at this machine signs with, and whose it is on a roster.

use super::args::OwnKey;
use super::exit::Exit;
use super::failure::Failure;
use super::held;
use crate::io::ssh_keygen::SshKeygenSigner;
use crate::record::MAX_KEY_TEXT;
use crate::record::Roster;
use crate::record::SshKeyType;
use crate::record::SshPublicKey;
use std::env;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Public keys that are looked at in `~/.ssh`, at most.
const MOST: usize = 200;

/// A key of this person: its public half, and the file that `ssh-keygen` is given.
#[derive(Clone, Debug)]
pub(crate) struct Mine {
    /// The public half.
    pub(crate) public: SshPublicKey,
    /// The private key, a security key's handle, or the public half of a key in the agent.
    pub(crate) file: PathBuf,
}

/// A person of a roster, and the key in this person's hands.
pub(crate) struct Signatory {
    /// The ref.
    pub(crate) reference: String,
    /// The key.
    pub(crate) mine: Mine,
}

impl Signatory {
    /// Who signs with it, through `ssh-keygen`.
    pub(crate) fn signer(&self) -> SshKeygenSigner {
        SshKeygenSigner::new(&self.reference, &self.mine.file)
    }

    /// What is said before `ssh-keygen` asks; `None` where it may ask for nothing.
    pub(crate) fn what_to_do(&self) -> String {
        let kind = self.mine.public.key_type();
        if matches!(kind, SshKeyType::SkEd25519 | SshKeyType::SkEcdsaP256) {
            format!(
                "{}: touch your own security key when it blinks; ssh-keygen asks for its PIN first.",
                self.reference
            )
        } else {
            format!("{}: ssh-keygen signs with your key now.", self.reference)
        }
    }
}

/// The key in `file`, whose public half lies beside it, or is it.
///
/// # Errors
/// [`Failure`] with exit 2; `what` says what was not done.
pub(crate) fn read(file: &Path, what: &str) -> Result<Mine, Failure> {
    let is_public = file.extension().is_some_and(|one| one == "pub");
    let public = if is_public {
        file.to_owned()
    } else {
        let mut name = file.as_os_str().to_owned();
        name.push(".pub");
        PathBuf::from(name)
    };
    if fs::symlink_metadata(&public).is_err() {
        return Err(Failure::new(
            Exit::Usage,
            what,
            format!("{} is not there", public.display()),
            format!(
                "make it: `ssh-keygen -y -f {} > {}`",
                file.display(),
                public.display()
            ),
        ));
    }
    let public_key = parse(&held::file(&public, what)?).ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            what,
            format!(
                "{} is no OpenSSH public key that signs here",
                public.display()
            ),
            "use ed25519, ed25519-sk, ecdsa on P-256 or RSA: docs/formats/signatures.md",
        )
    })?;
    Ok(Mine {
        public: public_key,
        file: file.to_owned(),
    })
}

/// The person on `roster` whose key is in this person's hands: in the file that was named, else in
/// `~/.ssh`.
///
/// # Errors
/// [`Failure`] with exit 2 if it is nobody's, or of several people; `what` says what was not done.
pub(crate) fn whose(own: &OwnKey, roster: &Roster, what: &str) -> Result<Signatory, Failure> {
    let keys = match &own.key {
        Some(file) => vec![read(file, what)?],
        None => in_home(),
    };
    let mut found: Vec<Signatory> = Vec::new();
    for entry in roster.entries() {
        if own
            .reference
            .as_ref()
            .is_some_and(|one| *one != entry.reference)
        {
            continue;
        }
        if let Some(mine) = keys.iter().find(|mine| mine.public == entry.key) {
            found.push(Signatory {
                reference: entry.reference.clone(),
                mine: mine.clone(),
            });
        }
    }
    let who = own
        .reference
        .as_ref()
        .map_or_else(|| "anybody on the roster".to_owned(), Clone::clone);
    let several = found.len() > 1;
    match found.pop() {
        Some(only) if !several => Ok(only),
        Some(_) => Err(Failure::new(
            Exit::Usage,
            what,
            "keys of several people on the roster are on this machine",
            "say who you are: --as REF",
        )),
        None => Err(Failure::new(
            Exit::Usage,
            what,
            match &own.key {
                Some(file) => format!("{} is not the key of {who}", file.display()),
                None => format!("no key in ~/.ssh is that of {who}"),
            },
            "name your key: --key FILE; the roster lists whose key is whose",
        )),
    }
}

/// Every key of `~/.ssh` whose public half is there, in the order of names.
fn in_home() -> Vec<Mine> {
    let Some(home) = env::var_os("HOME").map(PathBuf::from) else {
        return Vec::new();
    };
    let Ok(entries) = fs::read_dir(home.join(".ssh")) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|one| one == "pub"))
        .take(MOST)
        .collect();
    files.sort_unstable();
    let key = |public: PathBuf| {
        let plain = fs::metadata(&public).ok().filter(fs::Metadata::is_file)?;
        let small = usize::try_from(plain.len()).is_ok_and(|length| length <= MAX_KEY_TEXT);
        let text = small.then(|| fs::read(&public).ok()).flatten()?;
        let private = public.with_extension("");
        let has_private = fs::metadata(&private).is_ok_and(|meta| meta.is_file());
        Some(Mine {
            public: parse(&text)?,
            file: if has_private { private } else { public },
        })
    };
    files.into_iter().filter_map(key).collect()
}

fn parse(file: &[u8]) -> Option<SshPublicKey> {
    let text = std::str::from_utf8(file).ok()?;
    SshPublicKey::parse(text.trim_end_matches(['\n', '\r'])).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Namespace;
    use crate::record::RosterEntry;

    fn roster(keys: &[u8]) -> Roster {
        let entry = |(number, key): (usize, &u8)| RosterEntry {
            reference: format!("p-{number}"),
            namespaces: vec![Namespace::Record],
            valid_after: None,
            valid_before: None,
            key: SshPublicKey::ed25519([*key; 32]),
        };
        Roster::new(keys.iter().enumerate().map(entry).collect()).unwrap()
    }

    #[test]
    fn a_key_is_found_by_its_public_half_and_named_by_the_roster() {
        let dir = env::temp_dir().join(format!("glasskey-own-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let public = format!("{} me@here\n", SshPublicKey::ed25519([7; 32]));
        fs::write(dir.join("id.pub"), public).unwrap();
        fs::write(dir.join("odd.pub"), "odd").unwrap();
        let own = |file: &str, reference: Option<&str>| OwnKey {
            key: Some(dir.join(file)),
            reference: reference.map(str::to_owned),
        };
        let ask = |own: &OwnKey, roster: &Roster| {
            whose(own, roster, "nothing was signed").map_err(|failure| failure.why)
        };
        let found = ask(&own("id", None), &roster(&[1, 7])).ok().unwrap();
        assert_eq!(found.reference, "p-1");
        assert_eq!(found.mine.file, dir.join("id"));
        let other = ask(&own("id.pub", Some("p-0")), &roster(&[1, 7])).err();
        let absent = ask(&own("none", None), &roster(&[1])).err();
        let odd = ask(&own("odd", None), &roster(&[1])).err();
        fs::remove_dir_all(&dir).unwrap();
        assert_eq!(
            other,
            Some(format!(
                "{} is not the key of p-0",
                dir.join("id.pub").display()
            ))
        );
        assert!(absent.unwrap().ends_with("none.pub is not there"));
        assert!(odd.unwrap().contains("is no OpenSSH public key"));
    }
}
