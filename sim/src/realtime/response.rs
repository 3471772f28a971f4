//! One response: what it will say, and the plan of when each piece of it is sent.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::ops::RangeInclusive;

use super::dice::Dice;
use super::sound::Sound;
use super::usage::Tokens;

/// Milliseconds a written word takes before the pace is applied.
const WRITTEN_WORD_MS: u64 = 20;
/// Characters in one delta of arguments.
const ARGUMENT_CHARS: usize = 12;

/// How a response ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    Completed,
    Cancelled { reason: &'static str },
    Failed { code: String },
    Incomplete { reason: String },
}

impl Ending {
    pub(super) fn status(&self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Cancelled { .. } => "cancelled",
            Self::Failed { .. } => "failed",
            Self::Incomplete { .. } => "incomplete",
        }
    }

    pub(super) fn details(&self) -> Value {
        match self {
            Self::Completed => Value::Null,
            Self::Cancelled { reason } => json!({ "type": "cancelled", "reason": reason }),
            Self::Incomplete { reason } => json!({ "type": "incomplete", "reason": reason }),
            Self::Failed { code } => {
                let kind = if code == "server_error" { "server_error" } else { "invalid_request_error" };
                json!({ "type": "failed", "error": { "type": kind, "code": code } })
            }
        }
    }
}

/// What an output item consists of.
#[derive(Debug, Clone)]
pub(super) enum Part {
    Spoken { text: String, sound: Sound, ms: u64 },
    Written { text: String },
    Call { name: String, call_id: String, arguments: String },
}

/// Where an output item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Planned,
    Open,
    Closed,
}

/// An item that a response makes.
#[derive(Debug, Clone)]
pub(super) struct Output {
    pub(super) item_id: String,
    pub(super) part: Part,
    pub(super) stage: Stage,
    /// How many bytes of its text or arguments were sent.
    pub(super) sent_bytes: usize,
    /// How much of its sound was sent.
    pub(super) sent_ms: u64,
    /// Whether it was closed at its end, and not broken off.
    pub(super) is_complete: bool,
}

impl Output {
    pub(super) fn new(item_id: String, part: Part) -> Self {
        Self { item_id, part, stage: Stage::Planned, sent_bytes: 0, sent_ms: 0, is_complete: false }
    }

    fn text(&self) -> &str {
        match &self.part {
            Part::Spoken { text, .. } | Part::Written { text } => text,
            Part::Call { arguments, .. } => arguments,
        }
    }

    /// What was sent of its text or arguments.
    pub(super) fn sent_text(&self) -> &str {
        &self.text()[..self.sent_bytes]
    }

    /// The item as events show it.
    pub(super) fn wire(&self, status: &str) -> Value {
        let mut wire = json!({ "id": self.item_id, "object": "realtime.item", "status": status });
        let is_begun = self.sent_bytes > 0 || self.sent_ms > 0 || self.stage == Stage::Closed;
        match &self.part {
            Part::Call { name, call_id, .. } => {
                wire["type"] = json!("function_call");
                wire["name"] = json!(name);
                wire["call_id"] = json!(call_id);
                wire["arguments"] = json!(self.sent_text());
            }
            Part::Spoken { .. } | Part::Written { .. } => {
                wire["type"] = json!("message");
                wire["role"] = json!("assistant");
                wire["content"] = if is_begun { json!([self.content()]) } else { json!([]) };
            }
        }
        wire
    }

    fn content(&self) -> Value {
        match self.part {
            Part::Spoken { .. } => json!({ "type": "output_audio", "transcript": self.sent_text() }),
            Part::Written { .. } | Part::Call { .. } => {
                json!({ "type": "output_text", "text": self.sent_text() })
            }
        }
    }

    /// The content part as its own events show it.
    pub(super) fn content_part(&self) -> Value {
        match self.part {
            Part::Spoken { .. } => json!({ "type": "audio", "transcript": self.sent_text() }),
            Part::Written { .. } | Part::Call { .. } => json!({ "type": "text", "text": self.sent_text() }),
        }
    }

    fn tokens(&self) -> Tokens {
        let mut tokens = Tokens::of_text(self.sent_text());
        tokens += Tokens::of_assistant_sound(self.sent_ms);
        tokens
    }
}

/// A step of a plan; numbers are output indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Open(usize),
    /// Sends text up to a byte, and sound up to a millisecond.
    Delta {
        output: usize,
        to_byte: usize,
        to_ms: u64,
    },
    Close(usize),
    Finish,
}

/// A response under way.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) id: String,
    /// Out of band: it leaves no items in the conversation.
    pub(super) is_aside: bool,
    pub(super) is_spoken: bool,
    pub(super) metadata: Value,
    pub(super) max_output_tokens: Value,
    pub(super) voice: Value,
    pub(super) conversation_id: Option<String>,
    pub(super) outputs: Vec<Output>,
    pub(super) plan: VecDeque<(u64, Step)>,
    pub(super) ending: Ending,
    /// When it stops, where it was cancelled and goes on for a while.
    pub(super) cut_ms: Option<u64>,
    pub(super) created_ms: u64,
    /// Whether speech detection started it, rather than the client.
    pub(super) is_of_detection: bool,
    pub(super) input: Tokens,
    pub(super) cached: Tokens,
}

impl Response {
    pub(super) fn next_ms(&self) -> Option<u64> {
        let planned = self.plan.front().map(|(due_ms, _)| *due_ms);
        [planned, self.cut_ms].into_iter().flatten().min()
    }

    pub(super) fn output_tokens(&self) -> Tokens {
        let mut tokens = Tokens::default();
        for output in &self.outputs {
            tokens += output.tokens();
        }
        tokens
    }

    /// How much sound it has sent.
    pub(super) fn sent_ms(&self) -> u64 {
        self.outputs.iter().map(|output| output.sent_ms).sum()
    }

    /// The response object, with the items begun so far.
    pub(super) fn wire(&self, status: &str, details: &Value, usage: &Value) -> Value {
        let item_status = |output: &Output| if output.is_complete { "completed" } else { "incomplete" };
        let begun = self.outputs.iter().filter(|output| output.stage != Stage::Planned);
        let output: Vec<Value> = begun.map(|output| output.wire(item_status(output))).collect();
        let modality = if self.is_spoken { "audio" } else { "text" };
        let mut wire = json!({
            "object": "realtime.response",
            "id": self.id,
            "status": status,
            "status_details": details,
            "output": output,
            "conversation_id": self.conversation_id,
            "output_modalities": [modality],
            "max_output_tokens": self.max_output_tokens,
            "usage": usage,
            "metadata": self.metadata,
        });
        if self.is_spoken {
            let format = json!({ "type": "audio/pcm", "rate": 24_000 });
            wire["audio"] = json!({ "output": { "format": format, "voice": self.voice } });
        }
        wire
    }
}

/// How fast a plan goes.
#[derive(Debug, Clone)]
pub(super) struct Tempo {
    pub(super) start_ms: u64,
    pub(super) pace: f64,
    pub(super) delta_ms: RangeInclusive<u64>,
}

impl Tempo {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "milliseconds of one response"
    )]
    fn due_ms(&self, sound_ms: u64) -> u64 {
        self.start_ms.saturating_add((sound_ms as f64 / self.pace) as u64)
    }
}

/// When each piece of these outputs is sent, one output after the other.
pub(super) fn lay_out(outputs: &[Output], tempo: &Tempo, dice: &mut Dice) -> VecDeque<(u64, Step)> {
    let mut plan = VecDeque::new();
    let mut elapsed_ms = 0;
    for (at, output) in outputs.iter().enumerate() {
        plan.push_back((tempo.due_ms(elapsed_ms), Step::Open(at)));
        for (from_ms, to_byte, to_ms) in pieces(output, &tempo.delta_ms, dice) {
            let step = Step::Delta { output: at, to_byte, to_ms };
            plan.push_back((tempo.due_ms(elapsed_ms + from_ms), step));
        }
        elapsed_ms += match &output.part {
            Part::Spoken { ms, .. } => *ms,
            Part::Written { text } => text.split_whitespace().count() as u64 * WRITTEN_WORD_MS,
            Part::Call { .. } => 0,
        };
        plan.push_back((tempo.due_ms(elapsed_ms), Step::Close(at)));
    }
    plan.push_back((tempo.due_ms(elapsed_ms), Step::Finish));
    plan
}

/// When each piece is due, and up to where its text and sound go.
fn pieces(output: &Output, delta_ms: &RangeInclusive<u64>, dice: &mut Dice) -> Vec<(u64, usize, u64)> {
    match &output.part {
        Part::Spoken { text, ms, .. } => {
            let mut pieces = Vec::new();
            let mut at_ms = 0;
            while at_ms < *ms {
                let to_ms = (at_ms + dice.pick(delta_ms).max(1)).min(*ms);
                pieces.push((at_ms, word_end(text, to_ms, *ms), to_ms));
                at_ms = to_ms;
            }
            pieces
        }
        Part::Written { text } => {
            let count = text.split_whitespace().count().max(1) as u64;
            (1..=count).map(|n| ((n - 1) * WRITTEN_WORD_MS, word_end(text, n, count), 0)).collect()
        }
        Part::Call { arguments, .. } => {
            let mut ends: Vec<usize> =
                arguments.char_indices().map(|(at, _)| at).step_by(ARGUMENT_CHARS).skip(1).collect();
            ends.push(arguments.len());
            ends.into_iter().map(|end| (0, end, 0)).collect()
        }
    }
}

/// The end of the word that stands at `part` of `whole`, as a byte index.
fn word_end(text: &str, part: u64, whole: u64) -> usize {
    let target = text.len() as u64 * part / whole.max(1);
    let target = usize::try_from(target).expect("inside the text");
    text.char_indices()
        .find(|(at, one)| *at >= target && one.is_whitespace())
        .map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(text: &str, ms: u64) -> Output {
        let part = Part::Spoken { text: text.to_owned(), sound: Sound::Silence, ms };
        Output::new("item_1".to_owned(), part)
    }

    #[test]
    fn a_plan_sends_everything_in_order_at_its_pace() {
        let tempo = Tempo { start_ms: 100, pace: 4.0, delta_ms: 50..=400 };

        let plan = lay_out(&[spoken("one two three four", 4_000)], &tempo, &mut Dice::new(7));

        assert_eq!(plan.front(), Some(&(100, Step::Open(0))));
        assert_eq!(plan.back(), Some(&(1_100, Step::Finish)));
        assert!(plan.iter().zip(plan.iter().skip(1)).all(|(one, next)| one.0 <= next.0));
        let deltas: Vec<_> = plan
            .iter()
            .filter_map(|(_, step)| match step {
                Step::Delta { to_byte, to_ms, .. } => Some((*to_byte, *to_ms)),
                _ => None,
            })
            .collect();
        assert_eq!(deltas.last(), Some(&(18, 4_000)));
        assert!(deltas.is_sorted());
    }

    #[test]
    fn words_are_never_cut() {
        let text = "Grüße aus Köln";

        let ends: Vec<usize> = (0..=10).map(|part| word_end(text, part, 10)).collect();

        assert!(ends.iter().all(|end| *end == text.len() || text[*end..].starts_with(' ')), "{ends:?}");
    }
}
