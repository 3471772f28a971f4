//! Exports what is stored of a visitor, as a ZIP archive of JSON, files and recordings.

use futures_util::StreamExt as _;
use rooms::{Audience, ConversationId, OrgId, UserId};
use serde::Serialize;
use serde_json::json;
use tokio::fs::File;

use super::Privacy;
use super::archive::{Archive, Broken};
use crate::auth::{Principal, Right};
use crate::db::DbError;
use crate::files::{FileKey, FilesError};
use crate::model::{CallRecord, EntryRange, SubmissionRecord, TicketRecord};
use crate::refusal::ServiceError;
use crate::wire::{EntryView, ErrorCode, PageView, conversation_view, rfc3339, visitor_view};

/// Entries read in one go.
const ENTRIES_STEP: u64 = 200;
/// Conversations of a visitor: more than any has.
const CONVERSATIONS_MAX: i64 = 1_000_000;
/// Tickets, calls and submissions of a person: more than any has.
const ROWS_MAX: i64 = 100_000;

/// An archive that is written to its end, from its first byte.
#[derive(Debug)]
pub struct Export {
    /// A file without a name; it is gone when it is closed.
    pub file: File,
    /// Its size.
    pub bytes: u64,
}

/// Why an archive was not written to its end.
enum ExportError {
    Storage(DbError),
    Files(FilesError),
    Broken,
}

impl From<FilesError> for ExportError {
    fn from(error: FilesError) -> Self {
        Self::Files(error)
    }
}

impl From<DbError> for ExportError {
    fn from(error: DbError) -> Self {
        Self::Storage(error)
    }
}

impl From<Broken> for ExportError {
    fn from(_: Broken) -> Self {
        Self::Broken
    }
}

impl Privacy {
    /// Exports what is stored of a visitor of the caller's org, and of all who were merged with them: profile, pages,
    /// conversations with notes, tickets, submissions, calls, files and recordings.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `too_large` beyond `visitor_export_max_bytes`, `try_again` while others are exported,
    /// `unavailable` where the disk is full.
    pub async fn export(&self, principal: &Principal, id: &str) -> Result<Export, ServiceError> {
        Right::ManageVisitorData.check(principal)?;
        let visitor: UserId = id.parse().map_err(|_| ServiceError::not_found())?;
        let base = &self.parts.base;
        let person = base.db.visitors().person(principal.org, visitor).await?;
        if person.is_empty() {
            return Err(ServiceError::not_found());
        }
        let Ok(_place) = self.exports.clone().try_acquire_owned() else {
            return Err(ServiceError::try_again());
        };
        let settings = &base.settings;
        let max_bytes = settings.visitor_export_max_bytes;
        if !crate::disk::has_room(&settings.data_dir, 0, settings.free_space_floor_bytes) {
            return Err(ServiceError::unavailable(std::io::Error::other("the disk is nearly full")));
        }
        let archive = Archive::begin(settings.data_dir.join("exports"), max_bytes);
        let written = self.write_person(&archive, principal.org, &person).await;
        match written {
            Err(ExportError::Storage(error)) => return Err(error.into()),
            Err(ExportError::Files(error)) => return Err(error.into()),
            // The end of the archive says what broke it.
            Ok(()) | Err(ExportError::Broken) => {}
        }
        match archive.finish().await {
            Ok(file) => {
                let file = File::from_std(file);
                let bytes = file.metadata().await.map_err(ServiceError::unavailable)?.len();
                Ok(Export { file, bytes })
            }
            Err(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
                let message = format!("an export has at most {max_bytes} bytes");
                Err(ServiceError::new(ErrorCode::TooLarge, message))
            }
            Err(error) => Err(ServiceError::unavailable(error)),
        }
    }

    async fn write_person(
        &self,
        archive: &Archive,
        org: OrgId,
        person: &[UserId],
    ) -> Result<(), ExportError> {
        for visitor in person {
            self.write_visitor(archive, org, *visitor).await?;
            let conversations = self.parts.base.db.conversations();
            for id in conversations.ids_of_visitor(org, *visitor, CONVERSATIONS_MAX).await? {
                self.write_conversation(archive, org, id).await?;
            }
        }
        let (db, main) = (&self.parts.base.db, person[0]);
        let tickets = db.tickets().of_person(org, main, ROWS_MAX).await?;
        write_json(archive, "tickets.json", &tickets.iter().map(ticket).collect::<Vec<_>>()).await?;
        let calls = db.calls().of_person(org, main, ROWS_MAX).await?;
        write_json(archive, "calls.json", &calls.iter().map(call).collect::<Vec<_>>()).await?;
        let submissions = db.submissions().of_person(org, main, ROWS_MAX).await?;
        write_json(archive, "submissions.json", &submissions.iter().map(submission).collect::<Vec<_>>()).await
    }

    async fn write_visitor(&self, archive: &Archive, org: OrgId, id: UserId) -> Result<(), ExportError> {
        let visitors = self.parts.base.db.visitors();
        let Some(visitor) = visitors.get(org, id).await? else { return Ok(()) };
        let pages = visitors.page_visits(org, id).await?;
        let consents = visitors.consents(org, id).await?;
        let consent = |one: &crate::model::VisitorConsent| json!({ "text": one.text, "channel_id": one.channel_id.to_string(), "accepted_at": at(one.accepted_at) });
        let page = |visit: &crate::model::PageVisit| json!({ "page": PageView::from(&visit.page), "at": rfc3339(visit.at) });
        let about = json!({
            "visitor": visitor_view(&visitor),
            "browser": visitors.browser(org, id).await?,
            "address": visitors.address(org, id).await?,
            "consents": consents.iter().map(consent).collect::<Vec<_>>(),
            "pages": pages.iter().map(page).collect::<Vec<_>>(),
        });
        write_json(archive, &format!("visitors/{id}.json"), &about).await
    }

    /// A conversation with what agents see of it, and its files; one that is gone by now is left out.
    async fn write_conversation(
        &self,
        archive: &Archive,
        org: OrgId,
        id: ConversationId,
    ) -> Result<(), ExportError> {
        let db = &self.parts.base.db;
        let Some(record) = db.conversations().get(org, id).await? else { return Ok(()) };
        archive.begin_file(format!("conversations/{id}.json")).await?;
        let head = serde_json::to_string(&conversation_view(&record)).expect("plain data");
        archive.write(format!("{{\"conversation\":{head},\"entries\":[").into_bytes()).await?;
        let mut after = 0;
        loop {
            let range = EntryRange { after, before: u64::MAX >> 1, limit: ENTRIES_STEP, newest: false };
            let entries = db.entries().list(org, id, Audience::Agents, range).await?;
            let Some(last) = entries.last() else { break };
            let mut bytes = Vec::new();
            for entry in &entries {
                if !(after == 0 && bytes.is_empty()) {
                    bytes.push(b',');
                }
                let view = EntryView::for_audience(entry, id, Audience::Agents);
                serde_json::to_writer(&mut bytes, &view).expect("plain data");
            }
            after = last.seq;
            archive.write(bytes).await?;
        }
        archive.write(b"]}".to_vec()).await?;
        let files = db.conversations().files(org, id).await?;
        for (file, name) in files.attachments {
            let name = format!("files/{file}-{}", plain_name(&name));
            self.write_file(archive, name, FileKey::attachment(org, file)).await?;
        }
        for call in files.recordings {
            let name = format!("recordings/{call}.wav");
            self.write_file(archive, name, FileKey::recording(org, call)).await?;
        }
        Ok(())
    }

    /// A file, piece by piece; one that is gone by now is left out.
    async fn write_file(&self, archive: &Archive, name: String, key: FileKey) -> Result<(), ExportError> {
        let mut file = match self.parts.base.files.get(key, None).await {
            Err(FilesError::NotFound) => return Ok(()),
            file => file?,
        };
        archive.begin_packed_file(name).await?;
        while let Some(piece) = file.bytes.next().await {
            archive.write(piece?.to_vec()).await?;
        }
        Ok(())
    }
}

/// A name that is one file's wherever the archive is unpacked.
fn plain_name(name: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '_' };
    name.chars().map(plain).collect()
}

async fn write_json(archive: &Archive, name: &str, value: &impl Serialize) -> Result<(), ExportError> {
    archive.begin_file(name.to_owned()).await?;
    Ok(archive.write(serde_json::to_vec(value).expect("plain data")).await?)
}

fn at(ms: i64) -> String {
    rfc3339(rooms::Timestamp(ms))
}

fn ticket(ticket: &TicketRecord) -> serde_json::Value {
    json!({
        "id": ticket.id.to_string(),
        "session_id": ticket.conversation_id.to_string(),
        "reason": ticket.reason,
        "title": ticket.title,
        "summary": ticket.summary,
        "priority": ticket.priority,
        "status": ticket.status,
        "created_at": at(ticket.created_at),
        "resolved_at": ticket.resolved_at.map(at),
    })
}

fn call(call: &CallRecord) -> serde_json::Value {
    json!({
        "id": call.id.to_string(),
        "session_id": call.conversation_id.to_string(),
        "provider": call.provider,
        "started_at": at(call.started_at),
        "seconds": call.seconds,
        "reason": call.reason,
    })
}

fn submission(submission: &SubmissionRecord) -> serde_json::Value {
    json!({
        "id": submission.id.to_string(),
        "name": submission.name,
        "email": submission.email,
        "subject": submission.subject,
        "body": submission.body,
        "status": submission.status,
        "created_at": at(submission.created_at),
    })
}
