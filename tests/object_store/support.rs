//! A rehearsed book, a container of Azurite's, and the program beside them.

use crate::skipped::skipped;
use data_encoding::BASE64;
use glasskey::io::object::Container;
use glasskey::io::object::ObjectLedger;
use glasskey::plan::ObjectUrl;
use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use object_store::ObjectStoreExt;
use object_store::PutPayload;
use object_store::azure::MicrosoftAzure;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::path::Path as Name;
use serde_json::Value;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

/// Azurite's account and key; both are published.
pub(crate) const ACCOUNT: &str = "devstoreaccount1";
pub(crate) const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// The endpoint of Azurite; `None`, with a line that says so, where it is not at hand.
pub(crate) fn endpoint() -> Option<String> {
    let found = std::env::var("GLASSKEY_TEST_AZURITE").ok();
    if found.is_none() {
        skipped(
            "ledgers in somebody else's object store",
            "GLASSKEY_TEST_AZURITE",
        );
    }
    found
}

/// A container of its own in Azurite.
pub(crate) struct Shelf {
    endpoint: String,
    pub(crate) name: String,
    admin: MicrosoftAzure,
    runtime: tokio::runtime::Runtime,
}

impl Shelf {
    /// A new container; `None` without Azurite.
    pub(crate) fn new() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let endpoint = endpoint()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("glasskey-{}-{number}", std::process::id());
        make(&endpoint, &name);
        let _ = rustls::crypto::ring::default_provider().install_default();
        let admin = MicrosoftAzureBuilder::new()
            .with_account(ACCOUNT)
            .with_access_key(KEY)
            .with_endpoint(endpoint.clone())
            .with_allow_http(true)
            .with_container_name(&name)
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Some(Self {
            endpoint,
            name,
            admin,
            runtime,
        })
    }

    /// The variables that reach it.
    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        [
            ("AZURE_STORAGE_ACCOUNT", ACCOUNT),
            ("AZURE_STORAGE_KEY", KEY),
            ("AZURE_STORAGE_ENDPOINT", &self.endpoint),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// An address in it.
    pub(crate) fn url(&self, prefix: &str) -> String {
        format!("az://{}/{prefix}", self.name)
    }

    pub(crate) fn container(&self) -> Container {
        let variables = self.variables();
        let url = ObjectUrl::parse(&self.url("")).unwrap();
        Container::open(&url, &|name| variables.get(name).cloned()).unwrap()
    }

    /// The ledger at `prefix`, through the product's own store.
    pub(crate) fn ledger(&self, prefix: &str) -> ObjectLedger {
        let url = ObjectUrl::parse(&self.url(prefix)).unwrap();
        ObjectLedger::new(self.container(), url)
    }

    /// Writes over an object, behind the product's back.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let name = Name::parse(name).unwrap();
        let put = self.admin.put(&name, PutPayload::from(bytes.to_vec()));
        self.runtime.block_on(put).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        let got = async {
            self.admin
                .get(&Name::parse(name).unwrap())
                .await?
                .bytes()
                .await
        };
        self.runtime.block_on(got).unwrap().to_vec()
    }

    pub(crate) fn remove(&self, name: &str) {
        let name = Name::parse(name).unwrap();
        let removed = self.admin.delete(&name);
        self.runtime.block_on(removed).unwrap();
    }

    /// Runs the program with the variables that reach it.
    pub(crate) fn glasskey(&self, arguments: &[&str]) -> Ran {
        glasskey(arguments, &self.variables())
    }
}

/// Makes a container (Put Container, authorized with the account's key).
fn make(endpoint: &str, name: &str) {
    let authority = endpoint.strip_prefix("http://").unwrap();
    let (host, path) = authority.split_once('/').unwrap();
    assert_eq!(path, ACCOUNT);
    let date = jiff::Timestamp::now()
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string();
    let headers = format!("x-ms-date:{date}\nx-ms-version:2021-08-06");
    let resource = format!("/{ACCOUNT}/{ACCOUNT}/{name}\nrestype:container");
    let signed = format!("PUT\n\n\n\n\n\n\n\n\n\n\n\n{headers}\n{resource}");
    let key = BASE64.decode(KEY.as_bytes()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(signed.as_bytes());
    let signature = BASE64.encode(&mac.finalize().into_bytes());
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "PUT /{ACCOUNT}/{name}?restype=container HTTP/1.1\r\nHost: {host}\r\n\
         x-ms-date: {date}\r\nx-ms-version: 2021-08-06\r\nContent-Length: 0\r\n\
         Authorization: SharedKey {ACCOUNT}:{signature}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

/// How the program ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{}{}", self.out, self.err))
    }

    /// The three lines of an error, without their beginnings.
    pub(crate) fn three_lines(&self) -> [String; 3] {
        let begins = [
            "glasskey: error: ",
            "glasskey: because: ",
            "glasskey: next: ",
        ];
        let lines: Vec<&str> = self.err.lines().collect();
        assert_eq!(lines.len(), 3, "{}", self.err);
        std::array::from_fn(|at| lines[at].strip_prefix(begins[at]).unwrap().to_owned())
    }
}

/// Runs the program with these variables of a store and no others.
pub(crate) fn glasskey(arguments: &[&str], variables: &BTreeMap<String, String>) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_glasskey"));
    for (name, _) in std::env::vars() {
        let lower = name.to_lowercase();
        if lower.starts_with("azure_") || lower.starts_with("aws_") || lower.ends_with("_proxy") {
            command.env_remove(name);
        }
    }
    let output = command.args(arguments).envs(variables).output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A rehearsal's book in a folder, gone at the end.
pub(crate) struct Rehearsed(PathBuf);

impl Rehearsed {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("glasskey-objects-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let out = path.to_str().unwrap().to_owned();
        glasskey(
            &["rehearse", "--only", "registrations", "--out", &out],
            &BTreeMap::new(),
        )
        .exits(0);
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn book(&self) -> String {
        self.path("book")
    }

    pub(crate) fn trust(&self) -> String {
        self.path("auditor/trust.toml")
    }

    /// The files of its ledger, by name.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let root = self.0.join("book/ledger");
        walk(&root, &root, &mut files);
        files
    }
}

impl Drop for Rehearsed {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            files.insert(name.to_owned(), fs::read(&path).unwrap());
        }
    }
}
