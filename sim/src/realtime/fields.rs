//! The fields of every client event, as the protocol lists them.

use super::shape::{Field, Shape, may, must};

const COUNT: Shape = Shape::Integer(0, i64::MAX);
const NULLABLE_TEXT: Shape = Shape::Nullable(&Shape::Text);

const PCM: &[Field] = &[must("type", Shape::Text), may("rate", Shape::Integer(24_000, 24_000))];
/// Telephone formats are known to the protocol; [`super::config`] refuses them, as no sound is made in them here.
const FORMAT: Shape = Shape::ByType(&[
    ("audio/pcm", PCM),
    ("audio/pcmu", &[must("type", Shape::Text)]),
    ("audio/pcma", &[must("type", Shape::Text)]),
]);

const TRANSCRIPTION: Shape = Shape::Nullable(&Shape::Fields(&[
    may("model", Shape::Text),
    may("language", NULLABLE_TEXT),
    may("languages", Shape::List(&Shape::Text)),
    may("keywords", Shape::List(&Shape::Text)),
    may("prompt", NULLABLE_TEXT),
    may("delay", Shape::Word(&["minimal", "low", "medium", "high", "xhigh"])),
]));

const NOISE_REDUCTION: Shape =
    Shape::Nullable(&Shape::Fields(&[must("type", Shape::Word(&["near_field", "far_field"]))]));

const SERVER_VAD: &[Field] = &[
    must("type", Shape::Text),
    may("threshold", Shape::Number(0.0, 1.0)),
    may("prefix_padding_ms", COUNT),
    may("silence_duration_ms", COUNT),
    may("create_response", Shape::Bool),
    may("interrupt_response", Shape::Bool),
    may("idle_timeout_ms", Shape::Nullable(&Shape::Integer(5_000, 30_000))),
];
const SEMANTIC_VAD: &[Field] = &[
    must("type", Shape::Text),
    may("eagerness", Shape::Word(&["low", "medium", "high", "auto"])),
    may("create_response", Shape::Bool),
    may("interrupt_response", Shape::Bool),
];
const TURN_DETECTION: Shape =
    Shape::Nullable(&Shape::ByType(&[("server_vad", SERVER_VAD), ("semantic_vad", SEMANTIC_VAD)]));

const INPUT: Shape = Shape::Fields(&[
    may("format", FORMAT),
    may("transcription", TRANSCRIPTION),
    may("noise_reduction", NOISE_REDUCTION),
    may("turn_detection", TURN_DETECTION),
]);

const VOICE: Shape = Shape::Either(&[Shape::Text, Shape::Fields(&[must("id", Shape::Text)])]);
const OUTPUT: Shape =
    Shape::Fields(&[may("format", FORMAT), may("voice", VOICE), may("speed", Shape::Number(0.25, 1.5))]);

/// Functions only: nothing here runs tools of MCP servers.
const TOOL: Shape = Shape::ByType(&[(
    "function",
    &[
        must("type", Shape::Text),
        must("name", Shape::Text),
        may("description", Shape::Text),
        may("parameters", Shape::Object),
        may("strict", Shape::Bool),
    ],
)]);
const TOOL_CHOICE: Shape = Shape::Either(&[
    Shape::Word(&["none", "auto", "required"]),
    Shape::ByType(&[("function", &[must("type", Shape::Text), must("name", Shape::Text)])]),
]);
const MAX_OUTPUT_TOKENS: Shape = Shape::Either(&[Shape::Integer(1, 32_000), Shape::Word(&["inf"])]);
const MODALITIES: Shape = Shape::List(&Shape::Word(&["audio", "text"]));
const INCLUDE: Shape =
    Shape::Nullable(&Shape::List(&Shape::Word(&["item.input_audio_transcription.logprobs"])));
const REASONING: Shape =
    Shape::Fields(&[may("effort", Shape::Word(&["minimal", "low", "medium", "high", "xhigh"]))]);
const TRUNCATION: Shape = Shape::Either(&[
    Shape::Word(&["auto", "disabled"]),
    Shape::ByType(&[(
        "retention_ratio",
        &[
            must("type", Shape::Text),
            must("retention_ratio", Shape::Number(0.0, 1.0)),
            may("token_limits", Shape::Fields(&[may("post_instructions", COUNT)])),
        ],
    )]),
]);

const REALTIME: &[Field] = &[
    must("type", Shape::Text),
    may("output_modalities", MODALITIES),
    may("model", Shape::Text),
    may("instructions", Shape::Text),
    may("audio", Shape::Fields(&[may("input", INPUT), may("output", OUTPUT)])),
    may("include", INCLUDE),
    may("tracing", Shape::Any),
    may("tools", Shape::List(&TOOL)),
    may("tool_choice", TOOL_CHOICE),
    may("parallel_tool_calls", Shape::Bool),
    may("reasoning", REASONING),
    may("max_output_tokens", MAX_OUTPUT_TOKENS),
    may("truncation", TRUNCATION),
    may("prompt", Shape::Any),
];
const TRANSCRIBING: &[Field] = &[
    must("type", Shape::Text),
    may("audio", Shape::Fields(&[may("input", INPUT)])),
    may("include", INCLUDE),
];
const SESSION: Shape = Shape::ByType(&[("realtime", REALTIME), ("transcription", TRANSCRIBING)]);

const CONTENT: Shape = Shape::List(&Shape::ByType(&[
    ("input_text", &[must("type", Shape::Text), must("text", Shape::Text)]),
    ("output_text", &[must("type", Shape::Text), must("text", Shape::Text)]),
    (
        "input_audio",
        &[must("type", Shape::Text), may("audio", NULLABLE_TEXT), may("transcript", NULLABLE_TEXT)],
    ),
    (
        "output_audio",
        &[must("type", Shape::Text), may("audio", NULLABLE_TEXT), may("transcript", NULLABLE_TEXT)],
    ),
    (
        "input_image",
        &[
            must("type", Shape::Text),
            must("image_url", Shape::Text),
            may("detail", Shape::Word(&["auto", "low", "high"])),
        ],
    ),
]));
const STATUS: Shape = Shape::Word(&["completed", "incomplete", "in_progress"]);
const OBJECT: Shape = Shape::Word(&["realtime.item"]);
const ITEM_KINDS: &[(&str, &[Field])] = &[
    (
        "message",
        &[
            must("type", Shape::Text),
            may("id", Shape::Text),
            may("object", OBJECT),
            may("status", STATUS),
            must("role", Shape::Word(&["user", "assistant", "system"])),
            must("content", CONTENT),
        ],
    ),
    (
        "function_call",
        &[
            must("type", Shape::Text),
            may("id", Shape::Text),
            may("object", OBJECT),
            may("status", STATUS),
            may("call_id", Shape::Text),
            must("name", Shape::Text),
            must("arguments", Shape::Text),
        ],
    ),
    (
        "function_call_output",
        &[
            must("type", Shape::Text),
            may("id", Shape::Text),
            may("object", OBJECT),
            may("status", STATUS),
            must("call_id", Shape::Text),
            must("output", Shape::Text),
        ],
    ),
    ("item_reference", &[must("type", Shape::Text), must("id", Shape::Text)]),
];
const ITEM: Shape = Shape::ByType(ITEM_KINDS);

const RESPONSE: Shape = Shape::Nullable(&Shape::Fields(&[
    may("output_modalities", MODALITIES),
    may("instructions", Shape::Text),
    may(
        "audio",
        Shape::Fields(&[may("output", Shape::Fields(&[may("format", FORMAT), may("voice", VOICE)]))]),
    ),
    may("tools", Shape::List(&TOOL)),
    may("tool_choice", TOOL_CHOICE),
    may("parallel_tool_calls", Shape::Bool),
    may("reasoning", REASONING),
    may("max_output_tokens", MAX_OUTPUT_TOKENS),
    may("conversation", Shape::Word(&["auto", "none"])),
    may("metadata", Shape::Nullable(&Shape::Object)),
    may("prompt", Shape::Any),
    may("input", Shape::List(&ITEM)),
]));

const TYPE: Field = must("type", Shape::Text);
const EVENT_ID: Field = may("event_id", Shape::Text);
const ITEM_ID: Field = must("item_id", Shape::Text);

/// Every client event with its fields.
pub(super) const CLIENT_EVENTS: &[(&str, &[Field])] = &[
    ("session.update", &[TYPE, EVENT_ID, must("session", SESSION)]),
    ("input_audio_buffer.append", &[TYPE, EVENT_ID, must("audio", Shape::Text)]),
    ("input_audio_buffer.commit", &[TYPE, EVENT_ID]),
    ("input_audio_buffer.clear", &[TYPE, EVENT_ID]),
    (
        "conversation.item.create",
        &[TYPE, EVENT_ID, may("previous_item_id", NULLABLE_TEXT), must("item", ITEM)],
    ),
    ("conversation.item.retrieve", &[TYPE, EVENT_ID, ITEM_ID]),
    (
        "conversation.item.truncate",
        &[TYPE, EVENT_ID, ITEM_ID, must("content_index", Shape::Integer(0, 0)), must("audio_end_ms", COUNT)],
    ),
    ("conversation.item.delete", &[TYPE, EVENT_ID, ITEM_ID]),
    ("response.create", &[TYPE, EVENT_ID, may("response", RESPONSE)]),
    ("response.cancel", &[TYPE, EVENT_ID, may("response_id", Shape::Text)]),
    ("output_audio_buffer.clear", &[TYPE, EVENT_ID]),
];
