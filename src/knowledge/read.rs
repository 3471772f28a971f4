//! Reads a source into passages, whatever it is.

use super::chunking::{self, Section};
use super::fetch::{FetchedKind, decode, fetch};
use super::pairs::pair_chunk;
use super::{Knowledge, checks, html, pdf};
use crate::db::{DbError, NewChunk, SourceKind, SourceRecord};

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
#[derive(Debug)]
pub(super) struct ReadSource {
    pub(super) title: Option<String>,
    pub(super) passages: Vec<ReadPassage>,
}

impl Knowledge {
    /// Reads a source.
    pub(super) async fn read_source(&self, source: &SourceRecord) -> Result<ReadSource, ReadFault> {
        let (title, sections, is_markdown) = match source.kind {
            SourceKind::Pairs => return self.read_pairs(source).await,
            SourceKind::VectorStore => return Ok(ReadSource { title: None, passages: Vec::new() }),
            SourceKind::Markdown => (None, chunking::markdown_sections(&self.written(source).await?), true),
            SourceKind::Text => (None, whole(self.written(source).await?), false),
            SourceKind::Pdf => (None, self.read_pdf(self.content(source).await?).await?, false),
            SourceKind::Page => self.read_page(source).await?,
        };
        let host = || {
            source.url.as_deref().and_then(|url| Some(url.parse::<url::Url>().ok()?.host_str()?.to_owned()))
        };
        let title =
            title.map(|title| checks::own_title(&title)).filter(|title| !title.is_empty()).or_else(host);
        let shown =
            if source.title.is_empty() { title.as_deref().unwrap_or_default() } else { &source.title };
        let sections: Vec<Section> = sections.into_iter().map(Section::without_control).collect();
        let chunks = chunking::passages(shown, source.url.as_deref(), &sections, is_markdown);
        let most = self.settings().knowledge_source_passages_max;
        if chunks.len() > most {
            let words =
                format!("it has {} passages, and a source has at most {most}; split it", chunks.len());
            return Err(words.into());
        }
        if chunks.is_empty() {
            return Err("it holds no text".to_owned().into());
        }
        let passages = chunks.into_iter().map(|chunk| {
            let texts = chunking::texts_to_embed(&chunk, &[]);
            ReadPassage { chunk, texts }
        });

        Ok(ReadSource { passages: passages.collect(), title })
    }

    async fn read_pairs(&self, source: &SourceRecord) -> Result<ReadSource, ReadFault> {
        let most = i64::try_from(self.settings().knowledge_source_passages_max).unwrap_or(i64::MAX);
        let pairs = self.db().pairs(source.org, Some(source.id), "", most).await?;
        let passages = pairs.iter().map(|pair| {
            let chunk = pair_chunk(&source.title, pair.id, &pair.question, &pair.phrasings, &pair.answer);
            let texts = chunking::texts_to_embed(&chunk, &pair.phrasings);
            ReadPassage { chunk, texts }
        });
        Ok(ReadSource { title: None, passages: passages.collect() })
    }

    async fn read_page(
        &self,
        source: &SourceRecord,
    ) -> Result<(Option<String>, Vec<Section>, bool), ReadFault> {
        let url = source.url.as_deref().unwrap_or_default();
        let url = url.parse().map_err(|_| "its address is not one of the web".to_owned())?;
        let page = fetch(&self.parts.gateway, &url, self.settings().knowledge_file_max_bytes).await?;
        let text = || decode(&page.bytes, page.charset.as_deref());
        match page.kind {
            FetchedKind::Html => {
                let html = text();
                let read = tokio::task::spawn_blocking(move || html::read(&html)).await;
                let read = read.map_err(|_| "the page is damaged".to_owned())?;
                let read = read.ok_or_else(|| "the page says nothing without its scripts".to_owned())?;
                Ok((read.title, chunking::markdown_sections(&read.markdown), true))
            }
            FetchedKind::Markdown => Ok((None, chunking::markdown_sections(&text()), true)),
            FetchedKind::Text => Ok((None, whole(text()), false)),
            FetchedKind::Pdf => Ok((None, self.read_pdf(page.bytes).await?, false)),
        }
    }

    async fn read_pdf(&self, bytes: Vec<u8>) -> Result<Vec<Section>, ReadFault> {
        let turn = self.shared.file_turns.clone().acquire_owned().await;
        let turn = turn.map_err(|_| "the server is stopping".to_owned())?;
        let pages = pdf::read(bytes, turn).await?;
        let sections = (1..).zip(pages).map(|(number, text)| Section {
            path: vec![format!("p. {number}")],
            heading: None,
            text,
        });
        Ok(sections.filter(|section| !section.text.trim().is_empty()).collect())
    }

    async fn content(&self, source: &SourceRecord) -> Result<Vec<u8>, ReadFault> {
        let content = self.db().source_content(source.org, source.id).await?;
        Ok(content.ok_or_else(|| "it holds nothing".to_owned())?)
    }

    async fn written(&self, source: &SourceRecord) -> Result<String, ReadFault> {
        Ok(decode(&self.content(source).await?, None))
    }
}

fn whole(text: String) -> Vec<Section> {
    vec![Section { path: Vec::new(), heading: None, text }]
}
