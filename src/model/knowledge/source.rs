//! Sources: what an org or one of its channels was given to know.

use rooms::{ChannelId, OrgId, Timestamp};

use crate::model::{Patch, SourceId};

macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// As it is stored and shown.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// What a stored text says.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

text_enum! {
    /// What a source is.
    SourceKind {
        /// Questions with their answers.
        Pairs = "pairs",
        /// Markdown.
        Markdown = "markdown",
        /// Plain text.
        Text = "text",
        /// A PDF file.
        Pdf = "pdf",
        /// A web page, fetched again on request.
        Page = "page",
        /// A vector store of OpenAI, searched where it is.
        VectorStore = "vector_store",
    }
}

text_enum! {
    /// How far a source's indexing has come.
    SourceState {
        /// It waits for its turn.
        Queued = "queued",
        /// It is being read.
        Indexing = "indexing",
        /// What it says can be found.
        Ready = "ready",
        /// It could not be read; what it said before can still be found.
        Failed = "failed",
    }
}

/// A source to make.
#[derive(Debug, Clone)]
pub struct NewSource {
    /// The id it will have.
    pub id: SourceId,
    /// Its org.
    pub org: OrgId,
    /// The channel that alone knows it; `None`: every channel of the org.
    pub channel: Option<ChannelId>,
    /// What it is.
    pub kind: SourceKind,
    /// What people call it.
    pub title: String,
    /// Where a page stands.
    pub url: Option<String>,
    /// The id of a vector store.
    pub vector_store_id: Option<String>,
    /// What was written or uploaded.
    pub content: Option<Vec<u8>>,
    /// Where its life begins.
    pub state: SourceState,
    /// The model that makes the vectors of what is added to it.
    pub model: Option<String>,
}

/// A source.
#[derive(Debug, Clone)]
pub struct SourceRecord {
    /// Its id.
    pub id: SourceId,
    /// Its org.
    pub org: OrgId,
    /// The channel that alone knows it.
    pub channel: Option<ChannelId>,
    /// What it is.
    pub kind: SourceKind,
    /// What people call it.
    pub title: String,
    /// Where a page stands.
    pub url: Option<String>,
    /// The id of a vector store.
    pub vector_store_id: Option<String>,
    /// How far its indexing has come.
    pub state: SourceState,
    /// Why it failed.
    pub reason: Option<String>,
    /// What was left out of it when it was read.
    pub warning: Option<String>,
    /// The model its vectors were made with; `None`: it is found by its words only.
    pub model: Option<String>,
    /// How many of its passages are done.
    pub progress_done: i64,
    /// How many passages it has, while it is being read.
    pub progress_total: i64,
    /// How many passages can be found.
    pub chunk_count: i64,
    /// Rises with every change; what was read of an older one is not kept.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
    /// When it was last read.
    pub indexed_at: Option<Timestamp>,
}

/// Changes of a source; `None` leaves a field.
#[derive(Debug, Clone, Default)]
pub struct SourceChange {
    /// What people call it.
    pub title: Option<String>,
    /// The channel that alone knows it.
    pub channel: Patch<ChannelId>,
    /// Where a page stands.
    pub url: Option<String>,
    /// The id of a vector store.
    pub vector_store_id: Option<String>,
    /// What it says.
    pub content: Option<Vec<u8>>,
    /// Where it is in its life after the change.
    pub state: Option<SourceState>,
}
