//! Creating, updating, re-indexing and deleting sources.

use rooms::{ChannelId, OrgId};

use super::pair_fields::PairFields;
use super::pairs::DEFAULT_SET;
use super::{Knowledge, KnowledgeError, checks};
use crate::model::{
    NewSource, PairId, PairWrite, Patch, SourceChange, SourceId, SourceKind, SourceRecord, SourceState,
};

/// What a new source says, or where it stands.
#[derive(Debug, Clone)]
pub enum SourceFields {
    /// Questions with their answers.
    Pairs(Vec<PairFields>),
    /// Markdown.
    Markdown(String),
    /// Plain text.
    Text(String),
    /// A PDF file.
    Pdf(Vec<u8>),
    /// A web page.
    Page(String),
    /// A vector store of OpenAI, by its id.
    VectorStore(String),
}

/// Changes of a source; `None` leaves a field.
#[derive(Debug, Clone, Default)]
pub struct SourcePatch {
    /// What people call it.
    pub title: Option<String>,
    /// The channel that alone knows it; cleared: every channel.
    pub channel: Patch<ChannelId>,
    /// What Markdown or text says.
    pub content: Option<String>,
    /// Where a page stands.
    pub url: Option<String>,
    /// The id of a vector store.
    pub vector_store_id: Option<String>,
}

/// Sources.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    pub(super) knowledge: &'a Knowledge,
}

impl Sources<'_> {
    /// Sources of an org, oldest first: those after an id; with a channel, those it knows.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        channel: Option<ChannelId>,
        after: Option<SourceId>,
        limit: i64,
    ) -> Result<Vec<SourceRecord>, KnowledgeError> {
        Ok(self.knowledge.db().knowledge().sources().list(org, channel, after, limit).await?)
    }

    /// A source of an org.
    ///
    /// # Errors
    /// `NotFound`, or when storage fails.
    pub async fn get(self, org: OrgId, id: SourceId) -> Result<SourceRecord, KnowledgeError> {
        self.knowledge.db().knowledge().sources().get(org, id).await?.ok_or(KnowledgeError::NotFound)
    }

    /// Makes a source and queues its reading.
    ///
    /// # Errors
    /// `NotFound` for the channel, `Malformed`, `TooLarge`, or when storage fails.
    pub async fn add(
        self,
        org: OrgId,
        channel: Option<ChannelId>,
        title: Option<&str>,
        fields: SourceFields,
    ) -> Result<SourceRecord, KnowledgeError> {
        self.check_channel(org, channel).await?;
        self.check_source_room(org).await?;
        let title = checks::title(title.unwrap_or_default())?;
        let id = SourceId::new();
        let (mut new, pairs) = self.check_fields(id, org, fields)?;
        new.channel = channel;
        // A page has a title of its own; other sources need one.
        new.title = match new.kind {
            SourceKind::Page => title,
            SourceKind::Pairs if title.is_empty() => DEFAULT_SET.to_owned(),
            _ if title.is_empty() => {
                return Err(KnowledgeError::Malformed("title must not be empty".to_owned()));
            }
            _ => title,
        };
        self.knowledge.db().knowledge().sources().add(&new, &pairs, self.knowledge.now()).await?;
        self.knowledge.shared.queued.notify_one();
        self.get(org, id).await
    }

    /// Changes a source. Another channel counts at once; other content once it has been read.
    ///
    /// # Errors
    /// `NotFound`, `Malformed`, `TooLarge`, or when storage fails.
    pub async fn change(
        self,
        org: OrgId,
        id: SourceId,
        patch: SourcePatch,
    ) -> Result<SourceRecord, KnowledgeError> {
        let source = self.get(org, id).await?;
        self.check_channel(org, patch.channel.value()).await?;
        let only_for = |field: &str, fits: bool| {
            let words = || KnowledgeError::Malformed(format!("a source of this kind has no {field}"));
            if fits { Ok(()) } else { Err(words()) }
        };
        let is_written = matches!(source.kind, SourceKind::Markdown | SourceKind::Text);
        only_for("content", patch.content.is_none() || is_written)?;
        only_for("url", patch.url.is_none() || source.kind == SourceKind::Page)?;
        let is_store = source.kind == SourceKind::VectorStore;
        only_for("vector_store_id", patch.vector_store_id.is_none() || is_store)?;
        let title = patch.title.as_deref().map(checks::title).transpose()?;
        if title.as_deref() == Some("") {
            return Err(KnowledgeError::Malformed("title must not be empty".to_owned()));
        }
        // The title stands in every passage, so it is read again for that too.
        let must_read = !is_store && (patch.content.is_some() || patch.url.is_some() || title.is_some());
        let change = SourceChange {
            title,
            channel: patch.channel,
            url: patch.url.as_deref().map(checks::page_url).transpose()?.map(String::from),
            vector_store_id: patch.vector_store_id.as_deref().map(checks::vector_store_id).transpose()?,
            content: patch.content.map(|content| self.check_size(content.into_bytes())).transpose()?,
            state: must_read.then_some(SourceState::Queued),
        };
        self.knowledge.db().knowledge().sources().change(org, id, &change, self.knowledge.now()).await?;
        self.knowledge.shared.cache.forget(org);
        self.knowledge.shared.queued.notify_one();
        self.get(org, id).await
    }

    /// Reads a source again; what it said before is found until then.
    ///
    /// # Errors
    /// `NotFound`, or when storage fails.
    pub async fn refresh(self, org: OrgId, id: SourceId) -> Result<SourceRecord, KnowledgeError> {
        let source = self.get(org, id).await?;
        if source.kind != SourceKind::VectorStore {
            let change = SourceChange { state: Some(SourceState::Queued), ..SourceChange::default() };
            self.knowledge.db().knowledge().sources().change(org, id, &change, self.knowledge.now()).await?;
            self.knowledge.shared.queued.notify_one();
        }
        self.get(org, id).await
    }

    /// Deletes a source; nothing of it is an answer any more from then on.
    ///
    /// # Errors
    /// `NotFound`, or when storage fails.
    pub async fn delete(self, org: OrgId, id: SourceId) -> Result<(), KnowledgeError> {
        let is_deleted = self.knowledge.db().knowledge().sources().remove(org, id).await?;
        self.knowledge.shared.cache.forget(org);
        if is_deleted { Ok(()) } else { Err(KnowledgeError::NotFound) }
    }

    fn check_fields(
        self,
        id: SourceId,
        org: OrgId,
        fields: SourceFields,
    ) -> Result<(NewSource, Vec<PairWrite>), KnowledgeError> {
        let mut new = set_of_pairs(id, org);
        let mut pairs = Vec::new();
        match fields {
            SourceFields::Pairs(given) => pairs = check_pairs(id, &given)?,
            SourceFields::Markdown(text) => {
                new.kind = SourceKind::Markdown;
                new.content = Some(self.check_size(text.into_bytes())?);
            }
            SourceFields::Text(text) => {
                new.kind = SourceKind::Text;
                new.content = Some(self.check_size(text.into_bytes())?);
            }
            SourceFields::Pdf(bytes) => {
                new.kind = SourceKind::Pdf;
                new.content = Some(self.check_size(bytes)?);
            }
            SourceFields::Page(url) => {
                new.kind = SourceKind::Page;
                let url = checks::page_url(&url)?;
                let checked = self.knowledge.parts.base.gateway.check_url(&url, crate::outbound::Trust::Org);
                checked.map_err(|error| KnowledgeError::Malformed(error.to_string()))?;
                new.url = Some(url.into());
            }
            SourceFields::VectorStore(store) => {
                new.kind = SourceKind::VectorStore;
                new.state = SourceState::Ready;
                new.vector_store_id = Some(checks::vector_store_id(&store)?);
            }
        }
        Ok((new, pairs))
    }

    fn check_size(self, content: Vec<u8>) -> Result<Vec<u8>, KnowledgeError> {
        let most = self.knowledge.settings().knowledge_file_max_bytes;
        if content.len() > most {
            return Err(KnowledgeError::TooLarge(format!("a source has at most {most} bytes")));
        }
        if content.iter().all(u8::is_ascii_whitespace) {
            return Err(KnowledgeError::Malformed("content must not be empty".to_owned()));
        }
        Ok(content)
    }

    pub(super) async fn check_source_room(self, org: OrgId) -> Result<(), KnowledgeError> {
        let most = self.knowledge.settings().knowledge_sources_max;
        if usize::try_from(self.knowledge.db().knowledge().sources().count(org).await?)
            .map_or(true, |count| count >= most)
        {
            return Err(KnowledgeError::TooLarge(format!("an org has at most {most} sources")));
        }
        Ok(())
    }

    pub(super) async fn check_channel(
        self,
        org: OrgId,
        channel: Option<ChannelId>,
    ) -> Result<(), KnowledgeError> {
        let Some(channel) = channel else { return Ok(()) };
        let found = self.knowledge.db().channels().get(org, channel).await?;
        found.map(drop).ok_or(KnowledgeError::NotFound)
    }
}

/// A source of pairs as it begins, for other kinds to change.
fn set_of_pairs(id: SourceId, org: OrgId) -> NewSource {
    NewSource {
        id,
        org,
        channel: None,
        kind: SourceKind::Pairs,
        title: String::new(),
        url: None,
        vector_store_id: None,
        content: None,
        state: SourceState::Queued,
        model: None,
    }
}

fn check_pairs(source: SourceId, given: &[PairFields]) -> Result<Vec<PairWrite>, KnowledgeError> {
    let most = checks::PAIRS_PER_REQUEST_MAX;
    if given.len() > most {
        return Err(KnowledgeError::TooLarge(format!(
            "at most {most} questions and answers are added at once"
        )));
    }
    let check = |(index, fields): (usize, &PairFields)| {
        let fields = checks::pair(fields).map_err(|error| match error {
            KnowledgeError::Malformed(words) => KnowledgeError::Malformed(format!("pairs[{index}]: {words}")),
            KnowledgeError::TooLarge(words) => KnowledgeError::TooLarge(format!("pairs[{index}]: {words}")),
            other => other,
        })?;
        let PairFields { question, phrasings, answer } = fields;
        Ok(PairWrite { id: PairId::new(), source, question, phrasings, answer })
    };
    given.iter().enumerate().map(check).collect()
}
