//! A transcription session for one person: a task that takes copies of their sound, has a provider put it in writing,
//! and comes back with [`Control::Overheard`]. Where no provider transcribes, the call goes on without.

use std::time::Duration;

use audio::relay::{BACKOFF_MS, Event, GAP_MS, Loss, Role, Sensitivity};
use rooms::User;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::utterances::{OpenUtterances, Told};
use crate::clock;
use crate::providers::realtime::{Connection, Heard, Request, Setup, Task};
use crate::voice::control::Control;
use crate::voice::dialer::Dialer;
use crate::voice::scribe::{Job, JobQueue};
use crate::voice::wire_names::role_name;

/// Frames per message: 100 ms, as transcripts are not urgent.
const FRAMES_PER_APPEND: usize = 5;
/// Timeout for opening and configuring a session.
const SETUP_TIMEOUT: Duration = Duration::from_secs(10);
/// Session configurations to try, best first.
const TASKS: [Task; 3] =
    [Task::Write { names_model: false }, Task::Write { names_model: true }, Task::Listen];
const GAP: Duration = Duration::from_millis(GAP_MS);
/// How much silence, in bytes of PCM16 at 24 kHz: 100 ms.
const SILENCE_BYTES: usize = 4_800;
/// What ends the last turn: silence of 1.5 s.
const LAST_SILENCES: usize = 15;
/// Timeout for the detection of a turn after the last audio.
const NOTICE: Duration = Duration::from_secs(2);
/// Timeout for the last transcripts.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// What every session of a call stands on.
#[derive(Debug, Clone)]
pub(in crate::voice) struct SessionParts {
    /// Reaches the call's providers.
    pub(in crate::voice) dialer: Dialer,
    /// How a session is set up.
    pub(in crate::voice) setup: Setup,
    /// The call, which is told of utterances.
    pub(in crate::voice) control: mpsc::Sender<Control>,
    /// Its scribe, who is told what transcription used.
    pub(in crate::voice) jobs: JobQueue,
}

/// A session, which is made again where it is lost.
pub(super) struct Session {
    role: Role,
    /// Whose words they are, whoever has the call when they come.
    person: User,
    parts: SessionParts,
    /// What may still be tried with this provider.
    tasks: Vec<Task>,
    utterances: OpenUtterances,
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

impl Session {
    /// Of this person; `name` is theirs alone in this call.
    pub(super) fn new(parts: SessionParts, role: Role, person: User, name: String) -> Self {
        Self { role, person, parts, tasks: Vec::new(), utterances: OpenUtterances::new(name) }
    }

    /// Transcribes what comes in `frames` until there is no more.
    pub(super) async fn run(mut self, mut frames: mpsc::Receiver<Vec<u8>>) {
        let whole = self.parts.setup.clone();
        for place in 0..self.parts.dialer.provider_count() {
            self.tasks = TASKS.to_vec();
            self.parts.setup = whole.clone();
            let mut attempt = 0;
            loop {
                let loss = match self.connect(place).await {
                    Ok(connection) => match self.listen(connection, &mut frames).await {
                        End::Done => return,
                        // A new connection would receive nothing more.
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
        tracing::warn!(role = role_name(self.role), "no provider can transcribe what people say in a call");
    }

    /// A session that is set up. Some servers want the model in the address, some refuse it, and some have no such
    /// sessions: there one for talking is used that answers nothing. What was refused is not tried again.
    async fn connect(&mut self, place: usize) -> Result<Connection, Loss> {
        let mut loss = Loss::Final;
        for task in self.tasks.clone() {
            if !self.tasks.contains(&task) {
                continue;
            }
            self.parts.setup.task = task;
            match timeout(SETUP_TIMEOUT, self.set_up(place)).await {
                Ok(Ok(connection)) => {
                    self.tasks = vec![task];
                    return Ok(connection);
                }
                // The server does not speak this dialect.
                Ok(Err(Refused::SetUp)) => self.tasks.retain(|one| task != *one && *one == Task::Listen),
                Ok(Err(Refused::Address)) => self.tasks.retain(|one| *one != task),
                Ok(Err(Refused::ForNow)) | Err(_) => loss = Loss::Passing,
            }
        }
        if self.tasks.is_empty() { Err(Loss::Final) } else { Err(loss) }
    }

    async fn set_up(&mut self, place: usize) -> Result<Connection, Refused> {
        let mut connection = self.dial(place).await?;
        connection.request(Request::Configure { history: Vec::new(), sensitivity: Sensitivity::Normal });
        let mut heard = Vec::new();
        loop {
            let stands = connection.next(&mut heard).await;
            for one in heard.drain(..) {
                match one {
                    Heard::Event(Event::Configured) => return Ok(connection),
                    Heard::Event(Event::Lost(Loss::Final)) => return Err(Refused::SetUp),
                    Heard::Event(Event::Lost(Loss::Passing)) => return Err(Refused::ForNow),
                    Heard::Answer(again) => {
                        connection.answer(again);
                    }
                    Heard::Reduced(field, setup) => {
                        if let Some(field) = field {
                            tracing::warn!(
                                field,
                                "transcription provider rejected {field}; continuing without it"
                            );
                        }
                        self.parts.setup = *setup;
                    }
                    Heard::Unfit(field) => {
                        tracing::warn!(field, "transcription provider rejected the required field {field}");
                    }
                    Heard::Event(_)
                    | Heard::Expires(_)
                    | Heard::Lasted { .. }
                    | Heard::Written(..)
                    | Heard::Answered(_)
                    | Heard::Complaint(_) => {}
                }
            }
            if !stands {
                return Err(Refused::ForNow);
            }
        }
    }

    async fn dial(&self, place: usize) -> Result<Connection, Refused> {
        let setup = self.parts.setup.clone();
        let model = match setup.task {
            Task::Talk | Task::Listen => None,
            Task::Write { .. } => Some(setup.transcription_models.first().ok_or(Refused::SetUp)?.clone()),
        };
        self.parts.dialer.dial(place, model, setup).await.map_err(|loss| match loss {
            Loss::Passing => Refused::ForNow,
            Loss::Final => Refused::Address,
        })
    }

    async fn listen(&mut self, mut connection: Connection, frames: &mut mpsc::Receiver<Vec<u8>>) -> End {
        let mut gathered = Vec::with_capacity(SILENCE_BYTES);
        let mut heard = Vec::new();
        let (mut gap, mut last) = (clock::instant() + GAP, None);
        let (mut has_served, mut is_lost) = (false, false);
        loop {
            if is_lost {
                self.give_up().await;
                return End::Lost { has_served };
            }
            let patience = last.map_or_else(|| clock::instant() + LAST_WORDS, |last| self.patience(last));
            tokio::select! {
                stands = connection.next(&mut heard) => {
                    has_served |= self.handle_events(&mut heard, &mut connection).await;
                    is_lost |= !stands;
                }
                frame = frames.recv(), if last.is_none() => match frame {
                    Some(pcm) => {
                        gap = clock::instant() + GAP;
                        is_lost = !gather(&mut connection, &mut gathered, &pcm);
                    }
                    None => {
                        last = Some(clock::instant());
                        append(&mut connection, &mut gathered, LAST_SILENCES);
                    }
                },
                () = sleep_until(gap), if self.utterances.is_speaking() && last.is_none() => {
                    gap = clock::instant() + Duration::from_millis(100);
                    append(&mut connection, &mut gathered, 1);
                }
                () = sleep_until(patience), if last.is_some() => {
                    self.give_up().await;
                    let mut rest = Vec::new();
                    connection.close(&mut rest).await;
                    return End::Done;
                }
            }
        }
    }

    /// Until when words are waited for after the last sound.
    fn patience(&self, last: Instant) -> Instant {
        last + if self.utterances.is_empty() { NOTICE } else { LAST_WORDS }
    }

    /// Takes in what was heard; whether the connection has shown that it is a good one.
    async fn handle_events(&mut self, heard: &mut Vec<Heard>, connection: &mut Connection) -> bool {
        let mut has_served = false;
        for one in heard.drain(..) {
            // Text is metered too: not every provider reports its usage.
            has_served |= matches!(one, Heard::Written(..) | Heard::Event(Event::TurnTranscribed(..)));
            self.handle_event(one, connection).await;
        }
        has_served
    }

    async fn handle_event(&mut self, heard: Heard, connection: &mut Connection) {
        match heard {
            Heard::Event(event) => {
                let told = self.utterances.apply(event);
                self.write_words(told).await;
            }
            Heard::Answer(text) => {
                connection.answer(text);
            }
            Heard::Written(model, used) => {
                let provider = connection.provider.clone();
                self.parts.jobs.write_later(Job::Written { provider, model, used }).await;
            }
            // A session that has ended is followed by another. Refusals of a set-up come before it stands. Models that
            // put words in writing are not sold by the minute of their connection, and answer nothing.
            Heard::Lasted { .. }
            | Heard::Expires(_)
            | Heard::Reduced(..)
            | Heard::Unfit(_)
            | Heard::Answered(_) => {}
            Heard::Complaint(code) => {
                tracing::debug!(code, "a provider that writes down what people say complained");
            }
        }
    }

    /// What is still open will not be put in words.
    async fn give_up(&mut self) {
        let told = self.utterances.give_up();
        self.write_words(told).await;
    }

    async fn write_words(&self, told: Vec<Told>) {
        for (item, what) in told {
            let control = Control::Overheard { person: self.person.clone(), role: self.role, item, what };
            // The call may have ended: the text is not needed.
            let _ended = self.parts.control.send(control).await;
        }
    }
}

/// Gathers a frame, and sends what is gathered once it is enough; false where the connection does not stand.
fn gather(connection: &mut Connection, gathered: &mut Vec<u8>, pcm: &[u8]) -> bool {
    gathered.extend_from_slice(pcm);
    gathered.len() < FRAMES_PER_APPEND * pcm.len() || append(connection, gathered, 0)
}

/// Sends what is gathered, and so many pieces of silence behind it; false where the connection does not stand.
fn append(connection: &mut Connection, gathered: &mut Vec<u8>, silences: usize) -> bool {
    gathered.resize(gathered.len() + silences * SILENCE_BYTES, 0);
    connection.request(Request::Append(std::mem::take(gathered)))
}
