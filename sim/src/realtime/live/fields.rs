//! The fields of every client event of the full-duplex session, as its protocol lists them.

use crate::realtime::shape::{Field, Shape, may, must};

const NULLABLE_TEXT: Shape = Shape::Nullable(&Shape::Text);
const EVENT_ID: Field = may("event_id", NULLABLE_TEXT);

/// No sound is made here at other rates, nor for telephones: the hub asks for neither.
const FORMAT: Shape = Shape::ByType(&[(
    "audio/pcm",
    &[must("type", Shape::Text), must("rate", Shape::Integer(24_000, 24_000))],
)]);
const VOICE: Shape = Shape::Either(&[Shape::Text, Shape::Fields(&[must("id", Shape::Text)])]);
const AUDIO: Shape =
    Shape::Fields(&[may("format", FORMAT), may("output", Shape::Fields(&[may("voice", VOICE)]))]);
/// Nothing is asked of a backend here: tasks are the client's.
const DELEGATION: Shape = Shape::Nullable(&Shape::ByType(&[("client", &[must("type", Shape::Text)])]));

/// Which parts belong to which role is checked beside this.
const PART: Shape = Shape::Fields(&[
    may("type", Shape::Word(&["input_text", "output_text", "text"])),
    must("text", Shape::Text),
]);
const MESSAGE: Shape = Shape::Fields(&[
    may("type", Shape::Word(&["message"])),
    must("role", Shape::Word(&["developer", "user", "assistant"])),
    must("content", Shape::List(&PART)),
    may("id", NULLABLE_TEXT),
    may("status", Shape::Nullable(&Shape::Word(&["incomplete", "completed"]))),
]);

const SESSION: Shape = Shape::Fields(&[
    must("model", Shape::Text),
    may("instructions", NULLABLE_TEXT),
    may("audio", AUDIO),
    may("delegation", DELEGATION),
    may("input", Shape::List(&MESSAGE)),
    may("store", Shape::Bool),
]);

const APPENDED: &[Field] = &[
    must("type", Shape::Text),
    must("content", Shape::Text),
    must("delegation_id", NULLABLE_TEXT),
    EVENT_ID,
];
const PLAIN: &[Field] = &[must("type", Shape::Text), EVENT_ID];

/// Every client event and its fields.
pub(super) const CLIENT_EVENTS: &[(&str, &[Field])] = &[
    ("session.start", &[must("type", Shape::Text), must("session", SESSION), EVENT_ID]),
    (
        "session.update",
        &[
            must("type", Shape::Text),
            must("session", Shape::Fields(&[may("delegation", DELEGATION)])),
            EVENT_ID,
        ],
    ),
    ("session.input_audio.append", &[must("type", Shape::Text), must("audio", Shape::Text), EVENT_ID]),
    ("session.input_audio.mute", PLAIN),
    ("session.input_audio.unmute", PLAIN),
    ("session.instructions.append", APPENDED),
    ("session.thinking.append", APPENDED),
    ("session.commentary.append", APPENDED),
    ("response.item.create", &[must("type", Shape::Text), must("item", Shape::Object), EVENT_ID]),
    ("response.create", PLAIN),
    ("session.close", PLAIN),
];
