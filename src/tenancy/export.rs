//! Everything of an org as lines of JSON (NDJSON), read from the database as fast as they are taken.

use rooms::OrgId;

use super::Tenancy;
use crate::audit::Act;
use crate::auth::{Principal, Right};
use crate::db::{Db, ExportPart};
use crate::model::OrgRecord;
use crate::refusal::ServiceError;

/// The lines of an export, a piece at a time.
#[derive(Debug)]
pub struct ExportLines {
    db: Db,
    org: OrgRecord,
    /// The part that is read, by its place.
    part: usize,
    /// The last key of it that was read.
    after: String,
    has_begun: bool,
}

impl Tenancy {
    /// Everything of an org: of any for platform admins, of their own for owners. Secrets, keys and the files themselves
    /// are not in it.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn export(&self, principal: &Principal, id: &str) -> Result<ExportLines, ServiceError> {
        let asked: Option<OrgId> = id.parse().ok();
        let right = if asked == Some(principal.org) { Right::ExportOwnOrg } else { Right::ExportOrg };
        right.check(principal)?;
        let org = self.org(id).await?;
        if right == Right::ExportOrg {
            self.record(principal, Act::OrgExported, org.id).await?;
        }
        tracing::info!(org.id = %org.id, agent.id = %principal.user.id, "org {} is exported", org.id);
        Ok(ExportLines::of(self.db().clone(), org))
    }
}

impl ExportLines {
    /// Everything of an org, from the first line on.
    pub(super) fn of(db: Db, org: OrgRecord) -> Self {
        Self { db, org, part: 0, after: String::new(), has_begun: false }
    }

    /// What the file is called.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("org-{}.ndjson", self.org.id)
    }

    /// The next lines; `None` at the end.
    ///
    /// # Errors
    /// When storage fails; then the export ends there, without its last line.
    pub async fn next(&mut self) -> Result<Option<String>, ServiceError> {
        if !self.has_begun {
            self.has_begun = true;
            return Ok(Some(self.first_line()));
        }
        while let Some(part) = ExportPart::all().get(self.part).copied() {
            let rows = self.db.export().page(self.org.id, part, &self.after).await?;
            let Some((last, _)) = rows.last() else {
                self.part += 1;
                self.after.clear();
                continue;
            };
            self.after.clone_from(last);
            let mut text = String::new();
            for (key, row) in &rows {
                push_line(&mut text, part.kind, row);
                if part.has_entries() {
                    self.push_entries(&mut text, key).await?;
                }
            }
            return Ok(Some(text));
        }
        let is_at_end = self.part == ExportPart::all().len();
        self.part += 1;
        // Whoever finds no such line has half an export.
        Ok(is_at_end.then(|| "{\"kind\":\"end\"}\n".to_owned()))
    }

    async fn push_entries(&self, text: &mut String, conversation: &str) -> Result<(), ServiceError> {
        let mut after = 0;
        loop {
            let entries = self.db.export().entries(self.org.id, conversation, after).await?;
            let Some((last, _)) = entries.last() else { return Ok(()) };
            after = *last;
            for (_, entry) in &entries {
                push_line(text, "entry", entry);
            }
        }
    }

    fn first_line(&self) -> String {
        let org = serde_json::json!({
            "id": self.org.id.to_string(),
            "name": self.org.name,
            "created_at": self.org.created_at.0,
        });
        let mut text = String::new();
        push_line(&mut text, "org", &org.to_string());
        text
    }
}

/// A row is an object already; the line says what it is.
fn push_line(text: &mut String, kind: &str, row: &str) {
    text.push_str("{\"kind\":\"");
    text.push_str(kind);
    text.push_str("\",\"data\":");
    text.push_str(row);
    text.push_str("}\n");
}
