//! The connections of a call to its providers: dialling, requests, events, closing.

use std::collections::HashMap;
use std::task::{Context, Poll};
use std::time::Duration;

use audio::relay::{Capabilities, Command, Event, LinkId, ResponseId, Tokens};
use rooms::{CallId, Timestamp};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use super::control::Control;
use super::dialer::Dialer;
use super::requests::request_of;
use super::scribe::{Job, JobQueue};
use super::turn_times;
use crate::providers::realtime::{Connection, Heard, Setup};
use crate::telemetry::metrics::VOICE_COMPLAINTS;
use crate::telemetry::trace::{InTrace as _, TraceContext};

/// Maximum messages read from one connection per round.
const READS_MAX: usize = 16;
/// Timeout of the closing handshake with a provider.
const CLOSE_GRACE: Duration = Duration::from_secs(1);

/// A connection that reads more slowly than it is told things, and is useless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooSlow;

/// How it went to read a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Read {
    /// Which.
    pub(super) link: LinkId,
    /// Whether anything came.
    pub(super) is_busy: bool,
    /// Whether it stands; one that does not is to be forgotten.
    pub(super) stands: bool,
}

/// What something heard of a provider means for the call.
#[derive(Debug)]
pub(super) enum Meaning {
    /// The relay is to know.
    Event(Event),
    /// It is to be stored.
    Job(Job),
    /// Nothing more: it has been seen to.
    Nothing,
}

/// What [`Links::new`] takes.
#[derive(Debug)]
pub(super) struct LinksParts {
    /// The call, for the log.
    pub(super) call: CallId,
    /// Reaches its providers.
    pub(super) dialer: Dialer,
    /// How they are set up.
    pub(super) setup: Setup,
    /// What the assistant says first; nothing leaves the words to it.
    pub(super) greeting: String,
    /// The provider and model that it begins with.
    pub(super) speaking: (String, String),
    /// Where connections arrive.
    pub(super) control: mpsc::Sender<Control>,
    /// Where what a connection used is stored that has been closed.
    pub(super) jobs: JobQueue,
    /// Where dialling and closing run.
    pub(super) tasks: TaskTracker,
}

/// A connection that stands.
#[derive(Debug)]
struct Link {
    id: LinkId,
    /// Which of the call's providers it is.
    place: usize,
    connection: Connection,
    /// It listens and speaks at once, in its own words.
    is_duplex: bool,
}

impl Link {
    /// Who is paid for it.
    fn used_by(&self) -> (String, String) {
        (self.connection.provider.clone(), self.connection.model.clone())
    }

    /// Closes the connection, and stores what its provider says last that it used.
    async fn part(mut self, jobs: JobQueue, latency_ms: u64) {
        let mut heard = Vec::new();
        let _late = tokio::time::timeout(CLOSE_GRACE, self.connection.close(&mut heard)).await;
        self.connection.end(&mut heard);
        let used: Vec<Job> = heard.into_iter().filter_map(|one| self.job_of_use(one, latency_ms)).collect();
        for job in used {
            jobs.write_later(job).await;
        }
    }

    /// What is to be stored of its use.
    fn job_of_use(&self, heard: Heard, latency_ms: u64) -> Option<Job> {
        let Heard::Lasted { ms, is_estimate } = heard else { return None };
        let (provider, model) = self.used_by();
        Some(Job::Lasted { provider, model, ms, is_estimate, latency_ms })
    }
}

/// The connections of one call.
#[derive(Debug)]
pub(super) struct Links {
    parts: LinksParts,
    open: Vec<Link>,
    /// How providers are set up that refused something, by their place among the call's.
    reduced: HashMap<usize, Setup>,
    is_reading: bool,
    /// Whether the voice that was heard last listens and speaks at once.
    is_duplex: bool,
    /// How long the visitor waited for the answer that began last, until that is stored.
    latency_ms: u64,
}

impl Links {
    /// Of a call that has none yet.
    pub(super) fn new(parts: LinksParts) -> Self {
        Self {
            parts,
            open: Vec::new(),
            reduced: HashMap::new(),
            is_reading: true,
            is_duplex: false,
            latency_ms: 0,
        }
    }

    /// Dials a provider, beside the call; the connection comes back as control. A provider that has refused something
    /// is set up without it.
    pub(super) fn dial(&self, link: LinkId, place: usize) {
        let setup = self.setup_of(place);
        let (dialer, control) = (self.parts.dialer.clone(), self.parts.control.clone());
        let dialling = async move {
            let outcome = dialer.dial(place, None, setup).await.map(Box::new);
            // A call that has ended meanwhile drops the connection with the message.
            let _ended = control.send(Control::Dialled { link, place, outcome }).await;
        };
        self.parts.tasks.spawn(dialling.in_trace(&TraceContext::current()));
    }

    fn setup_of(&self, place: usize) -> Setup {
        self.reduced.get(&place).unwrap_or(&self.parts.setup).clone()
    }

    /// Keeps what a provider is set up with from now on, as it has refused something.
    fn store_reduced_setup(&mut self, link: LinkId, field: Option<String>, setup: Setup) {
        let id = self.parts.call;
        if let Some(field) = field {
            tracing::warn!(call.id = %id, field, "provider of call {id} rejected {field}; continuing without it");
        }
        if let Some(place) = self.get(link).map(|one| one.place) {
            self.reduced.insert(place, setup);
        }
    }

    /// What something heard means: what concerns the connection alone is seen to here.
    pub(super) fn interpret(&mut self, link: LinkId, heard: Heard, now: Timestamp) -> Meaning {
        let id = self.parts.call;
        match heard {
            Heard::Event(event) => return Meaning::Event(event),
            Heard::Expires(at_s) => {
                let left_ms = at_s.saturating_mul(1_000).saturating_sub(now.0);
                // An expiry in the past means a wrong clock.
                if let Some(left_ms) = u64::try_from(left_ms).ok().filter(|left| *left > 0) {
                    return Meaning::Event(Event::ExpiresIn(left_ms));
                }
            }
            Heard::Answer(text) => {
                if let Some(link) = self.get_mut(link) {
                    link.connection.answer(text);
                }
            }
            Heard::Reduced(field, setup) => self.store_reduced_setup(link, field, *setup),
            Heard::Unfit(field) => {
                tracing::warn!(
                    call.id = %id, field,
                    "provider of call {id} rejected the required field {field}"
                );
            }
            Heard::Lasted { .. } => {
                let latency_ms = self.take_latency();
                let job = self.get(link).and_then(|one| one.job_of_use(heard.clone(), latency_ms));
                return job.map_or(Meaning::Nothing, Meaning::Job);
            }
            Heard::Written(model, used) => {
                let provider = self.parts.speaking.0.clone();
                return Meaning::Job(Job::Written { provider, model, used });
            }
            Heard::Answered(times) => turn_times::record(id, times),
            Heard::Complaint(code) => {
                tracing::debug!(call.id = %id, code, "the provider of call {id} complained");
                metrics::counter!(VOICE_COMPLAINTS).increment(1);
            }
        }
        Meaning::Nothing
    }

    /// A connection stands; gives back what its provider can do.
    pub(super) fn add(&mut self, id: LinkId, place: usize, connection: Connection) -> Capabilities {
        let can = connection.capabilities();
        self.open.push(Link { id, place, connection, is_duplex: !can.says_verbatim });
        can
    }

    fn get(&self, id: LinkId) -> Option<&Link> {
        self.open.iter().find(|one| one.id == id)
    }

    fn get_mut(&mut self, id: LinkId) -> Option<&mut Link> {
        self.open.iter_mut().find(|one| one.id == id)
    }

    /// Tells a provider something; a connection that is gone already is told nothing.
    pub(super) fn send(&mut self, link: LinkId, command: Command) -> Result<(), TooSlow> {
        let Some(link) = self.open.iter_mut().find(|one| one.id == link) else { return Ok(()) };
        let request = request_of(command, &self.parts.greeting);
        if link.connection.request(request) { Ok(()) } else { Err(TooSlow) }
    }

    /// Reads on, or no more until told.
    pub(super) fn set_reading(&mut self, is_reading: bool) {
        self.is_reading = is_reading;
    }

    /// Reads the connection at this place, as long as providers are read at all, and adds what it says. One that has
    /// ended is known until it is forgotten: what it said last is about it.
    pub(super) fn read(&mut self, at: usize, cx: &mut Context<'_>, heard: &mut Vec<Heard>) -> Option<Read> {
        let link = self.open.get_mut(at).filter(|_| self.is_reading)?;
        let mut read = Read { link: link.id, is_busy: false, stands: true };
        for _ in 0..READS_MAX {
            let Poll::Ready(stands) = link.connection.poll_read(cx, heard) else { break };
            read.is_busy = true;
            read.stands = stands;
            if !stands {
                break;
            }
        }
        Some(read)
    }

    /// Writes what waits, and gives back the connections that have failed.
    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>) -> Vec<LinkId> {
        let mut failed = Vec::new();
        for link in &mut self.open {
            if let Poll::Ready(Err(_)) = link.connection.poll_write(cx) {
                failed.push(link.id);
            }
        }
        failed
    }

    /// What is heard comes over this connection: its provider and model count as those who speak.
    pub(super) fn record_speaking(&mut self, link: LinkId) {
        if let Some(Link { connection, is_duplex, .. }) = self.open.iter().find(|one| one.id == link) {
            self.parts.speaking = (connection.provider.clone(), connection.model.clone());
            self.is_duplex = *is_duplex;
        }
    }

    /// Whether the voice that was heard last listens and speaks at once, in its own words.
    pub(super) fn is_duplex(&self) -> bool {
        self.is_duplex
    }

    /// What a response used, of the provider and model that were heard last.
    pub(super) fn use_of(&mut self, response: &ResponseId, tokens: Tokens) -> Job {
        let (provider, model) = self.parts.speaking.clone();
        let latency_ms = self.take_latency();
        Job::Used { provider, model, request_id: response.0.to_string(), tokens, latency_ms }
    }

    /// The first sound of an answer has come so many milliseconds after the visitor's turn was over.
    pub(super) fn record_latency(&mut self, ms: u64) {
        self.latency_ms = ms;
    }

    fn take_latency(&mut self) -> u64 {
        std::mem::take(&mut self.latency_ms)
    }

    /// Forgets a connection that has ended; what it used is stored, where nobody could say so any more.
    pub(super) fn forget(&mut self, link: LinkId) {
        let Some(at) = self.open.iter().position(|one| one.id == link) else { return };
        let mut link = self.open.swap_remove(at);
        let (mut heard, latency_ms) = (Vec::new(), self.take_latency());
        link.connection.end(&mut heard);
        self.parts.jobs.write_all(heard.into_iter().filter_map(|one| link.job_of_use(one, latency_ms)));
    }

    /// Ends a connection; a provider that does not answer the close is left alone.
    pub(super) fn close(&mut self, link: LinkId) {
        let Some(at) = self.open.iter().position(|one| one.id == link) else { return };
        let link = self.open.swap_remove(at);
        let (jobs, latency_ms) = (self.parts.jobs.clone(), self.take_latency());
        self.parts.tasks.spawn(link.part(jobs, latency_ms));
    }

    /// Ends every connection.
    pub(super) fn close_all(&mut self) {
        while let Some(link) = self.open.first().map(|one| one.id) {
            self.close(link);
        }
    }
}

#[cfg(test)]
mod tests {
    use audio::relay::{Loss, Sensitivity};
    use switchboard_sim::realtime::{RealtimeSim, Scenario};

    use super::*;
    use crate::config::Settings;
    use crate::outbound::Gateway;
    use crate::providers::realtime::{RealtimeEndpoint, WritingUsed, simulated_endpoint};

    const NOW: Timestamp = Timestamp(100_000);
    const LINK: LinkId = LinkId(3);
    const PLACE: usize = 1;

    fn links(sim: &RealtimeSim) -> (Links, mpsc::Receiver<Control>) {
        let endpoint = RealtimeEndpoint {
            provider: "compatible".to_owned(),
            model: None,
            ..simulated_endpoint(sim.v1_url().parse().unwrap())
        };
        let (control, dialled) = mpsc::channel(1);
        let links = Links::new(LinksParts {
            call: CallId(1),
            dialer: Dialer {
                gateway: Gateway::new(&Settings::defaults()),
                endpoints: [endpoint.clone(), endpoint].into(),
                model: "m".into(),
                caller: "caller".into(),
            },
            setup: Setup::for_tests(),
            greeting: String::new(),
            speaking: ("first".to_owned(), "f".to_owned()),
            control,
            jobs: JobQueue::new(CallId(1)).0,
            tasks: TaskTracker::new(),
        });
        (links, dialled)
    }

    async fn connected(sim: &RealtimeSim) -> Links {
        let (mut links, mut dialled) = links(sim);
        links.dial(LINK, PLACE);
        let Some(Control::Dialled { link: LINK, place: PLACE, outcome: Ok(connection) }) =
            dialled.recv().await
        else {
            panic!("the simulator answers");
        };
        assert!(links.add(LINK, PLACE, *connection).can_truncate);
        links
    }

    fn written(links: &mut Links) -> String {
        let used = WritingUsed::default();
        match links.interpret(LINK, Heard::Written("w".to_owned(), used), NOW) {
            Meaning::Job(Job::Written { provider, .. }) => provider,
            other => panic!("{other:?}"),
        }
    }

    /// Writes and reads until something comes.
    async fn next(links: &mut Links, heard: &mut Vec<Heard>) -> Read {
        std::future::poll_fn(|cx| {
            assert!(links.poll_write(cx).is_empty());
            match links.read(0, cx, heard) {
                Some(read) if read.is_busy => Poll::Ready(read),
                _ => Poll::Pending,
            }
        })
        .await
    }

    #[tokio::test]
    async fn a_connection_is_configured_read_and_forgotten_when_it_ends() {
        let sim = RealtimeSim::start(Scenario::default()).await;
        let mut links = connected(&sim).await;
        links
            .send(LINK, Command::Configure { history: Vec::new(), sensitivity: Sensitivity::Normal })
            .unwrap();
        let mut heard = Vec::new();
        while !heard.iter().any(|one| matches!(one, Heard::Event(Event::Configured))) {
            assert!(next(&mut links, &mut heard).await.stands);
        }
        assert_eq!(written(&mut links), "first");
        links.record_speaking(LINK);
        assert_eq!(written(&mut links), "compatible");

        sim.close_all(1_001, "");
        while next(&mut links, &mut heard).await.stands {}
        assert!(links.get(LINK).is_some(), "what it said last is about it");
        links.forget(LINK);

        assert!(links.get(LINK).is_none());
        assert_eq!(links.send(LINK, Command::CancelActive), Ok(()), "one that is gone is told nothing");
    }

    #[tokio::test]
    async fn nothing_is_read_while_reading_is_off() {
        let sim = RealtimeSim::start(Scenario::default()).await;
        let mut links = connected(&sim).await;
        let mut heard = Vec::new();

        links.set_reading(false);
        let read = std::future::poll_fn(|cx| Poll::Ready(links.read(0, cx, &mut heard))).await;
        assert!(read.is_none());
        links.set_reading(true);
        assert!(next(&mut links, &mut heard).await.is_busy, "it says that the session is there");
    }

    #[tokio::test]
    async fn a_provider_that_takes_nothing_is_too_slow() {
        let sim = RealtimeSim::start(Scenario::default()).await;
        let mut links = connected(&sim).await;

        let told = (0..1_000).map(|_| links.send(LINK, Command::Append(vec![0; 960])));

        assert_eq!(told.filter(Result::is_err).count(), 1_000 - 512);
    }

    #[tokio::test]
    async fn what_a_provider_has_refused_is_left_out_for_it_alone() {
        let sim = RealtimeSim::start(Scenario::default()).await;
        let mut links = connected(&sim).await;
        let without = |field: &str| Box::new(Setup { without: vec![field.to_owned()], ..Setup::for_tests() });

        for (link, field) in [(LINK, "tools"), (LinkId(9), "nobody")] {
            let heard = Heard::Reduced(Some(field.to_owned()), without(field));
            assert!(matches!(links.interpret(link, heard, NOW), Meaning::Nothing));
        }

        assert_eq!(links.setup_of(PLACE).without, ["tools"]);
        assert!(links.setup_of(0).without.is_empty());
        links.close_all();
        assert!(links.get(LINK).is_none());
        assert_eq!(links.setup_of(PLACE).without, ["tools"], "also on further connections");
    }

    #[tokio::test]
    async fn a_place_without_a_provider_is_lost_for_good() {
        let sim = RealtimeSim::start(Scenario::default()).await;
        let (links, mut dialled) = links(&sim);

        links.dial(LINK, 2);

        let control = dialled.recv().await;
        assert!(matches!(control, Some(Control::Dialled { outcome: Err(Loss::Final), .. })), "{control:?}");
    }

    #[tokio::test]
    async fn a_session_that_ends_later_says_in_how_long() {
        let sim = RealtimeSim::start(Scenario::default()).await;
        let (mut links, _dialled) = links(&sim);
        let mut meaning = |at_s| links.interpret(LINK, Heard::Expires(at_s), NOW);

        assert!(matches!(meaning(101), Meaning::Event(Event::ExpiresIn(1_000))));
        for past in [100, 7, -3, i64::MIN] {
            assert!(matches!(meaning(past), Meaning::Nothing), "a clock that is wrong");
        }
    }
}
