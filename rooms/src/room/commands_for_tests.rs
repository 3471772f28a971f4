//! Random commands for a room's tests.

use proptest::prelude::*;

use super::tests::{House, alice, assistant, bob, failure, user, visitor, words};
use super::*;
use crate::{ExpectedAssignee, OwnMode, ReleaseTo, ReplyMode, SupervisorAct, UserKind};

/// Where a release may go.
fn any_release() -> impl Strategy<Value = Option<ReleaseTo>> {
    prop_oneof![Just(None), Just(Some(ReleaseTo::Assistant)), Just(Some(ReleaseTo::Waiting))]
}

pub(super) fn any_user() -> impl Strategy<Value = User> {
    prop_oneof![Just(visitor()), Just(alice()), Just(bob()), Just(user(20, UserKind::Server))]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![Just("hello".to_owned()), Just("a human please".to_owned()), "\\PC{0,12}"]
}

/// A command without ids: they are given when it runs. Boxed, like its parts: the trees of all its alternatives side by
/// side overflow a test's stack.
pub(super) fn any_command() -> BoxedStrategy<Command> {
    let (id, ids) = (EntryId(0), (EntryId(0), TicketId(0)));
    prop_oneof![
        1 => (0..6_u64, any_user()).prop_map(|(c, user)| {
            // One connection belongs to one user for its whole life.
            Command::Join { connection: ConnectionId(c + 10 * u64::try_from(user.id.0).unwrap_or(0)), user }
        }),
        1 => (0..260_u64).prop_map(|c| Command::Leave { connection: ConnectionId(c) }),
        1 => (0..260_u64).prop_map(|c| Command::FallSilent { connection: ConnectionId(c) }),
        1 => (any_user(), any_text()).prop_map(move |(author, text)| Command::Send {
            author,
            id,
            content: words(&text),
            handoff_ids: ids
        }),
        1 => (any_user(), any_text()).prop_map(move |(author, text)| Command::Note {
            author,
            id,
            content: words(&text)
        }),
        1 => any_user().prop_map(|user| Command::StartTyping { user, preview: Some(Arc::from("…")) }),
        1 => any_user().prop_map(|user| Command::StopTyping { user }),
        1 => (any_user(), 0..40_u64).prop_map(|(user, seq)| Command::Read { user, seq }),
        9 => any_event(),
        6 => any_reply_step(),
        4 => any_supervision(),
    ]
    .boxed()
}

/// A command that writes an event, without its id.
fn any_event() -> BoxedStrategy<Command> {
    let (id, ids) = (EntryId(0), (EntryId(0), TicketId(0)));
    let someone = prop::option::of(prop_oneof![Just(alice()), Just(bob())]);
    prop_oneof![
        any_user().prop_map(move |by| Command::RequestHandoff { by, reason: Arc::from("button"), ids }),
        (any_user(), prop::option::of(0..6_u64), prop::option::of(any_user())).prop_map(
            move |(agent, seen, from)| Command::TakeOver { agent, seen, from: from.map(|from| from.id), id }
        ),
        (any_user(), any_release()).prop_map(move |(agent, to)| Command::Release {
            agent,
            to,
            reason: None,
            id
        }),
        any_user().prop_map(move |by| Command::Resume { by, reason: Arc::from("resumed"), id }),
        any_user().prop_map(move |by| Command::StartCall { by, call: crate::CallId(1), id }),
        any_user().prop_map(move |by| Command::EndCall {
            by,
            call: crate::CallId(1),
            reason: Arc::from("visitor"),
            at: None,
            id
        }),
        super::rating_tests::any_rating(),
        (any_user(), someone, prop::option::of(any_text())).prop_map(move |(by, agent, note)| {
            Command::Assign {
                by,
                agent,
                expected: ExpectedAssignee::Any,
                ids: (id, id),
                note: note.map(|text| Box::new((id, words(&text)))),
            }
        }),
        (any_user(), prop::bool::weighted(0.5)).prop_map(move |(by, idle)| Command::End {
            by,
            idle,
            ids: (id, id)
        }),
    ]
    .boxed()
}

/// A step of a reply, without its id.
fn any_reply_step() -> BoxedStrategy<Command> {
    let id = EntryId(0);
    prop_oneof![
        Just(Command::BeginSpeech { id, author: assistant() }),
        Just(Command::BeginReply { id, author: assistant() }),
        any_text().prop_map(move |text| Command::WriteReply { id, piece: Arc::from(text) }),
        Just(Command::FinishReply { id, metadata: None, usage: None, handoff: None, pending_id: id }),
        Just(Command::FailReply { id, failure: Some(failure()) }),
        Just(Command::StopReply { id }),
        Just(Command::Retry),
    ]
    .boxed()
}

/// An act on a supervised reply, or a choice of the mode, without ids.
fn any_supervision() -> BoxedStrategy<Command> {
    let (id, ids) = (EntryId(0), (EntryId(0), TicketId(0)));
    let mode = prop_oneof![
        Just(None),
        Just(Some(OwnMode { mode: ReplyMode::Automatic, wait_ms: None })),
        Just(Some(OwnMode { mode: ReplyMode::Hold, wait_ms: Some(1_000) })),
        Just(Some(OwnMode { mode: ReplyMode::Approve, wait_ms: None })),
    ];
    let act = prop_oneof![
        Just(SupervisorAct::Hold),
        Just(SupervisorAct::Send),
        Just(SupervisorAct::Edit("better".into())),
        Just(SupervisorAct::Stop { reason: None }),
        Just(SupervisorAct::Deadline),
    ];
    let agent = prop_oneof![Just(alice()), Just(bob())];
    prop_oneof![
        1 => (agent.clone(), mode).prop_map(move |(by, mode)| Command::SetMode { by, mode, id }),
        1 => (agent.clone(), prop::option::of(0..9_000_i64)).prop_map(move |(by, until)| Command::Snooze {
            by,
            until: until.map(Timestamp),
            id
        }),
        1 => Just(Command::Wake { id }),
        3 => (agent, act).prop_map(move |(by, act)| Command::Supervise { by, reply: id, act, ids }),
    ]
    .boxed()
}

pub(super) fn with_fresh_ids(command: Command, house: &mut House) -> Command {
    let mut entry = || EntryId(house.id());
    match command {
        Command::Send { author, content, .. } => {
            let (id, event) = (entry(), entry());
            let ticket = TicketId(house.id());
            Command::Send { author, id, content, handoff_ids: (event, ticket) }
        }
        Command::Note { author, content, .. } => Command::Note { author, id: entry(), content },
        Command::RequestHandoff { by, reason, .. } => {
            let event = entry();
            Command::RequestHandoff { by, reason, ids: (event, TicketId(house.id())) }
        }
        Command::TakeOver { agent, seen, from, .. } => Command::TakeOver { agent, seen, from, id: entry() },
        Command::Release { agent, to, reason, .. } => Command::Release { agent, to, reason, id: entry() },
        Command::Assign { by, agent, expected, note, .. } => {
            let note = note.map(|note| Box::new((entry(), note.1)));
            Command::Assign { by, agent, expected, ids: (entry(), entry()), note }
        }
        Command::End { by, idle, .. } => Command::End { by, idle, ids: (entry(), entry()) },
        Command::Resume { by, reason, .. } => Command::Resume { by, reason, id: entry() },
        Command::StartCall { by, call, .. } => Command::StartCall { by, call, id: entry() },
        Command::EndCall { by, call, reason, at, .. } => {
            Command::EndCall { by, call, reason, at, id: entry() }
        }
        Command::Rate { by, score, comment, .. } => Command::Rate { by, score, comment, id: entry() },
        Command::RateMessage { by, message, before, thumb, .. } => {
            Command::RateMessage { by, message, before, thumb, id: entry() }
        }
        Command::BeginSpeech { author, .. } => Command::BeginSpeech { id: entry(), author },
        Command::BeginReply { author, .. } => Command::BeginReply { id: entry(), author },
        Command::WriteReply { piece, .. } => Command::WriteReply { id: house.reply_id(), piece },
        Command::FinishReply { metadata, usage, handoff, .. } => {
            let pending_id = entry();
            Command::FinishReply { id: house.reply_id(), metadata, usage, handoff, pending_id }
        }
        Command::Supervise { by, act, .. } => {
            let event = entry();
            let ids = (event, TicketId(house.id()));
            Command::Supervise { by, reply: house.supervised_id(), act, ids }
        }
        Command::Snooze { by, until, .. } => Command::Snooze { by, until, id: entry() },
        Command::Wake { .. } => Command::Wake { id: entry() },
        Command::SetMode { by, mode, .. } => Command::SetMode { by, mode, id: entry() },
        Command::FailReply { failure, .. } => Command::FailReply { id: house.reply_id(), failure },
        Command::StopReply { .. } => Command::StopReply { id: house.reply_id() },
        other => other,
    }
}
