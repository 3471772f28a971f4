//! One call: the task that owns the sockets of all sides and the relay that decides.
//!
//! Everything that happens is an input of the relay, and what it puts out is carried out in order. Nothing here
//! waits: sockets are polled, what a slow one does not take is queued within bounds, and work that takes time (the
//! store, tools, dialling) is done by other tasks that come back as [`Control`].

use std::collections::{HashMap, HashSet, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use audio::UtteranceId;
use audio::relay::{Event, Floor, Input, ItemId, LinkHealth, LinkId, Loss, Relay};
use rooms::{EntryId, User};
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::CancellationToken;

use super::control::Control;
use super::dialect::{Heard, Setup};
use super::leg::{Leg, LegId};
use super::live::LiveCall;
use super::overhearing::Overhearer;
use super::recording::Recorder;
use super::scribe::Job;
use super::service::Shared;
use super::upstream::Upstream;
use crate::assistant::VoiceLink;
use crate::tools::ToolContext;
use crate::wire::{VoiceLimits, VoiceNotice, VoiceState};

/// Messages read of one source before the others have their turn.
const READS_MAX: usize = 16;
/// Rounds over all sources before other tasks have their turn.
const ROUNDS_MAX: usize = 8;
/// How often every side is asked for a sign of life.
const PING_MS: u64 = 15_000;
/// How long the sides of an ended call have to read what is left, and last words to come.
const FAREWELL_MS: u64 = 3_000;
/// Nothing is due: the timer sleeps this long.
const LONG_MS: u64 = 60_000;

/// What a call was begun with.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) links: Vec<VoiceLink>,
    /// The model where a link names none.
    pub(super) model: String,
    pub(super) setup: Setup,
    pub(super) context: ToolContext,
    pub(super) summary: String,
    /// Whether what people say to each other is written down too.
    pub(super) overhears: bool,
    /// What the model was told of the visitor as if it had been said.
    pub(super) background: Arc<str>,
    pub(super) limits: VoiceLimits,
    pub(super) notice: VoiceNotice,
    /// The visitor, as providers may know them: a hash.
    pub(super) caller: String,
}

/// An utterance that has begun.
#[derive(Debug, Clone)]
pub(super) struct Begun {
    /// The id that its entry will have.
    pub(super) entry: EntryId,
    /// Who says it, where it is said to a person.
    pub(super) to_person: Option<User>,
}

/// The task of one call.
pub(super) struct CallTask {
    pub(super) shared: Arc<Shared>,
    pub(super) live: LiveCall,
    pub(super) plan: Plan,
    pub(super) relay: Relay,
    pub(super) seats: Vec<Leg>,
    pub(super) next_seat: u32,
    pub(super) upstreams: Vec<Upstream>,
    /// How providers are set up that refused something, by their place among the call's.
    pub(super) reduced: HashMap<usize, Setup>,
    pub(super) is_reading: bool,
    pub(super) jobs: mpsc::Sender<Job>,
    /// Utterances that have begun and are not written yet.
    pub(super) begun: HashMap<UtteranceId, Begun>,
    /// The visitor's turns whose words had not come when the call ended: their entries, and the words so far.
    pub(super) unheard: HashMap<ItemId, (EntryId, Arc<str>)>,
    /// Who writes down what people say to each other, while an agent has the call.
    pub(super) overhearers: Vec<Overhearer>,
    pub(super) overheard_count: u32,
    /// Held by everybody who writes down.
    pub(super) overhearing: Arc<()>,
    /// Who says what is just now taken in, where they say it to a person.
    pub(super) aside_of: Option<User>,
    /// Ends with the call's task.
    pub(super) over: CancellationToken,
    /// Entries that were spoken here; others of the visitor's were typed.
    pub(super) spoken: HashSet<EntryId>,
    /// The agent who has the conversation, and the seat from which they speak.
    pub(super) agent: Option<User>,
    pub(super) holder: Option<LegId>,
    /// The note of an agent who is giving the call back.
    pub(super) handing_back: Option<Arc<str>>,
    /// What that agent wrote meanwhile.
    pub(super) agent_words: Vec<Arc<str>>,
    pub(super) generation: u16,
    pub(super) shown: (Floor, LinkHealth),
    pub(super) cost_nano_usd: u64,
    /// The words of the assistant that its readers know, and of which utterance.
    pub(super) told_words: (UtteranceId, usize),
    /// Who ended it, where somebody did.
    pub(super) ended_by: Option<User>,
    pub(super) ended_ms: Option<u64>,
    /// Keeps both sides, where the channel wants that.
    pub(super) recorder: Option<Recorder>,
    /// The provider and model that were heard last.
    pub(super) speaking: (String, String),
    control: mpsc::Receiver<Control>,
    began: Instant,
    pending: VecDeque<Input>,
    heard: Vec<Heard>,
    timer: Pin<Box<Sleep>>,
    timer_ms: u64,
    next_ping_ms: u64,
    ping_id: u64,
}

/// What [`CallTask::new`] takes.
pub(super) struct CallParts {
    pub(super) shared: Arc<Shared>,
    pub(super) live: LiveCall,
    pub(super) plan: Plan,
    pub(super) relay: Relay,
    pub(super) jobs: mpsc::Sender<Job>,
    pub(super) control: mpsc::Receiver<Control>,
    pub(super) agent: Option<User>,
    pub(super) recorder: Option<Recorder>,
}

impl CallTask {
    pub(super) fn new(parts: CallParts) -> Self {
        let CallParts { shared, live, plan, relay, jobs, control, agent, recorder } = parts;
        let began = Instant::now();
        let speaking = (live.facts.provider.clone(), live.facts.model.clone());
        Self {
            shared,
            live,
            plan,
            relay,
            seats: Vec::new(),
            next_seat: 0,
            upstreams: Vec::new(),
            reduced: HashMap::new(),
            is_reading: true,
            jobs,
            begun: HashMap::new(),
            unheard: HashMap::new(),
            overhearers: Vec::new(),
            overheard_count: 0,
            overhearing: Arc::default(),
            aside_of: None,
            over: CancellationToken::new(),
            spoken: HashSet::new(),
            agent,
            holder: None,
            handing_back: None,
            agent_words: Vec::new(),
            generation: 0,
            shown: (Floor::Assistant, LinkHealth::Reconnecting),
            cost_nano_usd: 0,
            told_words: (UtteranceId(0), 0),
            ended_by: None,
            ended_ms: None,
            recorder,
            speaking,
            control,
            began,
            pending: VecDeque::new(),
            heard: Vec::new(),
            timer: Box::pin(tokio::time::sleep(Duration::ZERO)),
            timer_ms: 0,
            next_ping_ms: PING_MS,
            ping_id: 0,
        }
    }

    /// Runs until the call is over and everybody has been told.
    pub(super) async fn run(mut self) {
        if self.agent.is_some() {
            self.apply(Input::Agent(audio::relay::AgentAction::TakeByText));
        }
        std::future::poll_fn(|cx| self.poll(cx)).await;
        self.over.cancel();
        self.give_up_words();
        self.shared.forget(&self.live);
    }

    /// Milliseconds since the call began.
    pub(super) fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Lets the relay decide, and carries out what it decides.
    pub(super) fn apply(&mut self, input: Input) {
        self.pending.push_back(input);
        while let Some(input) = self.pending.pop_front() {
            let now_ms = self.now_ms();
            for output in self.relay.apply(input, now_ms) {
                self.carry_out(output);
            }
        }
    }

    /// What follows from carrying something out; decided on after it.
    pub(super) fn then(&mut self, input: Input) {
        self.pending.push_back(input);
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        for _ in 0..ROUNDS_MAX {
            let mut is_busy = self.poll_control(cx);
            is_busy |= self.poll_upstreams(cx);
            is_busy |= self.poll_seats(cx);
            is_busy |= self.poll_timer(cx);
            is_busy |= self.poll_writes(cx);
            if self.is_finished() {
                return Poll::Ready(());
            }
            if !is_busy {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Whether the call is over and nobody has anything left to read or to write down, or has had the time.
    fn is_finished(&self) -> bool {
        let Some(ended_ms) = self.ended_ms else { return false };
        let is_heard_out = self.unheard.is_empty() && !self.is_overhearing();
        let is_done = self.seats.iter().all(Leg::is_gone) && is_heard_out;
        is_done || self.now_ms() >= ended_ms + FAREWELL_MS
    }

    fn poll_control(&mut self, cx: &mut Context<'_>) -> bool {
        let mut is_busy = false;
        for _ in 0..READS_MAX {
            let Poll::Ready(Some(control)) = self.control.poll_recv(cx) else { break };
            is_busy = true;
            self.hear_control(control);
        }
        is_busy
    }

    fn poll_upstreams(&mut self, cx: &mut Context<'_>) -> bool {
        if !self.is_reading {
            return false;
        }
        let mut is_busy = false;
        let mut at = 0;
        while at < self.upstreams.len() {
            let link = self.upstreams[at].link;
            let mut heard = std::mem::take(&mut self.heard);
            let mut stands = true;
            for _ in 0..READS_MAX {
                match self.upstreams[at].poll_read(cx, &mut heard) {
                    Poll::Ready(goes_on) => {
                        is_busy = true;
                        stands = goes_on;
                        if !goes_on {
                            break;
                        }
                    }
                    Poll::Pending => break,
                }
            }
            for one in heard.drain(..) {
                self.hear_upstream(link, one);
            }
            self.heard = heard;
            if stands {
                at += 1;
            } else {
                self.upstreams.retain(|one| one.link != link);
            }
        }
        is_busy
    }

    fn hear_upstream(&mut self, link: LinkId, heard: Heard) {
        match heard {
            Heard::Event(event) if self.relay.is_over() => self.hear_last_words(link, event),
            Heard::Event(event) => {
                if let Some(upstream) = self.upstream(link) {
                    self.speaking = (upstream.provider.clone(), upstream.model.clone());
                }
                if matches!(event, Event::Lost(_)) {
                    self.upstreams.retain(|one| one.link != link);
                }
                self.apply(Input::Upstream(link, event));
            }
            Heard::Expires(at_s) => {
                let left_ms = at_s.saturating_mul(1_000).saturating_sub(self.shared.parts.hub.now().0);
                // A clock that says it is over already is wrong.
                if let Some(left_ms) = u64::try_from(left_ms).ok().filter(|left| *left > 0) {
                    self.apply(Input::Upstream(link, Event::ExpiresIn(left_ms)));
                }
            }
            Heard::Answer(text) => {
                if let Some(upstream) = self.upstreams.iter_mut().find(|one| one.link == link) {
                    upstream.say([text]);
                }
            }
            Heard::Reduced(field, setup) => self.reduce(link, field.as_deref(), *setup),
            Heard::Unfit(field) => {
                let id = self.live.facts.id;
                tracing::warn!(
                    call.id = %id, field,
                    "the provider of call {id} refused {field}, which no call can do without"
                );
            }
            Heard::Written(model, used) => {
                let provider = self.speaking.0.clone();
                self.write(Job::Written { provider, model, used });
            }
            Heard::Complaint(code) => {
                let id = self.live.facts.id;
                tracing::debug!(call.id = %id, code, "the provider of call {id} complained");
                metrics::counter!(crate::telemetry::metrics::VOICE_COMPLAINTS).increment(1);
            }
        }
    }

    /// Keeps how a provider is set up that refused something, for further connections to it.
    fn reduce(&mut self, link: LinkId, field: Option<&str>, setup: Setup) {
        let Some(place) = self.upstream(link).map(|one| one.place) else { return };
        let id = self.live.facts.id;
        if let Some(field) = field {
            tracing::warn!(call.id = %id, field, "the provider of call {id} refused {field}; it is set up without");
        }
        self.reduced.insert(place, setup);
    }

    fn upstream(&self, link: LinkId) -> Option<&Upstream> {
        self.upstreams.iter().find(|one| one.link == link)
    }

    fn poll_seats(&mut self, cx: &mut Context<'_>) -> bool {
        let mut is_busy = false;
        for at in 0..self.seats.len() {
            for _ in 0..READS_MAX {
                let Poll::Ready(message) = self.seats[at].poll_read(cx) else { break };
                is_busy = true;
                if !self.hear_seat(at, message) {
                    break;
                }
            }
        }
        is_busy
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>) -> bool {
        let has_fired = self.timer.as_mut().poll(cx).is_ready();
        if has_fired {
            self.apply(Input::Tick);
            if self.now_ms() >= self.next_ping_ms {
                self.look_for_life();
            }
        }
        let now_ms = self.now_ms();
        let farewell_ms = self.ended_ms.map_or(u64::MAX, |ended_ms| ended_ms + FAREWELL_MS);
        let relay_ms = self.relay.next_deadline().unwrap_or(u64::MAX);
        let due_ms = relay_ms.min(self.next_ping_ms).min(farewell_ms).min(now_ms + LONG_MS);
        if !has_fired && due_ms >= self.timer_ms {
            return false;
        }
        // A millisecond at least: a deadline that a tick does not move must not spin.
        self.timer_ms = due_ms.max(now_ms + 1);
        let at = self.began + Duration::from_millis(self.timer_ms);
        self.timer.as_mut().reset(at);
        // Only a timer that was asked wakes anybody; one that is over already is seen in the next round.
        self.timer.as_mut().poll(cx).is_ready() || has_fired
    }

    fn look_for_life(&mut self) {
        self.next_ping_ms = self.now_ms() + PING_MS;
        self.ping_id += 1;
        let now_ms = self.now_ms();
        for at in 0..self.seats.len() {
            if self.seats[at].is_here()
                && now_ms.saturating_sub(self.seats[at].heard_ms) > 2 * PING_MS + 5_000
            {
                self.lose_seat(at);
            }
        }
        self.tell_all(&crate::wire::VoiceDown::Ping(crate::wire::VoiceSign { id: self.ping_id, time: 0.0 }));
        self.forget_agents_who_left();
    }

    fn poll_writes(&mut self, cx: &mut Context<'_>) -> bool {
        let mut has_failed = false;
        for at in 0..self.seats.len() {
            if let Poll::Ready(Err(_)) = self.seats[at].poll_write(cx) {
                self.lose_seat(at);
                has_failed = true;
            }
        }
        let mut lost = Vec::new();
        for upstream in &mut self.upstreams {
            if let Poll::Ready(Err(_)) = upstream.poll_write(cx) {
                lost.push(upstream.link);
            }
        }
        for link in lost {
            has_failed = true;
            self.hear_upstream(link, Heard::Event(Event::Lost(Loss::Passing)));
        }
        has_failed
    }

    /// Has something written down. What finds no place is lost, and said so: storage has been gone for minutes then.
    pub(super) fn write(&mut self, job: Job) {
        let is_lossy = matches!(job, Job::Heard { .. });
        if self.jobs.try_send(job).is_err() && !is_lossy {
            let id = self.live.facts.id;
            tracing::error!(call.id = %id, "a part of call {id} cannot be written down");
        }
    }

    /// How the call is, as everybody sees it.
    pub(super) fn state(&self) -> VoiceState {
        let (floor, link) = self.shown;
        VoiceState {
            floor: match floor {
                _ if self.handing_back.is_some() => "releasing",
                Floor::Assistant => "assistant",
                Floor::Taking => "taking",
                Floor::Agent => "agent",
                Floor::Hold => "hold",
            },
            agent: self.agent.as_ref().map(Into::into),
            listening: self.seats.iter().any(|seat| !seat.is_visitor && seat.is_here()),
            link: match link {
                LinkHealth::Ok => "ok",
                LinkHealth::Reconnecting => "reconnecting",
                LinkHealth::Degraded => "degraded",
            },
        }
    }

    /// Lets everybody inside and outside know how the call is.
    pub(super) fn show(&mut self) {
        let state = self.state();
        {
            let mut standing = self.live.standing.lock().unwrap_or_else(PoisonError::into_inner);
            standing.floor = state.floor;
            standing.link = state.link;
            standing.agent.clone_from(&self.agent);
            standing.listener_count =
                self.seats.iter().filter(|seat| !seat.is_visitor && seat.is_here()).count();
            standing.cost_nano_usd = self.cost_nano_usd;
        }
        self.tell_all(&crate::wire::VoiceDown::State(state));
    }
}
