//! The wire types in TypeScript: `web/shared/src/wire.generated.ts` must be what these types say.

use std::fmt::Write as _;
use std::path::Path;

use ts_rs::{Config, TS};

use super::*;

fn declarations() -> String {
    let config = Config::default();
    let mut text = names();
    macro_rules! declare {
        ($($kind:ty),* $(,)?) => {
            $(let _infallible = writeln!(text, "\nexport {}", <$kind as TS>::decl(&config));)*
        };
    }
    declare!(
        UserView,
        AttachmentView,
        EntryView<'static>,
        ResponderView,
        HandoffView,
        InsightView,
        VisitorState,
        AgentState,
        StateView,
        PageView,
        VisitorView,
        LastMessageView,
        ConversationView,
        LimitsView,
        HelloAck,
        JoinAck,
        StateAck,
        SendAck<'static>,
        HistoryView<'static>,
        ReadUpdate,
        TypingUpdate,
        StateUpdate,
        UserUpdate,
        CountsView,
        InboxAck,
        InboxUpdate<'static>,
        PresenceUpdate,
        UsageWarning,
        DeltaUpdate<'static>,
        CancelledUpdate,
        ProcessingUpdate<'static>,
        CompleteUpdate<'static>,
        ReplyErrorUpdate<'static>,
        VoiceSign,
        VoiceLimits,
        VoiceNotice,
        VoiceState,
        VoiceTurn,
        VoiceDown,
    );
    text
}

/// The names of codes and events.
fn names() -> String {
    let mut text = String::from(
        "// Generated from src/wire by `make wire-types`; a test fails when it differs. Do not edit.\n",
    );
    let codes: Vec<_> = ErrorCode::ALL.iter().map(|code| format!("'{}'", code.as_str())).collect();
    let _infallible = writeln!(
        text,
        "\n/** Why a request was refused. */\nexport type ErrorCode =\n  | {};",
        codes.join("\n  | ")
    );
    for (name, events) in [("ClientEventName", CLIENT_EVENTS), ("HubEventName", HUB_EVENTS)] {
        let names: Vec<_> = events.iter().map(|event| format!("'{event}'")).collect();
        let _infallible = writeln!(text, "\nexport type {name} =\n  | {};", names.join("\n  | "));
    }
    text
}

#[test]
fn the_typescript_types_are_those_of_the_wire() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/shared/src/wire.generated.ts");
    let expected = declarations();
    if std::env::var_os("SWITCHBOARD_WRITE_WIRE_TYPES").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }

    let found = std::fs::read_to_string(&path).unwrap_or_default();

    assert!(found == expected, "{} differs; run `make wire-types`", path.display());
}
