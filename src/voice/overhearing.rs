//! Puts what the visitor and the agent say to each other in writing: a session for each of them, with a provider that
//! transcribes. Off unless a channel wants it.
//!
//! A task of its own per person takes copies of their sound, so that nothing here delays it, and comes back with
//! [`Control::Overheard`]. Where no provider writes, the call goes on without.

use std::sync::Arc;
use std::time::Duration;

use audio::relay::{
    BACKOFF_MS, Command, Event, GAP_MS, Input, ItemId, LinkId, Loss, Overheard, Role, Sensitivity,
};
use rooms::{EntryId, User};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::call::CallTask;
use super::control::Control;
use super::dialect::{Heard, Setup, Task};
use super::outputs::role_name;
use super::scribe::Job;
use super::upstream::{Upstream, dial};
use super::utterances::{OpenTurns, Told};
use crate::assistant::VoiceLink;
use crate::outbound::Gateway;

/// Frames that wait while a session is made: 10 s. What comes then is not written down.
const FRAMES_MAX: usize = 500;
/// Frames in one message: 100 ms. Nobody waits for these words.
const FRAMES_PER_APPEND: usize = 5;
/// So long a session may take to stand and to be set up.
const SETUP_TIMEOUT: Duration = Duration::from_secs(10);
/// What a session may be, the best first.
const TASKS: [Task; 3] =
    [Task::Write { names_model: false }, Task::Write { names_model: true }, Task::Listen];
const GAP: Duration = Duration::from_millis(GAP_MS);
/// How much silence, in bytes of PCM16 at 24 kHz: 100 ms.
const SILENCE_BYTES: usize = 4_800;
/// What ends the last turn: silence of 1.5 s.
const LAST_SILENCES: usize = 15;
/// A turn that is not noticed so long after the last sound never will be.
const NOTICE: Duration = Duration::from_secs(2);
/// The last words are waited for so long.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Somebody whose words are written down, as their call knows them.
#[derive(Debug)]
pub(super) struct Overhearer {
    role: Role,
    frames: mpsc::Sender<Vec<u8>>,
}

/// The task behind an [`Overhearer`].
struct Session {
    role: Role,
    /// Whose words they are, whoever has the call when they come.
    person: User,
    gateway: Gateway,
    links: Vec<VoiceLink>,
    /// The voice model where a link names none.
    model: String,
    setup: Setup,
    /// What may still be tried with this provider.
    tasks: Vec<Task>,
    caller: String,
    control: mpsc::Sender<Control>,
    jobs: mpsc::Sender<Job>,
    turns: OpenTurns,
}

/// Why a session could not be set up.
enum Refused {
    /// The connection was not taken.
    Address,
    /// The connection stood, and what was asked for is not had there.
    SetUp,
    /// It may be had later.
    ForNow,
}

/// How a session came to its end.
enum End {
    /// There is nothing more to hear.
    Done,
    /// The connection is gone; whether anything had been written on it.
    Lost { has_served: bool },
}

impl CallTask {
    /// Has what people say to each other written down, where that is wanted, as long as an agent has the call.
    pub(super) fn overhear(&mut self) {
        if !self.plan.overhears || !self.overhearers.is_empty() {
            return;
        }
        let Some(agent) = self.agent.clone() else { return };
        self.overheard_count += 1;
        for (role, person) in [(Role::Visitor, self.live.facts.visitor.clone()), (Role::Agent, agent)] {
            let (frames, heard) = mpsc::channel(FRAMES_MAX);
            let session = Session {
                role,
                person,
                gateway: self.shared.parts.gateway.clone(),
                links: self.plan.links.clone(),
                model: self.plan.model.clone(),
                setup: Setup {
                    instructions: String::new(),
                    greeting: String::new(),
                    tools: Vec::new(),
                    ..self.plan.setup.clone()
                },
                tasks: Vec::new(),
                caller: self.plan.caller.clone(),
                control: self.live.control.clone(),
                jobs: self.jobs.clone(),
                turns: OpenTurns::new(format!("{}-{}", role_name(role), self.overheard_count)),
            };
            let (over, overhearing) = (self.over.clone(), self.overhearing.clone());
            self.shared.spawn(async move {
                over.run_until_cancelled(session.run(heard)).await;
                drop(overhearing);
            });
            self.overhearers.push(Overhearer { role, frames });
        }
    }

    /// Lets those who write down finish: words of what was said last come after the end of the call.
    pub(super) fn end_overhearing(&mut self) {
        self.overhearers.clear();
    }

    /// Whether words may still come.
    pub(super) fn is_overhearing(&self) -> bool {
        Arc::strong_count(&self.overhearing) > 1
    }

    /// What somebody says to a person goes on; they may have begun before the call changed hands, or its end.
    pub(super) fn hear_aside(&mut self, person: User, role: Role, item: ItemId, what: Overheard) {
        if !self.relay.is_over() {
            self.aside_of = Some(person);
            self.apply(Input::Overheard(role, item, what));
            self.aside_of = None;
            return;
        }
        // The relay has no place for it any more.
        if let Overheard::Transcribed(text) = what
            && !text.is_empty()
        {
            let entry = EntryId(self.shared.parts.hub.fresh_id());
            self.write(Job::Overheard { entry, author: person, text });
        }
    }

    /// A copy of 20 ms that a person said to another.
    pub(super) fn hand_to_overhearer(&self, role: Role, pcm: &[u8]) {
        if let Some(one) = self.overhearers.iter().find(|one| one.role == role) {
            // Sound that finds no room is not written down; the voices come first.
            let _full = one.frames.try_send(pcm.to_vec());
        }
    }
}

impl Session {
    /// Writes down what comes in `frames` until there is no more.
    async fn run(mut self, mut frames: mpsc::Receiver<Vec<u8>>) {
        let whole = self.setup.clone();
        for link in std::mem::take(&mut self.links) {
            self.tasks = TASKS.to_vec();
            self.setup = whole.clone();
            let mut attempt = 0;
            loop {
                let loss = match self.connect(&link).await {
                    Ok(upstream) => match self.listen(upstream, &mut frames).await {
                        End::Done => return,
                        // There is nothing more to hear on another connection.
                        End::Lost { .. } if frames.is_closed() && frames.is_empty() => return,
                        End::Lost { has_served } => {
                            attempt = if has_served { 0 } else { attempt };
                            Loss::Passing
                        }
                    },
                    Err(loss) => loss,
                };
                let Some(pause) = BACKOFF_MS.get(attempt).filter(|_| loss == Loss::Passing) else { break };
                attempt += 1;
                tokio::time::sleep(Duration::from_millis(*pause)).await;
            }
        }
        tracing::warn!(role = role_name(self.role), "no provider writes down what people say in a call");
    }

    /// A session that is set up. Some servers want the model in the address, some refuse it, and some have no such
    /// sessions: there one for talking is used that answers nothing. What was refused is not tried again.
    async fn connect(&mut self, link: &VoiceLink) -> Result<Upstream, Loss> {
        let mut loss = Loss::Final;
        for task in self.tasks.clone() {
            if !self.tasks.contains(&task) {
                continue;
            }
            self.setup.task = task;
            match timeout(SETUP_TIMEOUT, self.set_up(link)).await {
                Ok(Ok(upstream)) => {
                    self.tasks = vec![task];
                    return Ok(upstream);
                }
                // It is no such server, whatever its address says.
                Ok(Err(Refused::SetUp)) => self.tasks.retain(|one| task != *one && *one == Task::Listen),
                Ok(Err(Refused::Address)) => self.tasks.retain(|one| *one != task),
                Ok(Err(Refused::ForNow)) | Err(_) => loss = Loss::Passing,
            }
        }
        if self.tasks.is_empty() { Err(Loss::Final) } else { Err(loss) }
    }

    async fn set_up(&mut self, link: &VoiceLink) -> Result<Upstream, Refused> {
        let model = match self.setup.task {
            Task::Talk | Task::Listen => link.model.as_ref().unwrap_or(&self.model),
            Task::Write { .. } => self.setup.transcription_models.first().ok_or(Refused::SetUp)?,
        };
        let model = model.clone();
        let dialled = dial(&self.gateway, LinkId(0), link, model, self.setup.clone(), &self.caller).await;
        let mut upstream = dialled.map_err(|loss| match loss {
            Loss::Passing => Refused::ForNow,
            Loss::Final => Refused::Address,
        })?;
        send(&mut upstream, Command::Configure { history: Vec::new(), sensitivity: Sensitivity::Normal });
        let mut heard = Vec::new();
        loop {
            let stands = upstream.next(&mut heard).await;
            for one in heard.drain(..) {
                match one {
                    Heard::Event(Event::Configured) => return Ok(upstream),
                    Heard::Event(Event::Lost(Loss::Final)) => return Err(Refused::SetUp),
                    Heard::Event(Event::Lost(Loss::Passing)) => return Err(Refused::ForNow),
                    Heard::Answer(again) => {
                        upstream.say([again]);
                    }
                    Heard::Reduced(field, setup) => {
                        if let Some(field) = field {
                            tracing::warn!(
                                field,
                                "a provider that writes down refused {field}; it is set up without"
                            );
                        }
                        self.setup = *setup;
                    }
                    Heard::Unfit(field) => {
                        tracing::warn!(field, "a provider that writes down refused {field}, which it needs");
                    }
                    Heard::Event(_) | Heard::Expires(_) | Heard::Written(..) | Heard::Complaint(_) => {}
                }
            }
            if !stands {
                return Err(Refused::ForNow);
            }
        }
    }

    async fn listen(&mut self, mut upstream: Upstream, frames: &mut mpsc::Receiver<Vec<u8>>) -> End {
        let mut gathered = Vec::with_capacity(SILENCE_BYTES);
        let mut heard = Vec::new();
        let (mut gap, mut last) = (Instant::now() + GAP, None);
        let (mut has_served, mut is_lost) = (false, false);
        loop {
            if is_lost {
                self.give_up().await;
                return End::Lost { has_served };
            }
            let patience = last.map_or_else(|| Instant::now() + LAST_WORDS, |last| self.patience(last));
            tokio::select! {
                stands = upstream.next(&mut heard) => {
                    for one in heard.drain(..) {
                        // Words count too: not every provider says what they used.
                        has_served |= matches!(one, Heard::Written(..) | Heard::Event(Event::TurnTranscribed(..)));
                        self.take_in(one, &mut upstream).await;
                    }
                    is_lost |= !stands;
                }
                frame = frames.recv(), if last.is_none() => match frame {
                    Some(pcm) => {
                        gap = Instant::now() + GAP;
                        gathered.extend_from_slice(&pcm);
                        if gathered.len() >= FRAMES_PER_APPEND * pcm.len() {
                            is_lost = !send(&mut upstream, Command::Append(std::mem::take(&mut gathered)));
                        }
                    }
                    None => {
                        last = Some(Instant::now());
                        gathered.resize(gathered.len() + LAST_SILENCES * SILENCE_BYTES, 0);
                        send(&mut upstream, Command::Append(std::mem::take(&mut gathered)));
                    }
                },
                () = sleep_until(gap), if self.turns.is_speaking() && last.is_none() => {
                    gap = Instant::now() + Duration::from_millis(100);
                    gathered.resize(gathered.len() + SILENCE_BYTES, 0);
                    send(&mut upstream, Command::Append(std::mem::take(&mut gathered)));
                }
                () = sleep_until(patience), if last.is_some() => {
                    self.give_up().await;
                    upstream.close().await;
                    return End::Done;
                }
            }
        }
    }

    /// Until when words are waited for after the last sound.
    fn patience(&self, last: Instant) -> Instant {
        last + if self.turns.is_empty() { NOTICE } else { LAST_WORDS }
    }

    async fn take_in(&mut self, heard: Heard, upstream: &mut Upstream) {
        match heard {
            Heard::Event(event) => {
                let told = self.turns.hear(event);
                self.tell(told).await;
            }
            Heard::Answer(text) => {
                upstream.say([text]);
            }
            Heard::Written(model, used) => {
                let provider = upstream.provider.clone();
                // After the end of the call nobody counts.
                let _ended = self.jobs.send(Job::Written { provider, model, used }).await;
            }
            // A session that has ended is followed by another. Refusals of a set-up come before it stands.
            Heard::Expires(_) | Heard::Reduced(..) | Heard::Unfit(_) => {}
            Heard::Complaint(code) => {
                tracing::debug!(code, "a provider that writes down what people say complained");
            }
        }
    }

    /// What is still open will not be put in words.
    async fn give_up(&mut self) {
        let told = self.turns.give_up();
        self.tell(told).await;
    }

    async fn tell(&self, told: Vec<Told>) {
        for (item, what) in told {
            let control = Control::Overheard { person: self.person.clone(), role: self.role, item, what };
            // A call that has ended needs no words.
            let _ended = self.control.send(control).await;
        }
    }
}

/// Sends a command; false where the provider reads too slowly.
fn send(upstream: &mut Upstream, command: Command) -> bool {
    let mut texts = Vec::new();
    upstream.dialect.say(command, &mut texts);
    upstream.say(texts)
}
