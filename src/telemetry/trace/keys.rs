//! The keys that attributes of spans may have: OpenTelemetry's semantic conventions where they have one, ours otherwise.
//!
//! None of their values is text of a conversation, an address, or a secret.

/// Why it failed: a code, a status, or a kind of error.
pub const ERROR_TYPE: &str = "error.type";
/// The method of a request.
pub const HTTP_METHOD: &str = "http.request.method";
/// The pattern that the router matched, never the path that was asked for.
pub const HTTP_ROUTE: &str = "http.route";
/// The status of the response.
pub const HTTP_STATUS: &str = "http.response.status_code";
/// `websocket` or `socketio`.
pub const TRANSPORT: &str = "switchboard.transport";
/// The name of an event of the sockets.
pub const EVENT: &str = "switchboard.event";
/// The id of the org.
pub const ORG: &str = "switchboard.org.id";
/// The id of the conversation.
pub const CONVERSATION: &str = "switchboard.conversation.id";
/// The id of the call.
pub const CALL: &str = "switchboard.call.id";
/// How a reply or call ended.
pub const OUTCOME: &str = "switchboard.outcome";
/// The database: `sqlite` or `postgresql`.
pub const DB_SYSTEM: &str = "db.system.name";
/// What the database did.
pub const DB_OPERATION: &str = "db.operation.name";
/// How many writes were committed together.
pub const DB_BATCH_SIZE: &str = "db.operation.batch.size";
/// What a model did: `chat`, `embeddings`, `execute_tool`.
pub const GEN_AI_OPERATION: &str = "gen_ai.operation.name";
/// The kind of provider.
pub const GEN_AI_PROVIDER: &str = "gen_ai.provider.name";
/// The model, as the org named it.
pub const GEN_AI_MODEL: &str = "gen_ai.request.model";
/// Tokens of the prompt, as the provider counted them.
pub const GEN_AI_INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
/// Tokens of the answer, as the provider counted them.
pub const GEN_AI_OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
/// Why an answer ended.
pub const GEN_AI_FINISH: &str = "gen_ai.response.finish_reasons";
/// A tool of the org, by its name in the catalogue.
pub const GEN_AI_TOOL: &str = "gen_ai.tool.name";
/// `function`: the hub runs every tool itself.
pub const GEN_AI_TOOL_TYPE: &str = "gen_ai.tool.type";

/// All of them.
pub const ALL: [&str; 21] = [
    ERROR_TYPE,
    HTTP_METHOD,
    HTTP_ROUTE,
    HTTP_STATUS,
    TRANSPORT,
    EVENT,
    ORG,
    CONVERSATION,
    CALL,
    OUTCOME,
    DB_SYSTEM,
    DB_OPERATION,
    DB_BATCH_SIZE,
    GEN_AI_OPERATION,
    GEN_AI_PROVIDER,
    GEN_AI_MODEL,
    GEN_AI_INPUT_TOKENS,
    GEN_AI_OUTPUT_TOKENS,
    GEN_AI_FINISH,
    GEN_AI_TOOL,
    GEN_AI_TOOL_TYPE,
];
