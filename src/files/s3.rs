//! Files in a store with S3's protocol. One request is one file or a part of it, so memory is bounded by a part.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    BackoffConfig, GetOptions, GetRange, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, RetryConfig,
};
use rooms::OrgId;
use secrecy::ExposeSecret as _;
use tokio::io::AsyncReadExt as _;

use super::error::FilesError;
use super::file_store::{Doing, FileStore, Listed, StoredFile, is_there};
use super::key::{FileKey, FileKind};
use super::range::ByteRange;
use super::s3_http::GatewayConnector;
use crate::config::{Secret, Settings};
use crate::outbound::Gateway;

/// Size of a part of a large file, of which there may be 10,000. One part is in memory at a time.
const PART_BYTES: usize = 8 * 1024 * 1024;
/// Tries after the first. Longer outages are the caller's: a visitor waits for it.
const RETRIES_MAX: usize = 3;
const FIRST_WAIT: Duration = Duration::from_millis(200);
const WAIT_MAX: Duration = Duration::from_secs(2);

/// A bucket, or the part of it below a prefix.
pub(super) struct S3Store {
    bucket: AmazonS3,
    prefix: String,
    shown: String,
}

/// Shows no key.
impl std::fmt::Debug for S3Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "S3Store({})", self.shown)
    }
}

impl S3Store {
    /// The bucket of settings that were checked. Variables of the environment (`AWS_…`) and the address of cloud
    /// machines' credentials are not looked at.
    pub(super) fn new(settings: &Settings, gateway: &Gateway) -> Self {
        let timeout = Duration::from_secs(settings.s3_timeout_s);
        let secret = |secret: &Option<Secret>| {
            secret.as_ref().map(|secret| secret.0.expose_secret().to_owned()).unwrap_or_default()
        };
        let name = settings.s3_bucket.clone().unwrap_or_default();
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&name)
            .with_region(&settings.s3_region)
            .with_access_key_id(secret(&settings.s3_access_key))
            .with_secret_access_key(secret(&settings.s3_secret_key))
            .with_allow_http(true)
            // Not every store with S3's protocol has it.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig { init_backoff: FIRST_WAIT, max_backoff: WAIT_MAX, base: 2.0 },
                max_retries: RETRIES_MAX,
                retry_timeout: timeout,
            })
            .with_http_connector(GatewayConnector::new(gateway.clone(), timeout));
        let mut host = format!("s3.{}.amazonaws.com", settings.s3_region);
        if let Some(endpoint) = &settings.s3_endpoint {
            builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/'));
            host = endpoint.host_str().unwrap_or_default().to_owned();
        }
        let prefix = settings.s3_prefix.as_deref().unwrap_or_default().trim_matches('/').to_owned();
        let shown = format!("bucket {name} at {host}");
        let bucket = builder.build().expect("the settings name a bucket and its keys");
        Self { bucket, prefix, shown }
    }

    fn at(&self, path: &str) -> Path {
        if self.prefix.is_empty() { Path::from(path) } else { Path::from(format!("{}/{path}", self.prefix)) }
    }

    fn folder(&self, kind: FileKind, org: OrgId) -> Path {
        self.at(&format!("{}/{org}", kind.folder()))
    }

    async fn put_whole(&self, path: &Path, bytes: Bytes) -> Result<(), FilesError> {
        self.bucket.put_opts(path, PutPayload::from(bytes), PutOptions::default()).await?;
        Ok(())
    }

    /// Stores a file of this machine, part by part.
    async fn upload(&self, path: &Path, from: &std::path::Path) -> Result<(), FilesError> {
        let mut file = tokio::fs::File::open(from).await?;
        if file.metadata().await?.len() <= PART_BYTES as u64 {
            let mut whole = Vec::new();
            file.read_to_end(&mut whole).await?;
            return self.put_whole(path, whole.into()).await;
        }
        let mut upload = self.bucket.put_multipart_opts(path, PutMultipartOptions::default()).await?;
        let sent = send_parts(&mut *upload, file).await;
        if sent.is_err() {
            // The store forgets what it has of it; should that fail too, its rule for unfinished uploads does.
            let _left = upload.abort().await;
        }
        sent
    }

    async fn open(&self, key: FileKey, range: Option<ByteRange>) -> Result<StoredFile, FilesError> {
        let path = self.at(&key.path());
        let options = GetOptions { range: range.map(of_store), ..GetOptions::default() };
        match self.bucket.get_opts(&path, options).await {
            Ok(found) => {
                let (size, range) = (found.meta.size, found.range.clone());
                Ok(StoredFile { size, range, bytes: found.into_stream().map_err(FilesError::from).boxed() })
            }
            Err(error) => Err(self.why_not(&path, range, error.into()).await),
        }
    }

    /// A part behind the end of a file is refused in as many ways as there are stores; its size says it.
    async fn why_not(&self, path: &Path, range: Option<ByteRange>, error: FilesError) -> FilesError {
        let (Some(range), FilesError::Refused { .. }) = (range, &error) else { return error };
        let head = GetOptions { head: true, ..GetOptions::default() };
        match self.bucket.get_opts(path, head).await {
            Ok(found) if range.of(found.meta.size).is_none() => {
                FilesError::BehindItsEnd { bytes: found.meta.size }
            }
            _ => error,
        }
    }

    async fn remove_all(
        &self,
        paths: BoxStream<'static, object_store::Result<Path>>,
    ) -> Result<(), FilesError> {
        let mut removed = self.bucket.delete_stream(paths);
        while let Some(one) = removed.next().await {
            match one.map_err(FilesError::from) {
                Ok(_) | Err(FilesError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl FileStore for S3Store {
    fn put(&self, key: FileKey, bytes: Bytes) -> Doing<'_, ()> {
        Box::pin(async move { self.put_whole(&self.at(&key.path()), bytes).await })
    }

    fn take_in(&self, key: FileKey, from: PathBuf) -> Doing<'_, ()> {
        Box::pin(async move {
            if !is_there(&from).await {
                return Ok(());
            }
            self.upload(&self.at(&key.path()), &from).await?;
            match tokio::fs::remove_file(&from).await {
                // It was removed while it was sent: whoever did that wants it gone.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => self.remove(vec![key]).await,
                outcome => Ok(outcome?),
            }
        })
    }

    fn get(&self, key: FileKey, range: Option<ByteRange>) -> Doing<'_, StoredFile> {
        Box::pin(self.open(key, range))
    }

    fn remove(&self, keys: Vec<FileKey>) -> Doing<'_, ()> {
        let paths: Vec<_> = keys.iter().map(|key| Ok(self.at(&key.path()))).collect();
        Box::pin(self.remove_all(stream::iter(paths).boxed()))
    }

    fn remove_org(&self, org: OrgId) -> Doing<'_, ()> {
        Box::pin(async move {
            for kind in FileKind::ALL {
                let found = self.bucket.list(Some(&self.folder(kind, org)));
                self.remove_all(found.map_ok(|one| one.location).boxed()).await?;
            }
            Ok(())
        })
    }

    fn orgs(&self, kind: FileKind) -> Doing<'_, Vec<OrgId>> {
        Box::pin(async move {
            let found = self.bucket.list_with_delimiter(Some(&self.at(kind.folder()))).await?;
            let org = |path: &Path| path.filename().and_then(|name| name.parse().ok());
            Ok(found.common_prefixes.iter().filter_map(org).collect())
        })
    }

    fn list(&self, kind: FileKind, org: OrgId) -> BoxStream<'_, Result<Listed, FilesError>> {
        let listed = |one: ObjectMeta| Listed {
            name: one.location.filename().unwrap_or_default().to_owned(),
            changed_at: one.last_modified.into(),
        };
        self.bucket.list(Some(&self.folder(kind, org))).map_ok(listed).map_err(FilesError::from).boxed()
    }

    /// The store has its own quota.
    fn has_room(&self, _count: u64) -> bool {
        true
    }

    fn shown(&self) -> String {
        self.shown.clone()
    }
}

async fn send_parts(upload: &mut dyn MultipartUpload, mut file: tokio::fs::File) -> Result<(), FilesError> {
    loop {
        let mut part = Vec::with_capacity(PART_BYTES);
        (&mut file).take(PART_BYTES as u64).read_to_end(&mut part).await?;
        if part.is_empty() {
            break;
        }
        upload.put_part(PutPayload::from(part)).await?;
    }
    upload.complete().await?;
    Ok(())
}

fn of_store(range: ByteRange) -> GetRange {
    match range {
        ByteRange::Bounded(first, last) => GetRange::Bounded(first..last.saturating_add(1)),
        ByteRange::From(first) => GetRange::Offset(first),
        ByteRange::Last(count) => GetRange::Suffix(count),
    }
}
