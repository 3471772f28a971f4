//! Stores uploaded files and serves downloads.

use bytes::Bytes;
use rooms::{Attachment, AttachmentId, ChannelId, ConversationId, OrgId, Status};
use sha2::{Digest as _, Sha256};

use super::names::shown_name;
use super::{AttachmentError, AttachmentRecord, rights};
use crate::auth::Principal;
use crate::base::Base;
use crate::documents::{DocumentKind, recognise};
use crate::files::{FileKey, StoredFile};
use crate::ids;
use crate::limits::Shares;
use crate::model::{FileQuota, QuotaPassed};
use crate::org_settings::{Effective, OrgSettings};
use crate::pictures::{Picture, PictureKind, clean};

/// Pictures cleaned and written at the same time: each takes its size in memory again.
const AT_ONCE: usize = 4;
/// Of these from one org.
const AT_ONCE_PER_ORG: usize = 2;

/// Files of conversations. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Attachments {
    pub(super) base: Base,
    org_settings: OrgSettings,
    at_once: Shares<OrgId>,
}

impl Attachments {
    /// Files of conversations, with rows in the database.
    #[must_use]
    pub fn new(base: Base, org_settings: OrgSettings) -> Self {
        Self { base, org_settings, at_once: Shares::new(AT_ONCE, AT_ONCE_PER_ORG) }
    }

    /// Takes a file into a conversation, not yet part of any message: a picture without its metadata, a document as it
    /// is where the channel takes such ones.
    ///
    /// # Errors
    /// Why not; nothing is stored then.
    pub async fn store(
        &self,
        principal: &Principal,
        conversation: ConversationId,
        name: &str,
        bytes: Bytes,
    ) -> Result<AttachmentRecord, AttachmentError> {
        rights::may_bring(principal)?;
        self.check_room(bytes.len())?;
        let channel = self.check_conversation(principal, conversation).await?;
        let _turn = self.at_once.take(principal.org).await;
        let id = AttachmentId(ids::new_number());
        let org = principal.org;
        let taken = self.read(bytes, name, (org, Some(channel))).await?;
        let file = Attachment { id, ..taken.file };
        let record = AttachmentRecord {
            org,
            conversation,
            uploader: principal.user.id,
            file,
            sha256: taken.sha256,
            is_shown: false,
            created_at: self.base.now(),
            sent_at: None,
        };
        self.base.files.put(FileKey::attachment(org, id), taken.bytes).await?;
        let quota = self.quota();
        match self.base.db.attachments().add(&record, quota).await {
            Ok(Ok(())) => Ok(record),
            Ok(Err(passed)) => {
                self.take_back(org, id).await?;
                Err(over_quota(passed, quota))
            }
            // Whether it was committed is not known here; a file without a row is swept away.
            Err(error) => Err(error.into()),
        }
    }

    /// What a file is that is kept elsewhere, under a new id: a picture without its metadata, or a document of a kind
    /// that the org takes.
    ///
    /// # Errors
    /// Why it is not taken.
    pub async fn examine(
        &self,
        org: OrgId,
        name: &str,
        bytes: Bytes,
    ) -> Result<(Attachment, Bytes), AttachmentError> {
        self.check_room(bytes.len())?;
        let _turn = self.at_once.take(org).await;
        let taken = self.read(bytes, name, (org, None)).await?;
        Ok((Attachment { id: AttachmentId(ids::new_number()), ..taken.file }, taken.bytes))
    }

    async fn read(
        &self,
        bytes: Bytes,
        name: &str,
        place: (OrgId, Option<ChannelId>),
    ) -> Result<Taken, AttachmentError> {
        match PictureKind::of(&bytes) {
            Some(_) => self.read_picture(bytes, name).await,
            None => self.read_document(bytes, name, place).await,
        }
    }

    /// A picture without its metadata.
    async fn read_picture(&self, bytes: Bytes, name: &str) -> Result<Taken, AttachmentError> {
        check_size(bytes.len(), self.base.settings.attachment_max_bytes)?;
        let max_pixels = self.base.settings.attachment_max_pixels;
        let name = name.to_owned();
        let read = move || clean(&bytes, max_pixels).map(|picture| Taken::picture(picture, &name));
        Ok(in_background(read).await??)
    }

    /// A document as it is.
    async fn read_document(
        &self,
        bytes: Bytes,
        name: &str,
        (org, channel): (OrgId, Option<ChannelId>),
    ) -> Result<Taken, AttachmentError> {
        check_size(bytes.len(), self.base.settings.document_max_bytes)?;
        let settings = self.org_settings.effective(org, channel).await?;
        let name = name.to_owned();
        let read = move || recognise(&bytes, &name).map(|kind| (kind, Taken::document(bytes, kind, &name)));
        let (kind, taken) = in_background(read).await??;
        if takes(&settings, kind) { Ok(taken) } else { Err(AttachmentError::KindNotTaken) }
    }

    fn quota(&self) -> FileQuota {
        let settings = &self.base.settings;
        FileQuota {
            conversation_max_bytes: settings.conversation_files_max_bytes,
            org_max_bytes: settings.org_files_max_bytes,
        }
    }

    /// Whether the caller may bring a file at all, before one is read: a visitor needs a conversation that is open.
    ///
    /// # Errors
    /// As [`Attachments::store`] would answer.
    pub async fn check_may_bring(&self, principal: &Principal) -> Result<(), AttachmentError> {
        rights::may_bring(principal)?;
        self.check_room(0)?;
        let is_open = !principal.is_visitor()
            || self.base.db.conversations().active_of(principal.org, principal.user.id).await?.is_some();
        if is_open { Ok(()) } else { Err(AttachmentError::Closed) }
    }

    /// A file that the caller may see, and its bytes to be read.
    ///
    /// # Errors
    /// `NotFound` also for what is somebody else's; `Refused` to whoever reads no conversations.
    pub async fn open(
        &self,
        principal: &Principal,
        id: AttachmentId,
    ) -> Result<(AttachmentRecord, StoredFile), AttachmentError> {
        rights::may_look(principal)?;
        let org = principal.org;
        let record = self.base.db.attachments().get(org, id).await?.ok_or(AttachmentError::NotFound)?;
        let conversation = self.base.db.conversations().get(org, record.conversation).await?;
        let is_seen = conversation.is_some_and(|one| rights::sees_conversation(principal, &one));
        if !is_seen || !rights::sees_file(principal, &record) {
            return Err(AttachmentError::NotFound);
        }
        let file = self.base.files.get(FileKey::attachment(org, id), None).await?;
        Ok((record, file))
    }

    /// A picture that a message of this org names, for a model that sees: its media type and its bytes.
    /// `None` for animations, which models refuse.
    ///
    /// # Errors
    /// `NotFound`, or when storage or the data directory fails.
    pub async fn picture_for_model(
        &self,
        org: OrgId,
        id: AttachmentId,
    ) -> Result<Option<(String, Bytes)>, AttachmentError> {
        let record = self.base.db.attachments().get(org, id).await?.filter(|record| record.sent_at.is_some());
        let record = record.ok_or(AttachmentError::NotFound)?;
        let bytes = self.base.files.get(FileKey::attachment(org, id), None).await?.read_whole().await?;
        let max_pixels = self.base.settings.attachment_max_pixels;
        let read = move || clean(&bytes, max_pixels).map(|picture| (picture.is_moving, picture.bytes));
        let (is_moving, bytes) = in_background(read).await??;
        Ok((!is_moving).then(|| (record.file.content_type.to_string(), bytes.into())))
    }

    fn check_room(&self, count: usize) -> Result<(), AttachmentError> {
        if self.base.files.has_room(count) { Ok(()) } else { Err(AttachmentError::NoRoom) }
    }

    /// The channel of a conversation that the caller sees and that is open.
    async fn check_conversation(
        &self,
        principal: &Principal,
        id: ConversationId,
    ) -> Result<ChannelId, AttachmentError> {
        let found = self.base.db.conversations().get(principal.org, id).await?;
        let seen = found.filter(|conversation| rights::sees_conversation(principal, conversation));
        let record = seen.ok_or(AttachmentError::NotFound)?;
        match record.head.status {
            Status::Closed => Err(AttachmentError::Closed),
            _ => Ok(record.channel),
        }
    }

    async fn take_back(&self, org: OrgId, id: AttachmentId) -> Result<(), AttachmentError> {
        Ok(self.base.files.remove(vec![FileKey::attachment(org, id)]).await?)
    }
}

/// Runs long work off the threads that serve sockets.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AttachmentError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| AttachmentError::Stopping)
}

/// A file that is taken, before it has an id.
struct Taken {
    file: Attachment,
    sha256: String,
    bytes: Bytes,
}

impl Taken {
    fn picture(picture: Picture, name: &str) -> Self {
        let pixels = Some((picture.width, picture.height));
        let name = shown_name(name, picture.kind.endings(), "picture");
        Self::new(picture.bytes.into(), name, picture.kind.media_type(), pixels)
    }

    fn document(bytes: Bytes, kind: DocumentKind, name: &str) -> Self {
        Self::new(bytes, shown_name(name, kind.endings(), "document"), kind.media_type(), None)
    }

    fn new(bytes: Bytes, name: String, content_type: &str, pixels: Option<(u32, u32)>) -> Self {
        let file = Attachment {
            id: AttachmentId(0),
            name: name.into(),
            content_type: content_type.into(),
            bytes: bytes.len() as u64,
            pixels,
        };
        Self { file, sha256: ids::hex(&Sha256::digest(&bytes)), bytes }
    }
}

/// The media types of the files that may be sent where these settings hold.
#[must_use]
pub fn accepted_types(settings: &Effective) -> Vec<&'static str> {
    let documents = DocumentKind::ALL.into_iter().filter(|kind| takes(settings, *kind));
    let pictures = PictureKind::ALL.into_iter().map(PictureKind::media_type);
    pictures.chain(documents.map(DocumentKind::media_type)).collect()
}

fn takes(settings: &Effective, kind: DocumentKind) -> bool {
    settings.attachment_types.iter().any(|name| name == kind.name())
}

fn check_size(count: usize, max_bytes: usize) -> Result<(), AttachmentError> {
    if count > max_bytes {
        return Err(AttachmentError::TooLarge(format!("such a file has at most {max_bytes} bytes")));
    }
    Ok(())
}

/// Why a file is not kept that would pass a quota.
fn over_quota(passed: QuotaPassed, quota: FileQuota) -> AttachmentError {
    let (whose, max_bytes) = match passed {
        QuotaPassed::Conversation => ("one conversation", quota.conversation_max_bytes),
        QuotaPassed::Org => ("this org", quota.org_max_bytes),
    };
    AttachmentError::TooLarge(format!("the files of {whose} have at most {max_bytes} bytes together"))
}
