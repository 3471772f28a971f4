//! Managing the tool catalogue as a platform admin. Of a shipped tool only the default can change.

use serde_json::{Value, json};

use super::catalogue::check_schema;
use super::toolbox::Tools;
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::model::{Patch, ToolRecord};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

const NAME_MAX_CHARS: usize = 64;
const DESCRIPTION_MAX_CHARS: usize = 1_000;
/// Every schema goes into every prompt.
const SCHEMA_MAX_BYTES: usize = 16_384;
/// Names that are paths of REST.
const RESERVED: [&str; 1] = ["runs"];

/// Fields of a tool; `None` leaves one, and a new one has its default.
#[derive(Debug, Default)]
pub struct ToolFields {
    /// What it does, for the model.
    pub description: Option<String>,
    /// JSON schema of its arguments.
    pub input_schema: Option<Value>,
    /// JSON schema of its answer; cleared, it is any object.
    pub output_schema: Patch<Value>,
    /// Whether running it twice does no harm.
    pub is_idempotent: Option<bool>,
    /// Whether orgs that gave it an address have it unless they say otherwise.
    pub default_enabled: Option<bool>,
}

impl Tools {
    /// Adds a webhook tool to the catalogue.
    ///
    /// # Errors
    /// `forbidden`, `bad_request`, `conflict` where the name is taken.
    pub async fn add_platform_tool(
        &self,
        principal: &Principal,
        name: &str,
        fields: ToolFields,
    ) -> Result<ToolRecord, ServiceError> {
        Right::ManageToolCatalogue.check(principal)?;
        let record = ToolRecord {
            name: check_name(name)?,
            kind: "webhook".to_owned(),
            is_shipped: false,
            description: String::new(),
            input_schema: String::new(),
            output_schema: None,
            is_idempotent: false,
            default_enabled: false,
            created_at: self.now().0,
        };
        let record = apply(record, fields)?;
        if record.description.is_empty() || record.input_schema.is_empty() {
            return Err(ServiceError::bad_request("description and input_schema are needed"));
        }
        if self.parts.base.db.tools().get(principal.org, &record.name).await?.is_some() {
            return Err(taken(name));
        }
        let note = Note::by(principal, Act::ToolAdded, self.now()).of_platform().on(&record.name);
        let db = self.parts.base.db.noting(note.made(audited(&record)));
        if db.tools().add(&record).await? {
            return Ok(record);
        }
        Err(taken(name))
    }

    /// Changes a tool of the catalogue.
    ///
    /// # Errors
    /// `forbidden`, also for the form of a shipped tool; `not_found`, `bad_request`.
    pub async fn change_platform_tool(
        &self,
        principal: &Principal,
        name: &str,
        fields: ToolFields,
    ) -> Result<ToolRecord, ServiceError> {
        Right::ManageToolCatalogue.check(principal)?;
        let found = self.parts.base.db.tools().get(principal.org, name).await?;
        let record = found.ok_or_else(ServiceError::not_found)?.tool;
        let keeps_form = fields.description.is_none()
            && fields.input_schema.is_none()
            && fields.output_schema.is_keep()
            && fields.is_idempotent.is_none();
        if record.is_shipped && !keeps_form {
            return Err(ServiceError::forbidden("of a shipped tool only default_enabled can be changed"));
        }
        let before = audited(&record);
        let record = apply(record, fields)?;
        let note = Note::by(principal, Act::ToolChanged, self.now()).of_platform().on(name);
        let db = self.parts.base.db.noting(note.change(before, audited(&record)));
        db.tools().change(&record).await?;
        Ok(record)
    }

    /// Removes a tool that was not shipped, with what orgs set of it.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, also for a shipped tool.
    pub async fn remove_platform_tool(&self, principal: &Principal, name: &str) -> Result<(), ServiceError> {
        Right::ManageToolCatalogue.check(principal)?;
        let found = self.parts.base.db.tools().get(principal.org, name).await?;
        let tool = found.map(|found| found.tool).filter(|tool| !tool.is_shipped);
        let tool = tool.ok_or_else(ServiceError::not_found)?;
        let note = Note::by(principal, Act::ToolRemoved, self.now()).of_platform().on(name);
        let removed = self.parts.base.db.noting(note.gone(audited(&tool))).tools().remove(name).await?;
        if removed { Ok(()) } else { Err(ServiceError::not_found()) }
    }
}

fn taken(name: &str) -> ServiceError {
    ServiceError::new(ErrorCode::Conflict, format!("there is a tool {name} already"))
}

/// What the audit log shows of a tool of the catalogue.
fn audited(record: &ToolRecord) -> Value {
    json!({
        "description": record.description,
        "input_schema": record.input_schema,
        "output_schema": record.output_schema,
        "is_idempotent": record.is_idempotent,
        "default_enabled": record.default_enabled,
    })
}

fn apply(mut record: ToolRecord, fields: ToolFields) -> Result<ToolRecord, ServiceError> {
    if let Some(description) = fields.description {
        let description = description.trim();
        if description.is_empty() || description.chars().count() > DESCRIPTION_MAX_CHARS {
            return Err(ServiceError::bad_request("description must have 1 to 1,000 characters"));
        }
        description.clone_into(&mut record.description);
    }
    if let Some(schema) = fields.input_schema {
        if schema.get("type").and_then(Value::as_str) != Some("object") {
            return Err(ServiceError::bad_request("input_schema must be of the type object"));
        }
        record.input_schema = usable("input_schema", &schema)?;
    }
    let output_schema = fields.output_schema.try_map(|schema| usable("output_schema", &schema))?;
    output_schema.apply(&mut record.output_schema);
    record.is_idempotent = fields.is_idempotent.unwrap_or(record.is_idempotent);
    record.default_enabled = fields.default_enabled.unwrap_or(record.default_enabled);
    Ok(record)
}

fn usable(field: &str, schema: &Value) -> Result<String, ServiceError> {
    let text = schema.to_string();
    if text.len() > SCHEMA_MAX_BYTES {
        return Err(ServiceError::new(
            ErrorCode::TooLarge,
            format!("{field} is at most 16,384 bytes of JSON"),
        ));
    }
    check_schema(schema)
        .map_err(|fault| ServiceError::bad_request(format!("{field} cannot be used: {fault}")))?;
    Ok(text)
}

fn check_name(name: &str) -> Result<String, ServiceError> {
    let is_plain = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_');
    if is_plain && name.len() <= NAME_MAX_CHARS && !RESERVED.contains(&name) {
        return Ok(name.to_owned());
    }
    Err(ServiceError::bad_request(
        "name must be lower-case letters, digits and _, at most 64, beginning with a letter",
    ))
}
