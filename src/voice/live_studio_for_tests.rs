//! A studio for calls with a full-duplex voice: the relay, the dialect and the simulated provider without sockets, and a
//! visitor with a browser that plays in the time of a clock that is turned by hand.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use audio::relay::{
    AgentAction, CallId, Command, EndReason, Ending, Event, Input, LinkId, Loss, Outcome, Output, Relay,
    Role, Rules,
};
use audio::{CallLimits, Generation, PlayFrame, Played, UtteranceId, write_samples};
use switchboard_sim::realtime::{OFFLINE_UNIX_S, OfflineLive, OfflineSaid, Scenario, tones};

use super::requests::request_of;
use crate::providers::ProviderKind;
use crate::providers::realtime::{Heard, Session, Setup, dialect_of};

pub(super) const FRAME_MS: u64 = 20;
const FRAME_SAMPLES: usize = 480;
/// How often a browser says what it has played.
const REPORT_MS: u64 = 100;
/// From dialling a provider to its connection.
const DIAL_MS: u64 = 40;

/// A connection: our session with the provider, and the provider's with us.
struct Line {
    session: Box<dyn Session>,
    provider: OfflineLive,
    opened_ms: u64,
    is_open: bool,
}

/// An entry of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) role: Role,
    pub(super) text: String,
    pub(super) ending: Ending,
    pub(super) utterance: UtteranceId,
}

/// A frame that the visitor has heard.
#[derive(Debug, Clone)]
pub(super) struct HeardFrame {
    pub(super) at_ms: u64,
    pub(super) utterance: UtteranceId,
    pub(super) samples: Vec<i16>,
}

/// A call in the studio.
pub(super) struct Studio {
    pub(super) relay: Relay,
    pub(super) now_ms: u64,
    scenario: Box<dyn Fn(u32) -> Scenario>,
    lines: BTreeMap<LinkId, Line>,
    dialling: Vec<(LinkId, u64)>,
    tones: Arc<AtomicU32>,
    /// What the browser has and has not played.
    playing: VecDeque<PlayFrame>,
    played: BTreeMap<UtteranceId, u32>,
    generation: Generation,
    last_report_ms: u64,
    /// Everything the visitor has heard, in order.
    pub(super) heard: Vec<HeardFrame>,
    pub(super) entries: Vec<Entry>,
    /// Tasks that wait for an answer, and what was said before each.
    pub(super) tasks: Vec<(CallId, Vec<audio::relay::Turn>)>,
    /// What was told to providers, but for sound.
    pub(super) commands: Vec<(LinkId, Command)>,
    pub(super) appended_frames: usize,
    pub(super) agent_frames: usize,
    /// When the playback was cleared last.
    pub(super) cleared_ms: Option<u64>,
    pub(super) lasted_ms: u64,
    pub(super) ended: Option<EndReason>,
    pub(super) dial_count: u32,
}

impl Studio {
    /// A call whose connections get what `scenario` makes of their number.
    pub(super) fn open(scenario: impl Fn(u32) -> Scenario + 'static) -> Self {
        let rules = Rules {
            limits: CallLimits { length_ms: 36_000_000, idle_ms: 36_000_000, cost_nano_usd: None },
            provider_count: 1,
            frames_per_append: 1,
            greets: false,
            silence_ms: 500,
            absent_ms: 10_000,
        };
        let mut studio = Self {
            relay: Relay::new(rules, 0),
            now_ms: 0,
            scenario: Box::new(scenario),
            lines: BTreeMap::new(),
            dialling: Vec::new(),
            tones: Arc::default(),
            playing: VecDeque::new(),
            played: BTreeMap::new(),
            generation: Generation(0),
            last_report_ms: 0,
            heard: Vec::new(),
            entries: Vec::new(),
            tasks: Vec::new(),
            commands: Vec::new(),
            appended_frames: 0,
            agent_frames: 0,
            cleared_ms: None,
            lasted_ms: 0,
            ended: None,
            dial_count: 0,
        };
        studio.apply(Input::LegConnected);
        studio.be_silent(200);
        studio
    }

    /// The visitor speaks: the clock goes on with every 20 ms.
    pub(super) fn speak(&mut self, samples: &[i16]) {
        for frame in samples.chunks(FRAME_SAMPLES) {
            let mut pcm = Vec::new();
            write_samples(frame, &mut pcm);
            pcm.resize(FRAME_SAMPLES * 2, 0);
            self.apply(Input::Microphone(pcm));
            self.pass();
        }
    }

    /// The visitor is silent for so long, with an open microphone.
    pub(super) fn be_silent(&mut self, ms: u64) {
        for _ in 0..ms / FRAME_MS {
            self.apply(Input::Microphone(vec![0; FRAME_SAMPLES * 2]));
            self.pass();
        }
    }

    /// Nothing comes from the visitor's microphone for so long.
    pub(super) fn wait(&mut self, ms: u64) {
        (0..ms / FRAME_MS).for_each(|_| self.pass());
    }

    pub(super) fn agent(&mut self, action: AgentAction) {
        self.apply(Input::Agent(action));
    }

    pub(super) fn answer(&mut self, task: &CallId, text: &str) {
        self.apply(Input::ToolEnded(task.clone(), Outcome::Done(text.into())));
    }

    /// Breaks every connection that stands.
    pub(super) fn drop_links(&mut self) {
        let open: Vec<LinkId> =
            self.lines.iter().filter(|(_, line)| line.is_open).map(|(link, _)| *link).collect();
        for link in open {
            self.lose(link);
        }
    }

    /// The log of the connection in use, as the provider has it.
    pub(super) fn read_provider<T>(
        &self,
        link: u32,
        read: impl FnOnce(&switchboard_sim::realtime::ConnectionLog) -> T,
    ) -> T {
        self.lines[&LinkId(link)].provider.read(read)
    }

    /// How long all providers were used, as they have it.
    pub(super) fn provider_ms(&self) -> u64 {
        self.lines.values().map(|line| line.provider.read(|log| log.live_ms)).sum()
    }

    pub(super) fn violations(&self) -> Vec<String> {
        self.lines.values().flat_map(|line| line.provider.log().violations).collect()
    }

    /// Which speech the visitor heard last before this moment, and how far, in milliseconds.
    pub(super) fn heard_until(&self, at_ms: u64) -> Option<(u32, u64)> {
        let before: Vec<&HeardFrame> = self.heard.iter().filter(|frame| frame.at_ms < at_ms).collect();
        let last = before.len().checked_sub(2)?;
        let samples: Vec<i16> = before[last..].iter().flat_map(|frame| frame.samples.clone()).collect();
        tones::locate(&samples)
    }

    pub(super) fn apply(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for output in self.relay.apply(input, self.now_ms) {
                self.carry_out(output, &mut inputs);
            }
        }
    }

    fn carry_out(&mut self, output: Output, inputs: &mut VecDeque<Input>) {
        match output {
            Output::Dial { link, .. } => self.dialling.push((link, self.now_ms + DIAL_MS)),
            Output::Drop(link) => self.part(link),
            Output::Send(link, command) => self.send(link, command, inputs),
            Output::Play(frame) => self.playing.push_back(frame),
            Output::PlayAgent(_) => self.agent_frames += 1,
            Output::Clear(generation) => {
                self.generation = generation;
                self.cleared_ms = Some(self.now_ms);
                let cut = self.playing.pop_front().map(|frame| frame.utterance);
                self.playing.clear();
                let cut = cut.or_else(|| self.heard.last().map(|frame| frame.utterance));
                inputs.extend(cut.map(|utterance| self.report(utterance)));
            }
            Output::Write { utterance, role, text, ending } => {
                self.entries.push(Entry { role, text: text.to_string(), ending, utterance });
            }
            Output::Delegate { call, dialogue } => self.tasks.push((call, dialogue)),
            Output::Ended { reason, .. } => self.ended = Some(reason),
            _ => {}
        }
    }

    fn send(&mut self, link: LinkId, command: Command, inputs: &mut VecDeque<Input>) {
        if let Command::Append(pcm) = &command {
            self.appended_frames += pcm.len() / (FRAME_SAMPLES * 2);
        } else {
            self.commands.push((link, command.clone()));
        }
        let now_ms = self.now_ms;
        let Some(line) = self.lines.get_mut(&link).filter(|line| line.is_open) else { return };
        let mut texts = Vec::new();
        line.session.say(request_of(command, ""), &mut texts);
        for text in texts {
            line.provider.receive(&text, now_ms - line.opened_ms);
        }
        inputs.extend(self.hear(link));
    }

    /// Everything that a provider has said, as it is for the relay.
    fn hear(&mut self, link: LinkId) -> Vec<Input> {
        let Some(line) = self.lines.get_mut(&link).filter(|line| line.is_open) else { return Vec::new() };
        let mut heard = Vec::new();
        for said in line.provider.said() {
            match said {
                OfflineSaid::Text(text) => line.session.decode(&text, &mut heard),
                OfflineSaid::Closed(code) => {
                    line.is_open = false;
                    line.session.closed(code, "", &mut heard);
                    line.session.ended(&mut heard);
                    heard.push(Heard::Event(Event::Lost(Loss::Passing)));
                }
                OfflineSaid::Dropped => {
                    line.is_open = false;
                    line.session.ended(&mut heard);
                    heard.push(Heard::Event(Event::Lost(Loss::Passing)));
                }
            }
        }
        let now_ms = self.now_ms;
        let events = heard.into_iter().filter_map(|one| self.interpret(one, now_ms));
        events.map(|event| Input::Upstream(link, event)).collect()
    }

    fn interpret(&mut self, heard: Heard, now_ms: u64) -> Option<Event> {
        match heard {
            Heard::Event(event) => Some(event),
            Heard::Lasted { ms, .. } => {
                self.lasted_ms += ms;
                None
            }
            Heard::Expires(at_s) => {
                let at_ms = u64::try_from(at_s).ok()?.checked_sub(OFFLINE_UNIX_S)? * 1_000;
                Some(Event::ExpiresIn(at_ms.saturating_sub(now_ms)))
            }
            _ => None,
        }
    }

    /// The connection is broken, without a word.
    fn lose(&mut self, link: LinkId) {
        let Some(line) = self.lines.get_mut(&link) else { return };
        line.is_open = false;
        let mut heard = Vec::new();
        line.session.ended(&mut heard);
        let now_ms = self.now_ms;
        heard.into_iter().for_each(|one| drop(self.interpret(one, now_ms)));
        self.apply(Input::Upstream(link, Event::Lost(Loss::Passing)));
    }

    /// The connection is closed from here, as the protocol wants it.
    fn part(&mut self, link: LinkId) {
        let now_ms = self.now_ms;
        self.dialling.retain(|(one, _)| *one != link);
        let Some(line) = self.lines.get_mut(&link).filter(|line| line.is_open) else { return };
        if let Some(farewell) = line.session.farewell() {
            line.provider.receive(&farewell, now_ms - line.opened_ms);
        }
        drop(self.hear(link));
        if let Some(line) = self.lines.get_mut(&link) {
            line.is_open = false;
        }
    }

    /// 20 ms pass: the browser plays, connections come, timers fire.
    fn pass(&mut self) {
        self.now_ms += FRAME_MS;
        if let Some(frame) = self.playing.pop_front() {
            let mut samples = Vec::new();
            audio::read_samples(&frame.pcm, &mut samples).expect("whole samples");
            *self.played.entry(frame.utterance).or_default() += FRAME_SAMPLES as u32;
            self.heard.push(HeardFrame { at_ms: self.now_ms, utterance: frame.utterance, samples });
            if frame.is_last || self.now_ms >= self.last_report_ms + REPORT_MS {
                self.last_report_ms = self.now_ms;
                let report = self.report(frame.utterance);
                self.apply(report);
            }
        }
        let (come, later) = self.dialling.drain(..).partition(|(_, due_ms)| *due_ms <= self.now_ms);
        self.dialling = later;
        let come: Vec<(LinkId, u64)> = come;
        come.into_iter().for_each(|(link, _)| self.connect(link));
        let links: Vec<LinkId> = self.lines.keys().copied().collect();
        for link in links {
            let now_ms = self.now_ms;
            let Some(line) = self.lines.get_mut(&link).filter(|line| line.is_open) else { continue };
            line.provider.tick(now_ms - line.opened_ms);
            self.hear(link).into_iter().for_each(|input| self.apply(input));
        }
        while self.relay.next_deadline().is_some_and(|due_ms| due_ms <= self.now_ms) {
            self.apply(Input::Tick);
        }
    }

    fn connect(&mut self, link: LinkId) {
        let dialect = dialect_of(ProviderKind::OpenAi, "gpt-live-1").expect("it has voices");
        let session = dialect.session("gpt-live-1", Setup::for_tests());
        let can = session.capabilities();
        let unix_s = OFFLINE_UNIX_S + self.now_ms / 1_000;
        let provider = OfflineLive::open((self.scenario)(self.dial_count), &self.tones, unix_s);
        self.dial_count += 1;
        self.lines.insert(link, Line { session, provider, opened_ms: self.now_ms, is_open: true });
        self.apply(Input::Upstream(link, Event::Connected(can)));
    }

    fn report(&self, utterance: UtteranceId) -> Input {
        let buffered = self.playing.len() as u64 * FRAME_MS;
        Input::Played(Played {
            generation: self.generation,
            tag: utterance.tag(),
            samples: self.played.get(&utterance).copied().unwrap_or(0),
            buffered_ms: u32::try_from(buffered).expect("less than a second"),
        })
    }
}
