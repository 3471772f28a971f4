//! `switchboard knowledge`: add, list, remove and search, whether the server runs or not.

use std::path::Path;
use std::sync::Arc;

use clap::ArgMatches;
use rooms::{ChannelId, OrgId};
use serde_json::{Value, json};

use super::listing::{PAGE, whole};
use super::output::{Answer, Failure};
use super::storage::{open_db, settings};
use super::terminal::Terminal;
use crate::audit::Act;
use crate::base::Base;
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::knowledge::{
    Knowledge, KnowledgeError, KnowledgeParts, NoEmbedders, Passage, SourceFields, Verdict, text_of_file,
};
use crate::model::{SourceId, SourceRecord, SourceState};
use crate::refusal::ServiceError;
use crate::weights::load_encoder;
use crate::wire::ErrorCode;

impl From<KnowledgeError> for Failure {
    fn from(error: KnowledgeError) -> Self {
        match error {
            KnowledgeError::NotFound => {
                Self::new(ErrorCode::NotFound, "there is no org or channel of it with this id")
            }
            KnowledgeError::Storage(error) => error.into(),
            error => ServiceError::from(error).into(),
        }
    }
}

pub(super) async fn add(args: &ArgMatches, terminal: &Terminal<'_>) -> Result<Answer, Failure> {
    let settings = settings(args, terminal)?;
    let (org, channel) = scope(args)?;
    let given = text(args, "source");
    let title = args.get_one::<String>("title").map(String::as_str);
    let (title, fields) = source_of(given, title, settings.knowledge_file_max_bytes)?;
    let knowledge = open(settings, org).await?;
    let made = knowledge.sources().add(org, channel, title.as_deref(), fields).await?;
    knowledge.record_by_shell(org, Act::SourceAdded, made.id).await?;
    let source = knowledge.index_now(org, made.id).await?;
    if source.state == SourceState::Failed {
        let reason = source.reason.unwrap_or_default();
        // What cannot be read is useless; the next attempt makes a new one.
        knowledge.sources().delete(org, source.id).await?;
        return Err(Failure::new(ErrorCode::BadRequest, format!("could not read {given}: {reason}")));
    }
    let mut words = format!(
        "Added \"{}\" with {} passages, found by {}; its id is {}.",
        source.title,
        source.chunk_count,
        if source.model.is_some() { "words and meaning" } else { "their words" },
        source.id
    );
    if let Some(warning) = &source.warning {
        words.push_str(&format!("\nNote: {warning}."));
    }
    let json = json!({
        "source_id": source.id.to_string(),
        "title": source.title,
        "warning": source.warning,
        "passage_count": source.chunk_count,
        "by_meaning": source.model.is_some(),
    });
    Ok(Answer::new(json, words))
}

pub(super) async fn list(args: &ArgMatches, terminal: &Terminal<'_>) -> Result<Answer, Failure> {
    let settings = settings(args, terminal)?;
    let (org, channel) = scope(args)?;
    let knowledge = open(settings, org).await?;
    let sources =
        whole(async |after| knowledge.sources().list(org, channel, after, PAGE).await, |source| source.id)
            .await?;
    let lines: Vec<String> = sources.iter().map(line_of_source).collect();
    let words = if lines.is_empty() { "There are no sources.".to_owned() } else { lines.join("\n") };
    let json: Vec<Value> = sources.iter().map(json_of_source).collect();
    Ok(Answer::new(json!({ "sources": json }), words))
}

pub(super) async fn remove(args: &ArgMatches, terminal: &Terminal<'_>) -> Result<Answer, Failure> {
    let no_source = || Failure::new(ErrorCode::NotFound, "there is no source of this org with this id");
    let settings = settings(args, terminal)?;
    let org = text(args, "org").parse().map_err(|_| KnowledgeError::NotFound)?;
    let id: SourceId = text(args, "id").parse().map_err(|_| no_source())?;
    let knowledge = open(settings, org).await?;
    knowledge.sources().delete(org, id).await.map_err(|error| match error {
        KnowledgeError::NotFound => no_source(),
        error => error.into(),
    })?;
    knowledge.record_by_shell(org, Act::SourceDeleted, id).await?;
    Ok(Answer::new(
        json!({ "source_id": id.to_string(), "removed": true }),
        format!("Removed the source {id}."),
    ))
}

fn line_of_source(source: &SourceRecord) -> String {
    let name =
        if source.title.is_empty() { source.url.as_deref().unwrap_or_default() } else { &source.title };
    let state = format!("{}  {:8}  {:4} passages", source.id, source.state.as_str(), source.chunk_count);
    let note = source.reason.as_ref().or(source.warning.as_ref()).map(|note| format!(" ({note})"));
    format!("{state}  {}  {name}{}", source.kind.as_str(), note.unwrap_or_default())
}

fn json_of_source(source: &SourceRecord) -> Value {
    json!({
        "id": source.id.to_string(),
        "channel_id": source.channel.map(|id| id.to_string()),
        "kind": source.kind.as_str(),
        "title": source.title,
        "url": source.url,
        "state": source.state.as_str(),
        "reason": source.reason,
        "warning": source.warning,
        "passage_count": source.chunk_count,
    })
}

pub(super) async fn search(args: &ArgMatches, terminal: &Terminal<'_>) -> Result<Answer, Failure> {
    let settings = settings(args, terminal)?;
    let (org, channel) = scope(args)?;
    let question = text(args, "question");
    let knowledge = open(settings, org).await?;
    let verdict = knowledge.assess(org, channel, question).await?;
    let passages = knowledge.search(org, channel, question, 5).await?;
    let (name, mut lines) = match &verdict {
        Verdict::Sure(answer) => ("sure", vec![format!("Sure: {}\n  from {}", answer.text, place(answer))]),
        Verdict::Unsure(choices) => {
            let offered =
                choices.iter().map(|one| format!("  - {}", one.question.as_ref().unwrap_or(&one.title)));
            ("unsure", std::iter::once("Not sure. Did you mean:".to_owned()).chain(offered).collect())
        }
        Verdict::Unknown => ("unknown", vec!["Unknown: a person must answer.".to_owned()]),
    };
    lines
        .push(format!("\nFound by {}:", if knowledge.has_encoder() { "words and meaning" } else { "words" }));
    lines.extend(passages.iter().map(|one| format!("  {:.2}  {}", one.score, place(one))));
    let found: Vec<Value> = passages.iter().map(as_json).collect();
    let answer = match &verdict {
        Verdict::Sure(answer) => as_json(answer),
        Verdict::Unsure(_) | Verdict::Unknown => Value::Null,
    };
    let choices: Vec<Value> = match &verdict {
        Verdict::Unsure(choices) => choices.iter().map(as_json).collect(),
        Verdict::Sure(_) | Verdict::Unknown => Vec::new(),
    };
    let json = json!({ "verdict": name, "answer": answer, "choices": choices, "passages": found });
    Ok(Answer::new(json, lines.join("\n")))
}

/// The knowledge of an org that exists.
async fn open(settings: Settings, org: OrgId) -> Result<Knowledge, Failure> {
    let db = open_db(&settings).await?;
    db.orgs().get(org).await?.ok_or(KnowledgeError::NotFound)?;
    let encoder = load_encoder(&settings.data_dir)?.map(Arc::new);
    Ok(Knowledge::new(KnowledgeParts {
        base: Base::new(db, Arc::new(SystemClock), Arc::new(settings)),
        encoder,
        embedders: Arc::new(NoEmbedders),
        extra_sources: Vec::new(),
    }))
}

/// What a path or an address names, and what to call it.
fn source_of(
    given: &str,
    title: Option<&str>,
    max_bytes: usize,
) -> Result<(Option<String>, SourceFields), Failure> {
    if given.starts_with("http://") || given.starts_with("https://") {
        return Ok((title.map(str::to_owned), SourceFields::Page(given.to_owned())));
    }
    let path = Path::new(given);
    let unreadable = |error| Failure::new(ErrorCode::BadRequest, format!("could not read {given}: {error}"));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if usize::try_from(size).map_or(true, |size| size > max_bytes) {
        return Err(Failure::new(ErrorCode::TooLarge, format!("{given} has more than {max_bytes} bytes")));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let text = |bytes: Vec<u8>| {
        let not_text = || Failure::new(ErrorCode::BadRequest, format!("{given} is not a text"));
        text_of_file(&bytes).ok_or_else(not_text)
    };
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let fields = match ending.as_deref() {
        Some("pdf") => SourceFields::Pdf(bytes),
        Some("md" | "markdown") => SourceFields::Markdown(text(bytes)?),
        Some("txt") => SourceFields::Text(text(bytes)?),
        _ => {
            let message = "give a file that ends in .pdf, .md or .txt, or an http or https address";
            return Err(Failure::new(ErrorCode::BadRequest, message));
        }
    };
    let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((Some(title.map_or(name, str::to_owned)), fields))
}

fn scope(args: &ArgMatches) -> Result<(OrgId, Option<ChannelId>), Failure> {
    let org = text(args, "org").parse().map_err(|_| KnowledgeError::NotFound)?;
    let channel = args.get_one::<String>("channel").map(|id| id.parse());
    Ok((org, channel.transpose().map_err(|_| KnowledgeError::NotFound)?))
}

fn place(passage: &Passage) -> String {
    match (&passage.question, &passage.url) {
        (Some(question), _) => format!("{}: {question}", passage.title),
        (None, Some(url)) => format!("{} ({url})", passage.title),
        (None, None) => passage.title.clone(),
    }
}

fn as_json(passage: &Passage) -> Value {
    json!({
        "id": passage.id.to_string(),
        "title": passage.title,
        "question": passage.question,
        "text": passage.text,
        "url": passage.url,
        "score": passage.score,
    })
}

fn text<'a>(args: &'a ArgMatches, name: &str) -> &'a str {
    args.get_one::<String>(name).map(String::as_str).expect("the grammar needs it")
}
