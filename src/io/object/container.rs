//! A container: its clients, and the requests that glasskey makes of it.

use super::fault::OpenFault;
use super::fault::remote;
use super::settings;
use super::settings::Patience;
use crate::ledger::RemoteFault;
use crate::plan::ObjectService;
use crate::plan::ObjectUrl;
use object_store::BackoffConfig;
use object_store::ClientOptions;
use object_store::Error;
use object_store::GetOptions;
use object_store::ObjectStore;
use object_store::ObjectStoreExt;
use object_store::PutMode;
use object_store::PutOptions;
use object_store::PutPayload;
use object_store::RetryConfig;
use object_store::list::PaginatedListOptions;
use object_store::list::PaginatedListStore;
use object_store::path::Path;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::runtime::Runtime;

/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);
/// Without a byte.
const SILENCE: Duration = Duration::from_secs(30);
/// For one request as a whole; 32 MiB in it are 2.2 Mbit/s.
const REQUEST: Duration = Duration::from_secs(120);
/// Times that a read is asked for again, within [`AGAIN_WITHIN`]. A write never is.
const AGAIN: usize = 3;
const AGAIN_WITHIN: Duration = Duration::from_secs(20);
/// Names in a page.
const PAGE: usize = 5_000;

/// Both traits of a client.
trait Client: ObjectStore + PaginatedListStore {}
impl<T: ObjectStore + PaginatedListStore> Client for T {}

/// A container or bucket. Many threads may use it at once.
#[derive(Clone)]
pub struct Container {
    shared: Arc<Shared>,
}

struct Shared {
    runtime: Runtime,
    reader: Arc<dyn Client>,
    writer: Arc<dyn Client>,
}

/// What lies directly beneath a place: files, and folders without the `/` at their end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// Names of files, relative to the place.
    pub files: Vec<String>,
    /// Names of folders, relative to the place.
    pub folders: Vec<String>,
}

/// A page of names, and where the next begins; `None` after the last.
pub(super) type Page = (Vec<String>, Option<String>);

impl Container {
    /// The container of `url`, with account and credentials from the variables that `lookup` knows:
    /// `None` for one that is not set, or empty. Nothing is sent yet.
    ///
    /// # Errors
    /// [`OpenFault`] if a variable is missing or unusable.
    pub fn open(
        url: &ObjectUrl,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, OpenFault> {
        // A second call finds it done.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| OpenFault::NoClient)?;
        let client = |again| -> Result<Arc<dyn Client>, OpenFault> {
            match url.service() {
                ObjectService::Azure => {
                    let builder = settings::azure(url, patience(again), lookup)?;
                    let client = builder.build().map_err(|_| unusable(url))?;
                    Ok(Arc::new(client))
                }
                ObjectService::S3 => {
                    let builder = settings::s3(url, patience(again), lookup)?;
                    let client = builder.build().map_err(|_| unusable(url))?;
                    Ok(Arc::new(client))
                }
            }
        };
        Ok(Self {
            shared: Arc::new(Shared {
                reader: client(AGAIN)?,
                writer: client(0)?,
                runtime,
            }),
        })
    }

    /// An object's bytes; `None` if there is none. One larger than `most` is `Err(None)`, and its
    /// bytes are not asked for.
    pub(super) fn get(
        &self,
        name: &str,
        most: u64,
    ) -> Result<Option<Vec<u8>>, Option<RemoteFault>> {
        let path = parsed(name).map_err(Some)?;
        let reader = &self.shared.reader;
        let got = self.shared.runtime.block_on(async {
            let found = reader.get_opts(&path, GetOptions::default()).await?;
            if found.meta.size > most {
                return Ok(None);
            }
            found.bytes().await.map(Some)
        });
        match got {
            Ok(Some(bytes)) => Ok(Some(bytes.to_vec())),
            Ok(None) => Err(None),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Some(remote(&error))),
        }
    }

    /// Creates an object unless there is one; whether it was created. Sent once.
    pub(super) fn create(&self, name: &str, bytes: &[u8]) -> Result<bool, RemoteFault> {
        match self.put(name, bytes, PutMode::Create)? {
            Ok(()) => Ok(true),
            Err(Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(remote(&error)),
        }
    }

    /// Writes an object over what may be there. Sent once.
    pub(super) fn overwrite(
        &self,
        name: &str,
        bytes: &[u8],
    ) -> Result<Result<(), Error>, RemoteFault> {
        self.put(name, bytes, PutMode::Overwrite)
    }

    fn put(
        &self,
        name: &str,
        bytes: &[u8],
        mode: PutMode,
    ) -> Result<Result<(), Error>, RemoteFault> {
        let path = parsed(name)?;
        let payload = PutPayload::from(bytes.to_vec());
        let put = self
            .shared
            .writer
            .put_opts(&path, payload, PutOptions::from(mode));
        Ok(self.shared.runtime.block_on(put).map(|_| ()))
    }

    /// Removes an object. Sent once.
    pub(super) fn delete(&self, name: &str) -> Result<Result<(), Error>, RemoteFault> {
        let path = parsed(name)?;
        let writer = &self.shared.writer;
        Ok(self.shared.runtime.block_on(writer.delete(&path)))
    }

    /// A page of the names that begin with `prefix`: from `page`, else those after `after`.
    pub(super) fn page(
        &self,
        prefix: &str,
        after: Option<&str>,
        page: Option<String>,
    ) -> Result<Page, RemoteFault> {
        let options = PaginatedListOptions {
            offset: after.map(str::to_owned),
            max_keys: Some(PAGE),
            page_token: page,
            ..PaginatedListOptions::default()
        };
        let (files, _, next) = self.listed(prefix, options)?;
        Ok((files, next))
    }

    /// Whether there is a name that begins with `prefix`.
    ///
    /// # Errors
    /// [`RemoteFault`] if the container cannot be listed.
    pub fn any(&self, prefix: &str) -> Result<bool, RemoteFault> {
        let mut page = None;
        loop {
            let options = PaginatedListOptions {
                max_keys: Some(2),
                page_token: page,
                ..PaginatedListOptions::default()
            };
            let (files, _, next) = self.listed(prefix, options)?;
            if !files.is_empty() {
                return Ok(true);
            }
            // A page may be empty and not the last.
            if next.is_none() {
                return Ok(false);
            }
            page = next;
        }
    }

    /// What lies directly beneath `place`.
    ///
    /// # Errors
    /// [`RemoteFault`] if the container cannot be listed.
    pub fn layer(&self, place: &ObjectUrl) -> Result<Layer, RemoteFault> {
        let prefix = place.name_of("");
        let mut layer = Layer::default();
        let mut page = None;
        loop {
            let options = PaginatedListOptions {
                delimiter: Some(Cow::Borrowed("/")),
                max_keys: Some(PAGE),
                page_token: page,
                ..PaginatedListOptions::default()
            };
            let (files, folders, next) = self.listed(&prefix, options)?;
            let relative = |name: String| name.strip_prefix(&prefix).map(str::to_owned);
            layer.files.extend(files.into_iter().filter_map(relative));
            layer
                .folders
                .extend(folders.into_iter().filter_map(relative));
            if next.is_none() {
                return Ok(layer);
            }
            page = next;
        }
    }

    fn listed(
        &self,
        prefix: &str,
        options: PaginatedListOptions,
    ) -> Result<(Vec<String>, Vec<String>, Option<String>), RemoteFault> {
        let prefix = Some(prefix).filter(|prefix| !prefix.is_empty());
        let listing = self.shared.reader.list_paginated(prefix, options);
        let found = self
            .shared
            .runtime
            .block_on(listing)
            .map_err(|error| remote(&error))?;
        let names = |paths: Vec<Path>| paths.into_iter().map(String::from).collect();
        let files = found.result.objects.into_iter().map(|one| one.location);
        Ok((
            names(files.collect()),
            names(found.result.common_prefixes),
            found.page_token,
        ))
    }
}

/// The name as the container's own; nothing in it is encoded or left out.
fn parsed(name: &str) -> Result<Path, RemoteFault> {
    let path = Path::parse(name).map_err(|_| RemoteFault::BadName)?;
    if path.as_ref() == name {
        Ok(path)
    } else {
        Err(RemoteFault::BadName)
    }
}

fn patience(again: usize) -> Patience {
    Patience {
        options: ClientOptions::new()
            .with_connect_timeout(CONNECT)
            .with_read_timeout(SILENCE)
            .with_timeout(REQUEST),
        retry: RetryConfig {
            backoff: BackoffConfig {
                init_backoff: Duration::from_millis(200),
                max_backoff: Duration::from_secs(2),
                ..BackoffConfig::default()
            },
            max_retries: again,
            retry_timeout: AGAIN_WITHIN,
        },
    }
}

/// What a client says no to as it is made is a credential that has not the form of one.
const fn unusable(url: &ObjectUrl) -> OpenFault {
    OpenFault::Unusable(match url.service() {
        ObjectService::Azure => "AZURE_STORAGE_*",
        ObjectService::S3 => "AWS_*",
    })
}
