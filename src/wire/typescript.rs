//! The wire types in TypeScript: `web/shared/src/wire.generated.ts` must be what these types say.

use std::fmt::Write as _;
use std::path::Path;

use ts_rs::{Config, TS};

use super::client::{
    AssignData, HandoffData, HelloData, JoinData, Nothing, PresenceData, PresenceStatus, ReadData,
    ReleaseData, ReleaseTarget, SendData, SendKind, SessionData, TakeoverData, TypingData,
};
use super::inbox::InboxData;
use super::voice::{NoteData, SayIdData, TextData};
use super::*;

/// Everything that sockets carry, in TypeScript.
#[expect(clippy::too_many_lines, reason = "a list of types")]
pub(crate) fn declarations() -> String {
    let config = Config::default().with_large_int("number");
    let mut text = String::from(
        "// Generated from src/wire by `make wire-types`; a test fails when it differs. Do not edit.\n",
    );
    let codes: Vec<_> = ErrorCode::ALL.iter().map(|code| format!("'{}'", code.as_str())).collect();
    let _infallible = writeln!(
        text,
        "\n/** Why a request was refused. */\nexport type ErrorCode =\n  | {};",
        codes.join("\n  | ")
    );
    macro_rules! declare {
        ($($kind:ty),* $(,)?) => {
            $(let _infallible = writeln!(text, "\nexport {}", <$kind as TS>::decl(&config));)*
        };
    }
    declare!(
        Nothing,
        ErrorView<'static>,
        UserView,
        AttachmentView,
        EntryView<'static>,
        ResponderView,
        HandoffView,
        InsightView,
        RatingView,
        PendingReplyView,
        VisitorState,
        AgentState,
        StateView,
        PageView,
        VisitorView,
        MainVisitorView,
        LastMessageView,
        ConversationView,
        LimitsView,
        HelloAck,
        JoinAck,
        StateAck,
        RateAck<'static>,
        SendAck<'static>,
        SessionView,
        UserSessionUpdate,
        VisitorAck,
        HistoryView<'static>,
        ReadUpdate,
        TypingUpdate,
        StateUpdate,
        UserUpdate,
        CountsView,
        ViewCountView,
        InboxAck,
        InboxUpdate<'static>,
        InboxViewsUpdate,
        SessionRemovedUpdate,
        PresenceUpdate,
        UsageWarning,
        NotificationVisitorView,
        NotificationLimitView,
        NotificationView,
        NotificationUpdate,
        NotificationsReadUpdate,
        DeltaUpdate<'static>,
        CancelledUpdate,
        PendingUpdate,
        ApprovalView,
        SettledView,
        ProcessingUpdate<'static>,
        ReplyUsage,
        CompleteUpdate<'static>,
        ReplyErrorUpdate<'static>,
        DrainingUpdate,
        HelloData,
        SessionData,
        JoinData,
        SendKind,
        SendData,
        TypingData,
        ReadData,
        HandoffData,
        TakeoverData,
        ReleaseTarget,
        ReleaseData,
        AssignData,
        ModeData,
        SnoozeData,
        ViewingData,
        SignsView,
        ReplyData,
        EditReplyData,
        StopReplyData,
        RateMessageData,
        RateData,
        InboxView,
        InboxSort,
        InboxStatus,
        InboxFilter,
        InboxData,
        PresenceStatus,
        PresenceData,
        VisitorUpdateData,
        PageViewData,
        VoiceSign,
        VoiceLimits,
        VoiceNotice,
        VoiceState,
        VoiceTurn,
        VoiceDown,
        VoicePlayed,
        VoiceResume,
        VoiceHello,
        TextData,
        NoteData,
        SayIdData,
    );
    text + &events(&config)
}

/// The events of each direction with the types of their data, and of their acks.
fn events(config: &Config) -> String {
    let hello = ("hello", <HelloData as TS>::name(config), <HelloAck as TS>::name(config));
    let of_clients = std::iter::once(hello)
        .chain(ClientEvent::typescript(config))
        .map(|(name, data, ack)| (name, format!("{{ data: {data}; ack: {ack} }}")));
    let to_voice =
        std::iter::once(("hello", <VoiceHello as TS>::name(config))).chain(VoiceUp::typescript(config));
    map("What clients send, with what it is acked by.", "ClientEvents", of_clients)
        + &map("What the hub sends.", "HubEvents", hub::typescript(config))
        + &map("What a leg of a call sends.", "VoiceUpEvents", to_voice)
}

fn map(doc: &str, name: &str, events: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let lines: String = events
        .into_iter()
        .fold(String::new(), |lines, (event, kind)| lines + &format!("  '{event}': {kind};\n"));
    format!("\n/** {doc} */\nexport interface {name} {{\n{lines}}}\n")
}

/// Compares a generated file with what is expected, or writes it where the environment asks for that.
pub(crate) fn check(file: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("SWITCHBOARD_WRITE_WIRE_TYPES").is_some() {
        std::fs::write(&path, expected).unwrap();
    }

    let found = std::fs::read_to_string(&path).unwrap_or_default();

    assert!(found == expected, "{} differs; run `make wire-types`", path.display());
}

#[test]
fn the_typescript_types_are_those_of_the_wire() {
    check("web/shared/src/wire.generated.ts", &declarations());
}
