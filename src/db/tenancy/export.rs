//! Everything of an org for taking along, as JSON that the database writes: secrets, hashes and keys are not among the
//! columns.

use rooms::OrgId;

use crate::db::engine::database::Backend;
use crate::db::{DbError, handle, on_readers};

/// Rows read in one go.
const PAGE: i64 = 200;

/// One kind of line of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportPart {
    /// What a line says it is.
    pub kind: &'static str,
    table: &'static str,
    /// What the rows are ordered by; unique within the org.
    key: &'static str,
    columns: &'static [&'static str],
}

/// The parts of an export in their order. Entries follow their conversation.
const PARTS: &[ExportPart] = &[
    part("member", "members", &["id", "email", "name", "role", "active", "capacity", "created_at"]),
    part(
        "channel",
        "channels",
        &[
            "id",
            "name",
            "origins",
            "color",
            "greeting",
            "locale",
            "has_assistant",
            "handoff_enabled",
            "handoff_words",
            "visitor_message_max_chars",
            "issuer",
            "issuer_audience",
            "issuer_jwks_url",
            "created_at",
        ],
    ),
    part("webhook", "webhooks", &["id", "url", "kinds", "active", "created_at"]),
    part("provider", "providers", &["id", "position", "kind", "name", "base_url", "model", "created_at"]),
    ExportPart { key: "name", ..part("tool", "org_tools", &["name", "enabled", "url", "settings"]) },
    ExportPart {
        key: "coalesce(channel_id, '') || ' ' || field",
        ..part("setting", "settings", &["channel_id", "field", "value", "updated_at"])
    },
    part(
        "canned_reply",
        "canned_replies",
        &["id", "member_id", "folder", "shortcut", "title", "body", "created_at"],
    ),
    part(
        "knowledge_source",
        "knowledge_sources",
        &["id", "channel_id", "kind", "title", "url", "created_at"],
    ),
    part(
        "knowledge_pair",
        "knowledge_pairs",
        &["id", "source_id", "question", "phrasings", "answer", "created_at"],
    ),
    part(
        "visitor",
        "visitors",
        &["id", "channel_id", "external_id", "name", "email", "phone", "attributes", "created_at"],
    ),
    part(
        "ticket",
        "tickets",
        &[
            "id",
            "conversation_id",
            "visitor_id",
            "reason",
            "priority",
            "status",
            "title",
            "summary",
            "created_at",
        ],
    ),
    part(
        "submission",
        "submissions",
        &[
            "id",
            "channel_id",
            "conversation_id",
            "visitor_id",
            "name",
            "email",
            "subject",
            "body",
            "status",
            "created_at",
        ],
    ),
    part(
        "attachment",
        "attachments",
        &["id", "conversation_id", "uploader_id", "name", "content_type", "bytes", "created_at"],
    ),
    part(
        "call",
        "calls",
        &["id", "channel_id", "conversation_id", "visitor_id", "provider", "model", "started_at", "ended_at"],
    ),
    CONVERSATIONS,
];

const CONVERSATIONS: ExportPart = part(
    "conversation",
    "conversations",
    &[
        "id",
        "channel_id",
        "visitor_id",
        "status",
        "assignee",
        "priority",
        "labels",
        "created_at",
        "updated_at",
    ],
);

const ENTRY_COLUMNS: &[&str] = &[
    "conversation_id",
    "seq",
    "id",
    "kind",
    "event",
    "author_id",
    "author_kind",
    "author_name",
    "content",
    "reply_to",
    "attachments",
    "metadata",
    "created_at",
];

const fn part(kind: &'static str, table: &'static str, columns: &'static [&'static str]) -> ExportPart {
    ExportPart { kind, table, key: "id", columns }
}

handle!(
    /// Everything of an org, page by page.
    Export
);

impl ExportPart {
    /// Every part, in order.
    #[must_use]
    pub fn all() -> &'static [Self] {
        PARTS
    }

    /// Whether entries follow each of its rows.
    #[must_use]
    pub fn has_entries(self) -> bool {
        self == CONVERSATIONS
    }
}

impl Export<'_> {
    /// The rows of a part behind a key, with their keys, as JSON objects; nothing at the end.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn page(
        self,
        org: OrgId,
        part: ExportPart,
        after: &str,
    ) -> Result<Vec<(String, String)>, DbError> {
        let ExportPart { table, key, columns, .. } = part;
        let object = self.object(columns);
        let statement = format!(
            "select {key}, {object} from {table} where org_id = $1 and {key} > $2 order by {key} limit $3"
        );
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(sqlx::AssertSqlSafe(statement))
                .bind(org.to_string())
                .bind(after)
                .bind(PAGE)
                .fetch_all(pool)
                .await?
        }))
    }

    /// The entries of a conversation behind a place, with their places, as JSON objects; nothing at the end.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn entries(
        self,
        org: OrgId,
        conversation: &str,
        after: i64,
    ) -> Result<Vec<(i64, String)>, DbError> {
        let object = self.object(ENTRY_COLUMNS);
        let statement = format!(
            "select seq, {object} from entries where conversation_id = $1 and org_id = $2 and seq > $3 \
             order by seq limit $4"
        );
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(sqlx::AssertSqlSafe(statement))
                .bind(conversation)
                .bind(org.to_string())
                .bind(after)
                .bind(PAGE)
                .fetch_all(pool)
                .await?
        }))
    }

    /// Columns as a JSON object, in the words of the engine.
    fn object(self, columns: &[&'static str]) -> String {
        let pairs: Vec<String> = columns.iter().map(|name| format!("'{name}', {name}")).collect();
        let pairs = pairs.join(", ");
        match self.db.backend() {
            Backend::Sqlite { .. } => format!("json_object({pairs})"),
            Backend::Postgres(_) => format!("json_build_object({pairs})::text"),
        }
    }
}
