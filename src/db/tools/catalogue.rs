//! Tools: the platform's catalogue, and which of them an org has switched on and where they are.

use rooms::{OrgId, Timestamp};

use crate::db::{DbError, handle, on_readers, on_tx, record, secrets};
use crate::model::{OrgTool, ToolRecord, tool_secret_field};

record!(OrgTool { enabled, url, secret_hint, settings } with tool);

record!(ToolRecord {
    name,
    kind,
    is_shipped,
    description,
    input_schema,
    output_schema,
    is_idempotent,
    default_enabled,
    created_at
});

macro_rules! select_org_tools {
    ($rest:literal) => {
        concat!(
            "select t.name, t.kind, t.is_shipped, t.description, t.input_schema, t.output_schema, t.is_idempotent, ",
            "t.default_enabled, t.created_at, o.enabled, o.url, o.secret_hint, o.settings ",
            "from tools t left join org_tools o on o.name = t.name and o.org_id = $1 ",
            $rest
        )
    };
}

handle!(
    /// The catalogue of tools, and what orgs set of it.
    Tools
);

impl Tools<'_> {
    /// The catalogue as an org has it, by name.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, org: OrgId) -> Result<Vec<OrgTool>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(select_org_tools!("order by t.name")).bind(org.to_string()).fetch_all(pool).await?
        }))
    }

    /// One tool as an org has it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, name: &str) -> Result<Option<OrgTool>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(select_org_tools!("where t.name = $2"))
                .bind(org.to_string())
                .bind(name)
                .fetch_optional(pool)
                .await?
        }))
    }

    /// Stores what an org says of a tool, and a secret under a field in the same transaction where one is given.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn put(
        self,
        org: OrgId,
        tool: &OrgTool,
        secret: Option<(&str, &str)>,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into org_tools (org_id, name, enabled, url, secret_hint, settings, created_at) \
                 values ($1, $2, $3, $4, $5, $6, $7) \
                 on conflict (org_id, name) do update set enabled = excluded.enabled, url = excluded.url, \
                 secret_hint = excluded.secret_hint, settings = excluded.settings",
            )
            .bind(org.to_string())
            .bind(&tool.tool.name)
            .bind(tool.enabled)
            .bind(&tool.url)
            .bind(&tool.secret_hint)
            .bind(tool.settings.as_deref().unwrap_or("{}"))
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        if let Some((field, sealed)) = secret {
            secrets::put(&mut tx, org, field, sealed, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Adds tools to the catalogue or changes them; what was decided about defaults of shipped ones stays.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn ship(self, tools: &[ToolRecord], now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        for tool in tools {
            on_tx!(&mut tx, connection => {
                sqlx::query(
                    "insert into tools (name, kind, is_shipped, description, input_schema, output_schema, is_idempotent, \
                     default_enabled, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                     on conflict (name) do update set kind = excluded.kind, is_shipped = excluded.is_shipped, \
                     description = excluded.description, input_schema = excluded.input_schema, \
                     output_schema = excluded.output_schema, is_idempotent = excluded.is_idempotent",
                )
                .bind(&tool.name)
                .bind(&tool.kind)
                .bind(tool.is_shipped)
                .bind(&tool.description)
                .bind(&tool.input_schema)
                .bind(&tool.output_schema)
                .bind(tool.is_idempotent)
                .bind(tool.default_enabled)
                .bind(now.0)
                .execute(connection)
                .await?;
            });
        }
        Ok(tx.commit().await?)
    }

    /// Adds a tool of the platform; false where the name is taken.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(self, tool: &ToolRecord) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let added = on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into tools (name, kind, is_shipped, description, input_schema, output_schema, is_idempotent, \
                 default_enabled, created_at) values ($1, 'webhook', $2, $3, $4, $5, $6, $7, $8) on conflict (name) do nothing",
            )
            .bind(&tool.name)
            .bind(false)
            .bind(&tool.description)
            .bind(&tool.input_schema)
            .bind(&tool.output_schema)
            .bind(tool.is_idempotent)
            .bind(tool.default_enabled)
            .bind(tool.created_at)
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        Ok(added == 1)
    }

    /// Changes a tool of the catalogue.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn change(self, tool: &ToolRecord) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update tools set description = $1, input_schema = $2, output_schema = $3, is_idempotent = $4, \
                 default_enabled = $5 where name = $6",
            )
            .bind(&tool.description)
            .bind(&tool.input_schema)
            .bind(&tool.output_schema)
            .bind(tool.is_idempotent)
            .bind(tool.default_enabled)
            .bind(&tool.name)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Removes a tool that was not shipped, with what orgs set of it; true when there was one.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn remove(self, name: &str) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let removed = on_tx!(&mut tx, connection => {
            let removed = sqlx::query("delete from tools where name = $1 and is_shipped = $2")
                .bind(name)
                .bind(false)
                .execute(&mut *connection)
                .await?
                .rows_affected();
            if removed == 1 {
                sqlx::query("delete from org_tools where name = $1").bind(name).execute(&mut *connection).await?;
                sqlx::query("delete from secrets where field = $1")
                    .bind(tool_secret_field(name))
                    .execute(connection)
                    .await?;
            }
            removed
        });
        tx.commit().await?;
        Ok(removed == 1)
    }
}
