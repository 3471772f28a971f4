//! The loop that both edges run for a connection: read an event, handle it, queue its answer, in order.

use std::borrow::Cow;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use rooms::ConversationId;

use super::Closing;
use super::client::{Answer, Answered, Client};
use crate::limits::EventRefusal;
use crate::model::SecurityKind;
use crate::refusal::ServiceError;
use crate::telemetry::trace::{InTrace as _, Kind, Span, TraceContext, keys};
use crate::wire::{Budget, ClientEvent, CloseCode, Frame, WireError, event};

/// Maximum uncommitted messages of one connection; further events wait in the transport.
const IN_FLIGHT_MAX: usize = 128;

/// Something that came from a client.
#[derive(Debug)]
pub enum Incoming {
    /// An event, or why it is none.
    Event {
        /// What it was called.
        name: Cow<'static, str>,
        /// What it says, or why it is refused.
        event: Result<ClientEvent, WireError>,
        /// The id under which an ack is expected.
        ack: Option<i64>,
    },
    /// Nothing has been heard for so long that the caller counts as gone; the connection stands.
    Silent,
    /// Something is heard again.
    Heard,
    /// Something after which the connection cannot go on.
    Fatal(CloseCode),
}

impl Incoming {
    /// Reads an event of this name; its data is JSON.
    #[must_use]
    pub fn read(name: Cow<'_, str>, data: Option<&str>, ack: Option<i64>) -> Self {
        match ClientEvent::parse(&name, data) {
            Ok(event) => Self::Event { name: event.name().into(), event: Ok(event), ack },
            Err(error) => Self::refused(name, ack, error),
        }
    }

    /// What asks for an error.
    #[must_use]
    pub fn refused(name: Cow<'_, str>, ack: Option<i64>, error: WireError) -> Self {
        Self::Event { name: name.into_owned().into(), event: Err(error), ack }
    }
}

/// Where a connection's events come from.
pub trait EventSource: Send {
    /// The next event; `None` when the transport has ended. Must be safe to drop and call again.
    fn next(&mut self) -> impl Future<Output = Option<Incoming>> + Send;
}

type Pending = FuturesOrdered<BoxFuture<'static, (Sender, Answered)>>;

/// Who waits for an answer.
#[derive(Debug)]
struct Sender {
    name: Cow<'static, str>,
    ack: Option<i64>,
    /// The conversation the event is about, for the span of a failure.
    conversation: Option<ConversationId>,
    /// Ends when it is answered.
    traced: Span,
}

/// Runs a connection until its transport ends or it is closed; then it has left everything.
pub async fn serve(mut client: Client, source: &mut impl EventSource) {
    let connection = client.connection().clone();
    let outbox = &connection.outbox;
    let mut pending: Pending = FuturesOrdered::new();
    let mut end = std::pin::pin!(outbox.ends_at_once());
    loop {
        let may_read = pending.len() < IN_FLIGHT_MAX && outbox.has_room();
        tokio::select! {
            biased;
            () = &mut end => break,
            Some((sender, answer)) = pending.next(), if !pending.is_empty() => reply(&client, sender, answer),
            incoming = source.next(), if may_read => match incoming {
                // Boxed, here and below: an idle connection must not carry the room that a busy one needs.
                Some(incoming) => Box::pin(handle_incoming(&mut client, incoming, &mut pending)).await,
                None => break,
            },
            () = outbox.wait_for_room(), if !may_read && pending.is_empty() => {}
        }
    }
    Box::pin(client.leave()).await;
}

async fn handle_incoming(client: &mut Client, incoming: Incoming, pending: &mut Pending) {
    let (name, ack, event) = match incoming {
        Incoming::Event { name, event, ack } => (name, ack, event),
        Incoming::Silent => return client.show_silence(true).await,
        Incoming::Heard => return client.show_silence(false).await,
        Incoming::Fatal(code) => {
            client.connection().outbox.close(code);
            return;
        }
    };
    let conversation = event.as_ref().ok().and_then(ClientEvent::conversation);
    let traced = traced(client, event.as_ref().ok(), conversation);
    let place = traced.place();
    let sender = Sender { name, ack, conversation, traced };
    let budget = event.as_ref().map_or(Budget::Events, ClientEvent::budget);
    let event = match client.count_event(budget) {
        Ok(()) => event.map_err(ServiceError::from),
        Err(EventRefusal::Limited(refused)) => Err(refused),
        Err(EventRefusal::Flood) => {
            let closing = Closing { code: CloseCode::TooManyEvents, retry_after_ms: Some(3_000) };
            client.report(SecurityKind::RateLimitHit);
            client.connection().outbox.close(closing);
            return;
        }
    };
    let is_message = matches!(event, Ok(ClientEvent::Send(_)));
    if !is_message {
        answer_pending(client, pending).await;
    }
    let answer = match event {
        Ok(event) => client.handle(event).in_trace(&place).await,
        Err(error) => Answer::Now(Err(error)),
    };
    match answer {
        Answer::Later(later) => pending.push_back(Box::pin(async move { (sender, later.await) })),
        Answer::Now(body) if pending.is_empty() => reply(client, sender, body),
        Answer::Now(body) => pending.push_back(Box::pin(std::future::ready((sender, body)))),
    }
}

/// The span of an event, the first of its trace: a socket lives longer than any trace.
fn traced(client: &Client, event: Option<&ClientEvent>, conversation: Option<ConversationId>) -> Span {
    // What is none of our events has a name of the client's making.
    let name = event.map_or("malformed event", ClientEvent::name);
    let span = Span::begin(&TraceContext::none(), Kind::Server, || name);
    let connection = client.connection();
    span.set(keys::EVENT, || name);
    span.set(keys::TRANSPORT, || connection.transport.as_str());
    span.set(keys::ORG, || connection.principal.org.to_string());
    if let Some(conversation) = conversation {
        span.set(keys::CONVERSATION, || conversation.to_string());
    }
    span
}

/// Everything but words waits for the words before it: events are handled in the order they were sent.
async fn answer_pending(client: &Client, pending: &mut Pending) {
    while let Some((sender, answer)) = pending.next().await {
        reply(client, sender, answer);
    }
}

fn reply(client: &Client, sender: Sender, answer: Answered) {
    if let Err(error) = &answer {
        client.report_refusal(error.code(), sender.conversation);
        sender.traced.fail(error.code().as_str());
    }
    let answer = answer.map_err(|error| {
        error.report_in(|| {
            let principal = &client.connection().principal;
            let conversation = sender.conversation.map(tracing::field::display);
            tracing::error_span!(
                "event", event = %sender.name, org.id = %principal.org, user.id = %principal.user.id,
                conversation.id = conversation
            )
        })
    });
    let outbox = &client.connection().outbox;
    match (sender.ack, answer) {
        (Some(id), answer) => outbox.push_ack(id, answer),
        (None, Err(error)) => {
            outbox.push(Frame::new(event::ERROR, &error.about(&sender.name)));
        }
        // Its room may have left what it queued to this answer.
        (None, Ok(_)) => outbox.flush(),
    }
}
