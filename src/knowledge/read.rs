//! Turns a source of any kind into passages.

use super::Knowledge;
use super::fetch::{Fetched, fetch};
use super::pairs::pair_chunk;
use super::reader::chunking::texts_to_embed;
use super::reader::document::{DocumentKind, ReadRequest};
use crate::db::DbError;
use crate::model::{NewChunk, SourceKind, SourceRecord};

/// Why a source could not be read.
#[derive(Debug)]
pub(super) enum ReadFault {
    /// Words for people.
    Unreadable(String),
    /// Storage failed; it is tried again.
    Storage(DbError),
}

impl From<DbError> for ReadFault {
    fn from(error: DbError) -> Self {
        Self::Storage(error)
    }
}

impl From<String> for ReadFault {
    fn from(words: String) -> Self {
        Self::Unreadable(words)
    }
}

/// A passage and the texts its vectors are made of.
#[derive(Debug)]
pub(super) struct ReadPassage {
    pub(super) chunk: NewChunk,
    pub(super) texts: Vec<String>,
}

/// A source as it was read.
#[derive(Debug, Default)]
pub(super) struct ReadSource {
    pub(super) title: Option<String>,
    pub(super) passages: Vec<ReadPassage>,
    /// What was left out of it.
    pub(super) warning: Option<String>,
}

/// Parsing of sources into passages.
#[derive(Debug, Clone, Copy)]
pub struct Parsing<'a> {
    pub(super) knowledge: &'a Knowledge,
}

impl Parsing<'_> {
    /// Reads a source.
    pub(super) async fn read_source(self, source: &SourceRecord) -> Result<ReadSource, ReadFault> {
        let (kind, page) = match source.kind {
            SourceKind::Pairs => return self.read_pairs(source).await,
            SourceKind::VectorStore => return Ok(ReadSource::default()),
            SourceKind::Markdown => (DocumentKind::Markdown, None),
            SourceKind::Text => (DocumentKind::Text, None),
            SourceKind::Pdf => (DocumentKind::Pdf, None),
            SourceKind::Page => {
                let page = self.fetch_page(source).await?;
                (page.kind, Some(page))
            }
        };
        let host =
            source.url.as_deref().and_then(|url| Some(url.parse::<url::Url>().ok()?.host_str()?.to_owned()));
        let mut request = ReadRequest {
            kind,
            charset: None,
            content_encoding: String::new(),
            title: source.title.clone(),
            fallback_title: host,
            max_bytes: self.knowledge.settings().knowledge_file_max_bytes,
            max_passages: self.knowledge.settings().knowledge_source_passages_max,
            skipped_pages: Vec::new(),
        };
        let bytes = match page {
            Some(page) => {
                request.charset = page.charset;
                request.content_encoding = page.content_encoding;
                page.bytes
            }
            None => self.content(source).await?,
        };
        let read = self.knowledge.shared.readers.read(request, bytes).await?;
        let passages = read.passages.into_iter().map(|passage| {
            let chunk = passage.into_chunk(source.url.as_deref());
            let texts = texts_to_embed(&chunk, &[]);
            ReadPassage { chunk, texts }
        });
        Ok(ReadSource { passages: passages.collect(), title: read.title, warning: read.warning })
    }

    async fn read_pairs(self, source: &SourceRecord) -> Result<ReadSource, ReadFault> {
        let most = i64::try_from(self.knowledge.settings().knowledge_source_passages_max).unwrap_or(i64::MAX);
        let pairs =
            self.knowledge.db().knowledge().pairs().list(source.org, Some(source.id), None, most).await?;
        let passages = pairs.iter().map(|pair| {
            let chunk = pair_chunk(&source.title, pair.id, &pair.question, &pair.phrasings, &pair.answer);
            let texts = texts_to_embed(&chunk, &pair.phrasings);
            ReadPassage { chunk, texts }
        });
        Ok(ReadSource { passages: passages.collect(), ..ReadSource::default() })
    }

    async fn fetch_page(self, source: &SourceRecord) -> Result<Fetched, ReadFault> {
        let url = source.url.as_deref().unwrap_or_default();
        let url = url.parse().map_err(|_| "its address is not one of the web".to_owned())?;
        Ok(fetch(
            &self.knowledge.parts.base.gateway,
            &url,
            self.knowledge.settings().knowledge_file_max_bytes,
        )
        .await?)
    }

    async fn content(self, source: &SourceRecord) -> Result<Vec<u8>, ReadFault> {
        let content = self.knowledge.db().knowledge().sources().content(source.org, source.id).await?;
        Ok(content.ok_or_else(|| "it holds nothing".to_owned())?)
    }
}
