//! Answering without a model: the passage itself where the knowledge is sure, choices where it is not, a person
//! where it has none. It never writes a sentence of its own about the business.

use rooms::{Audience, Entry, EntryId, UserKind};
use serde_json::{Value, json};

use super::turn_log::TurnLog;
use crate::db::Db;
use crate::handover::{Scene, Texts, text_of, texts};
use crate::insight::Intent;
use crate::knowledge::{Knowledge, KnowledgeError, Passage, Verdict};
use crate::model::{EntryRange, PassageId};

/// A greeting or thanks of so many words or fewer asks nothing.
const SMALL_TALK_WORDS: usize = 4;
/// The choice that none of the others was meant.
pub(super) const NONE_OF_THESE: &str = "none";
/// The choice of a person, which is offered where two questions in a row were not understood.
const A_PERSON: &str = "person";
/// Entries that are looked through for the one a choice belongs to.
const LOOK_BACK: u64 = 50;

/// What is answered.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) metadata: Value,
    /// Why a person is asked for, where one is.
    pub(super) hand_off: Option<&'static str>,
}

impl Answer {
    fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), metadata: json!({ "provider": "knowledge" }), hand_off: None }
    }
}

/// Answers what was asked.
pub(super) async fn answer(
    db: &Db,
    knowledge: &Knowledge,
    scene: &Scene,
    log: &TurnLog,
) -> Result<Answer, KnowledgeError> {
    let words = texts(scene.language);
    let Some(last) = scene.asked.last() else { return Ok(Answer::plain(words.rephrase)) };
    if let Some(picked) = picked_choice(db, scene, last).await {
        return answer_choice(knowledge, scene, words, &picked).await;
    }
    match spoken_pick(scene, words) {
        Some(SpokenPick::Yes(question)) => return answer_confirmed(knowledge, scene, words, &question).await,
        Some(SpokenPick::No) => return offer_another(knowledge, scene, words).await,
        None => {}
    }
    if scene.asks_with_files_only() {
        return Ok(file(scene, words));
    }
    let question = scene.question();
    let folded = rooms::fold_words(&question);
    let intent = crate::insight::intent_of(&folded);
    if folded.len() <= SMALL_TALK_WORDS && matches!(intent, Intent::Greeting | Intent::Thanks) {
        let is_greeting = intent == Intent::Greeting;
        return Ok(Answer::plain(if is_greeting { words.greeting } else { words.thanks }));
    }
    match knowledge.assess(scene.org.id, Some(scene.channel.id), &question).await? {
        Verdict::Sure(passage) => {
            log.found(std::slice::from_ref(&passage));
            Ok(quote(&passage, scene, words))
        }
        Verdict::Unsure(passages) => {
            log.found(&passages);
            Ok(offer(&passages, scene, words))
        }
        Verdict::Unknown => unknown(knowledge, scene, words, &question).await,
    }
}

/// The passage itself with its source.
fn quote(passage: &Passage, scene: &Scene, words: &Texts) -> Answer {
    let source = json!({ "title": passage.title, "url": passage.url });
    let mut text = passage.text.clone();
    // Nobody can follow an address that is read out.
    if let Some(url) = passage.url.as_ref().filter(|_| scene.in_call.is_none()) {
        text.push_str(&format!("\n\n{}: [{}]({url})", words.source, passage.title));
    }
    let metadata =
        json!({ "provider": "knowledge", "sources": [source], "passage_id": passage.id.to_string() });
    Answer { text, metadata, hand_off: None }
}

/// What may have been meant; after a question that was not understood either, a person too.
fn offer(passages: &[Passage], scene: &Scene, words: &Texts) -> Answer {
    // Callers keep no list in mind that is read out to them: they are asked about one at a time.
    let passages = if scene.in_call.is_some() { &passages[..passages.len().min(1)] } else { passages };
    let choice = |id: &str, text: &str| json!({ "id": id, "text": text });
    let (text, mut choices) = match passages {
        [only] => {
            let text = words.do_you_mean.replace("{question}", &shown(only));
            (text, vec![choice(&only.id.to_string(), words.yes), choice(NONE_OF_THESE, words.no)])
        }
        several => {
            let mut choices: Vec<Value> =
                several.iter().map(|passage| choice(&passage.id.to_string(), &shown(passage))).collect();
            choices.push(choice(NONE_OF_THESE, words.none_of_these));
            (words.did_you_mean.to_owned(), choices)
        }
    };
    if scene.channel.handoff_enabled && was_not_understood(scene) {
        choices.push(choice(A_PERSON, words.ask_a_person));
    }
    Answer { text, metadata: json!({ "provider": "knowledge", "choices": choices }), hand_off: None }
}

/// What a passage is called where it is offered.
fn shown(passage: &Passage) -> String {
    passage.question.clone().unwrap_or_else(|| passage.title.clone())
}

/// Whether the last that the assistant said was a guess, too.
fn was_not_understood(scene: &Scene) -> bool {
    let mut said = scene.messages.iter().rev().filter(|entry| entry.author.kind == UserKind::Assistant);
    let metadata = said.next().and_then(|entry| entry.body.content()?.metadata.as_deref());
    let metadata = metadata.and_then(|json| serde_json::from_str::<Value>(json).ok());
    let choices = metadata.as_ref().and_then(|metadata| metadata.get("choices")?.as_array());
    choices.is_some_and(|choices| choices.iter().any(|choice| choice["id"] == NONE_OF_THESE))
}

/// Nobody here can see pictures or open files: a person is asked for where there are people.
fn file(scene: &Scene, words: &Texts) -> Answer {
    let is_picture = scene.asks_with_a_picture();
    if !scene.channel.handoff_enabled {
        return Answer::plain(if is_picture { words.picture } else { words.file });
    }
    let (reason, text) =
        if is_picture { ("picture", words.picture_person) } else { ("file", words.file_person) };
    Answer { hand_off: Some(reason), ..Answer::plain(text) }
}

/// Nothing was found: it is noted for the org, and a person is asked for where there are people.
async fn unknown(
    knowledge: &Knowledge,
    scene: &Scene,
    words: &Texts,
    question: &str,
) -> Result<Answer, KnowledgeError> {
    if !scene.is_test {
        let language = Some(scene.language.code());
        knowledge
            .unanswered()
            .note(scene.org.id, Some(scene.channel.id), Some(scene.conversation), question, language)
            .await?;
    }
    if !scene.channel.handoff_enabled {
        return Ok(Answer::plain(words.no_answer));
    }
    // That a person was asked for is said to every caller.
    let text = if scene.in_call.is_some() { words.no_answer_aloud } else { words.no_answer_person };
    Ok(Answer { hand_off: Some("no_answer"), ..Answer::plain(text) })
}

/// What a caller has said to the only choice that they were given.
#[derive(Debug, PartialEq, Eq)]
enum SpokenPick {
    /// They mean this question.
    Yes(String),
    /// They mean something else.
    No,
}

/// A caller can press nothing: a yes or a no to what the assistant has asked last is their choice.
fn spoken_pick(scene: &Scene, words: &Texts) -> Option<SpokenPick> {
    scene.in_call.as_ref()?;
    let asked = scene.messages.iter().rev().find(|entry| entry.author.kind == UserKind::Assistant)?;
    let question = offered(text_of(asked)?, words)?;
    let said = scene.question();
    if begins_with_one_of(&said, words.yes_words) {
        return Some(SpokenPick::Yes(question.to_owned()));
    }
    begins_with_one_of(&said, words.no_words).then_some(SpokenPick::No)
}

/// The question that a caller was asked whether they mean it.
fn offered<'a>(said: &'a str, words: &Texts) -> Option<&'a str> {
    let (before, _) = words.do_you_mean.split_once("{question}")?;
    let (_, question) = said.split_once(before.trim_end())?;
    Some(question.trim())
}

/// Whether these are a few words, of which the first is known.
fn begins_with_one_of(said: &str, known: &[&str]) -> bool {
    let said = rooms::fold_words(said);
    let is_known = |first| known.iter().any(|word| rooms::fold_words(word).first() == Some(first));
    said.len() <= SMALL_TALK_WORDS && said.first().is_some_and(is_known)
}

/// What else a caller may have meant who has said no to what was offered.
async fn offer_another(
    knowledge: &Knowledge,
    scene: &Scene,
    words: &Texts,
) -> Result<Answer, KnowledgeError> {
    let Some((question, refused)) = refused(scene, words) else { return Ok(Answer::plain(words.rephrase)) };
    let mut passages = match knowledge.assess(scene.org.id, Some(scene.channel.id), question).await? {
        Verdict::Unsure(passages) => passages,
        Verdict::Sure(_) | Verdict::Unknown => Vec::new(),
    };
    passages.retain(|passage| !refused.contains(&shown(passage).as_str()));
    Ok(if passages.is_empty() { Answer::plain(words.rephrase) } else { offer(&passages, scene, words) })
}

/// What a caller has asked who has only said no since, and what they were offered for it.
fn refused<'a>(scene: &'a Scene, words: &Texts) -> Option<(&'a str, Vec<&'a str>)> {
    let mut refused = Vec::new();
    for entry in scene.messages.iter().rev() {
        let said = text_of(entry)?;
        match entry.author.kind {
            UserKind::Assistant => refused.push(offered(said, words)?),
            UserKind::Visitor if !begins_with_one_of(said, words.no_words) => return Some((said, refused)),
            _ => {}
        }
    }
    None
}

/// The answer to a question that a caller has said to mean.
async fn answer_confirmed(
    knowledge: &Knowledge,
    scene: &Scene,
    words: &Texts,
    question: &str,
) -> Result<Answer, KnowledgeError> {
    let verdict = knowledge.assess(scene.org.id, Some(scene.channel.id), question).await?;
    let found = match verdict {
        Verdict::Sure(passage) => Some(passage),
        Verdict::Unsure(passages) => passages.into_iter().next(),
        Verdict::Unknown => None,
    };
    match found {
        Some(passage) => Ok(quote(&passage, scene, words)),
        None => unknown(knowledge, scene, words, question).await,
    }
}

/// The id of the choice that a message picks: it replies to an entry with choices and has the text of one.
async fn picked_choice(db: &Db, scene: &Scene, message: &Entry) -> Option<String> {
    let content = message.body.content()?;
    let offered = find(db, scene, content.reply_to?, message.seq).await?;
    let metadata: Value = serde_json::from_str(offered.body.content()?.metadata.as_deref()?).ok()?;
    let choice = metadata.get("choices")?.as_array()?.iter().find(|choice| {
        choice.get("text").and_then(Value::as_str).is_some_and(|text| text.trim() == content.text.trim())
    })?;
    Some(choice.get("id")?.as_str()?.to_owned())
}

async fn find(db: &Db, scene: &Scene, id: EntryId, before: u64) -> Option<Entry> {
    if let Some(known) = scene.messages.iter().find(|entry| entry.id == id) {
        return Some(known.clone());
    }
    let range = EntryRange { after: 0, before, limit: LOOK_BACK, newest: true };
    let entries =
        db.entries().list(scene.org.id, scene.conversation, Audience::Visitors, range).await.ok()?;
    entries.into_iter().find(|entry| entry.id == id)
}

async fn answer_choice(
    knowledge: &Knowledge,
    scene: &Scene,
    words: &Texts,
    picked: &str,
) -> Result<Answer, KnowledgeError> {
    if picked == crate::handover::GO_ON {
        return Ok(Answer::plain(words.here_again));
    }
    if picked == A_PERSON {
        return Ok(Answer { hand_off: Some("visitor_request"), ..Answer::plain(words.of_course) });
    }
    if picked == NONE_OF_THESE {
        // What was really asked stands before the choices.
        let before = scene.messages.iter().rev().filter(|entry| entry.author.kind == UserKind::Visitor);
        let question = before.filter_map(text_of).nth(1).unwrap_or_default().to_owned();
        return unknown(knowledge, scene, words, &question).await;
    }
    let id: Option<PassageId> = picked.parse().ok();
    let found = match id {
        Some(id) => knowledge.passage(scene.org.id, Some(scene.channel.id), id).await?,
        None => None,
    };
    match found {
        Some(passage) => Ok(quote(&passage, scene, words)),
        // It was deleted since it was offered.
        None => unknown(knowledge, scene, words, &scene.question()).await,
    }
}
