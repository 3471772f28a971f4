//! All legs of a call: joining, leaving, control messages, and audio routing between them.

use std::task::{Context, Poll};

use audio::relay::{Clip, Role};
use audio::{Generation, PlayFrame, SampleRate};
use rooms::{OrgId, Timestamp};

use super::clips;
use super::control::Coming;
use super::frame::{FLAG_LAST, Kind, Track};
use super::leg::{Leg, LegId, LegSocket, Received};
use super::microphone::Microphone;
use super::recording::Recorder;
use super::tickets::LegMode;
use crate::auth::Principal;
use crate::wire::{CloseCode, ErrorCode, VoiceDown, VoicePlayed};

/// Agents in one call.
const AGENTS_MAX: usize = 8;
/// Grace period of a disconnected leg.
const GRACE_MS: u64 = 30_000;
/// How long the last sound fades when it is cut.
const FADE_MS: u32 = 5;

/// A leg that has joined.
#[derive(Debug)]
pub(super) struct Joined {
    /// Which.
    pub(super) leg: LegId,
    /// Whether it is the visitor's.
    pub(super) is_visitor: bool,
    /// Whether its agent came to take the call.
    pub(super) takes: bool,
    /// What a leg that comes back has played meanwhile.
    pub(super) played: Option<VoicePlayed>,
    /// The socket that was there before.
    pub(super) replaced: Option<LegSocket>,
}

/// A socket that cannot be in the call, and why.
#[derive(Debug)]
pub(super) struct Dismissed {
    pub(super) socket: Box<LegSocket>,
    pub(super) code: CloseCode,
}

/// Every leg of one call.
#[derive(Debug)]
pub(super) struct Legs {
    legs: Vec<Leg>,
    next_id: u32,
    /// Of the playback: frames of an older one are dropped by the browser.
    generation: u16,
    /// Keeps both sides, where the channel wants that.
    recorder: Option<Recorder>,
}

impl Legs {
    /// Of a call in which nobody is yet.
    pub(super) fn new(recorder: Option<Recorder>) -> Self {
        Self { legs: Vec::new(), next_id: 0, generation: 0, recorder }
    }

    /// How many there are, with those who may come back.
    pub(super) fn count(&self) -> usize {
        self.legs.len()
    }

    /// The leg of this id.
    pub(super) fn get(&self, id: LegId) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.id == id)
    }

    fn get_mut(&mut self, id: LegId) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.id == id)
    }

    fn visitor(&mut self) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.is_visitor)
    }

    /// Somebody joins, or comes back.
    pub(super) fn join(
        &mut self,
        socket: Box<LegSocket>,
        rate: Option<SampleRate>,
        coming: Coming,
        now_ms: u64,
    ) -> Result<Joined, Dismissed> {
        let (at, last_n, played, takes) = match coming {
            Coming::Back { leg, last_n, played } => match self.place_of_returning(leg) {
                Ok(at) => (at, Some(last_n), played, false),
                Err(code) => return Err(Dismissed { socket, code }),
            },
            Coming::New { principal, mode } => match self.place_of_new(principal, mode, now_ms) {
                Ok(at) => (at, None, None, mode == LegMode::Take),
                Err(code) => return Err(Dismissed { socket, code }),
            },
        };
        let leg = &mut self.legs[at];
        let replaced = leg.attach(*socket, Microphone::new(rate), last_n, now_ms);
        Ok(Joined { leg: leg.id, is_visitor: leg.is_visitor, takes, played, replaced })
    }

    fn place_of_returning(&self, id: LegId) -> Result<usize, CloseCode> {
        let at = self.legs.iter().position(|leg| leg.id == id).ok_or(CloseCode::Unauthenticated)?;
        if self.legs[at].is_revoked() { Err(CloseCode::Forbidden) } else { Ok(at) }
    }

    /// A visitor has one leg, agents one for each ticket.
    fn place_of_new(&mut self, principal: Principal, mode: LegMode, now_ms: u64) -> Result<usize, CloseCode> {
        if principal.is_visitor() {
            if let Some(at) = self.legs.iter().position(|leg| leg.is_visitor) {
                return Ok(at);
            }
        } else if self.legs.iter().filter(|leg| !leg.is_visitor).count() >= AGENTS_MAX {
            return Err(CloseCode::Forbidden);
        }
        let mut leg = Leg::new(LegId(self.next_id), principal, now_ms);
        self.next_id += 1;
        leg.listens = mode == LegMode::Listen || mode == LegMode::Take;
        self.legs.push(leg);
        Ok(self.legs.len() - 1)
    }

    /// What a leg has sent, by its place; `now` is asked only where something came.
    pub(super) fn poll_read(
        &mut self,
        at: usize,
        cx: &mut Context<'_>,
        now: impl FnOnce() -> (Timestamp, u64),
    ) -> Poll<(LegId, Received)> {
        let leg = &mut self.legs[at];
        let message = std::task::ready!(leg.poll_read(cx));
        let (now, now_ms) = now();
        let received = leg.receive(message, now, now_ms);
        if let (Received::Sound(frames), Some(recorder), true) =
            (&received, &mut self.recorder, leg.is_visitor)
        {
            for frame in frames {
                recorder.visitor(frame, now_ms);
            }
        }
        Poll::Ready((leg.id, received))
    }

    /// Writes what waits, and gives back the legs whose socket has failed.
    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>) -> Vec<LegId> {
        let mut failed = Vec::new();
        for leg in &mut self.legs {
            if let Poll::Ready(Err(_)) = leg.poll_write(cx) {
                failed.push(leg.id);
            }
        }
        failed
    }

    /// A socket is gone, and its leg may come back; false where it was gone already.
    pub(super) fn remove(&mut self, id: LegId, now_ms: u64) -> bool {
        let Some(leg) = self.get_mut(id).filter(|leg| !leg.is_gone()) else { return false };
        leg.detach(now_ms);
        true
    }

    /// Connected legs of whom nothing was heard since then.
    pub(super) fn silent_since(&self, alive_since_ms: u64) -> Vec<LegId> {
        self.legs.iter().filter(|leg| leg.is_silent_since(alive_since_ms)).map(|leg| leg.id).collect()
    }

    /// Agents who have been away for too long have no leg any more.
    pub(super) fn forget_absent_agents(&mut self, now_ms: u64) {
        let since_ms = now_ms.saturating_sub(GRACE_MS);
        self.legs.retain(|leg| leg.is_visitor || !leg.is_lost_before(since_ms));
    }

    /// Closes the legs whose access has ended; true where the visitor's is among them.
    pub(super) fn revoke(&mut self, org: OrgId, subject: &str) -> bool {
        let mut is_visitor_gone = false;
        for leg in self.legs.iter_mut().filter(|leg| leg.principal.is_ended_by(org, subject)) {
            leg.revoke(CloseCode::Forbidden);
            is_visitor_gone |= leg.is_visitor;
        }
        is_visitor_gone
    }

    /// An agent hears the call from now on.
    pub(super) fn listen(&mut self, id: LegId) {
        if let Some(leg) = self.get_mut(id) {
            leg.listens = true;
        }
    }

    /// Whether anybody listens.
    pub(super) fn is_listened_to(&self) -> bool {
        self.legs.iter().any(|leg| leg.listens && leg.is_here())
    }

    /// How many agents are here besides the one who has the call, at this leg.
    pub(super) fn listener_count(&self, holder: Option<LegId>) -> usize {
        let listens = |leg: &&Leg| !leg.is_visitor && leg.is_here() && Some(leg.id) != holder;
        self.legs.iter().filter(listens).count()
    }

    /// Tells one leg something.
    pub(super) fn send_event(&mut self, id: LegId, event: &VoiceDown) {
        if let Some(leg) = self.get_mut(id) {
            leg.send_event(event);
        }
    }

    /// Tells everybody something.
    pub(super) fn send_to_all(&mut self, event: &VoiceDown) {
        for leg in &mut self.legs {
            leg.send_event(event);
        }
    }

    /// Tells every agent something.
    pub(super) fn send_to_agents(&mut self, event: &VoiceDown) {
        for leg in self.legs.iter_mut().filter(|leg| !leg.is_visitor) {
            leg.send_event(event);
        }
    }

    /// Tells one leg that something it did was wrong.
    pub(super) fn complain(&mut self, id: LegId, code: ErrorCode, message: impl Into<String>) {
        if let Some(leg) = self.get_mut(id) {
            leg.complain(code, message.into());
        }
    }

    /// A frame of the assistant for the visitor.
    pub(super) fn play_assistant(&mut self, frame: &PlayFrame) {
        let (item, generation) = (frame.utterance.tag(), frame.generation.0);
        if let Some(recorder) = &mut self.recorder {
            recorder.sent(item, &frame.pcm);
        }
        let flags = if frame.is_last { FLAG_LAST } else { 0 };
        if let Some(visitor) = self.visitor() {
            visitor.play(Kind::Playback, Track::Assistant, flags, item, generation, &frame.pcm);
        }
    }

    /// A frame of the agent who speaks from `holder`: for the visitor, and for the other agents who listen.
    pub(super) fn play_agent(&mut self, pcm: &[u8], holder: Option<LegId>, now_ms: u64) {
        self.play_at_once(Track::Agent, pcm, now_ms);
        for leg in self.legs.iter_mut().filter(|leg| leg.listens && Some(leg.id) != holder) {
            leg.play(Kind::Monitor, Track::Agent, 0, 0, 0, pcm);
        }
    }

    /// A local clip for the visitor.
    pub(super) fn play_clip(&mut self, clip: Clip, now_ms: u64) {
        for frame in clips::frames(clip) {
            self.play_at_once(Track::System, &frame, now_ms);
        }
    }

    /// Sound that is heard as it is sent.
    fn play_at_once(&mut self, track: Track, pcm: &[u8], now_ms: u64) {
        if let Some(recorder) = &mut self.recorder {
            recorder.heard(pcm, now_ms);
        }
        let generation = self.generation;
        if let Some(visitor) = self.visitor() {
            visitor.play(Kind::Playback, track, 0, 0, generation, pcm);
        }
    }

    /// A copy for agents: those who listen hear both sides, the one who has the call hears the visitor.
    pub(super) fn monitor(&mut self, role: Role, pcm: &[u8], holder: Option<LegId>) {
        let track = match role {
            Role::Visitor => Track::Visitor,
            Role::Assistant => Track::Assistant,
            Role::Agent => Track::Agent,
        };
        let hears = |leg: &Leg| leg.listens || (role == Role::Visitor && Some(leg.id) == holder);
        for leg in self.legs.iter_mut().filter(|leg| !leg.is_visitor && hears(leg)) {
            leg.play(Kind::Monitor, track, 0, 0, 0, pcm);
        }
    }

    /// Everything older than `generation` is not to be played any more.
    pub(super) fn clear(&mut self, generation: Generation) {
        self.generation = generation.0;
        if let Some(recorder) = &mut self.recorder {
            recorder.cut();
        }
        if let Some(visitor) = self.visitor() {
            visitor.drop_sound();
            visitor.send_event(&VoiceDown::Clear { generation: generation.0, fade_ms: FADE_MS });
        }
    }

    /// The visitor's browser has played so much.
    pub(super) fn record_played(&mut self, played: &VoicePlayed, now_ms: u64) {
        if let Some(recorder) = &mut self.recorder {
            recorder.played(played.item, played.samples, now_ms);
        }
    }

    /// Finishes the recording; true where there is one.
    pub(super) fn finish_recording(&mut self) -> bool {
        self.recorder.take().map(Recorder::finish).is_some()
    }

    /// Closes every leg once what waits is written.
    pub(super) fn close_all(&mut self) {
        for leg in &mut self.legs {
            leg.close(None);
        }
    }

    /// Whether nobody is connected.
    pub(super) fn are_gone(&self) -> bool {
        self.legs.iter().all(Leg::is_gone)
    }
}

#[cfg(test)]
mod tests {
    use audio::UtteranceId;

    use super::*;
    use crate::voice::leg_for_tests::{Browser, agent, connect, visitor};

    fn new(principal: Principal, mode: LegMode) -> Coming {
        Coming::New { principal, mode }
    }

    async fn join(legs: &mut Legs, coming: Coming) -> Result<(Joined, Browser), CloseCode> {
        let (socket, browser) = connect().await;
        match legs.join(Box::new(socket), None, coming, 0) {
            Ok(joined) => Ok((joined, browser)),
            Err(dismissed) => Err(dismissed.code),
        }
    }

    async fn written(legs: &mut Legs) -> Vec<LegId> {
        std::future::poll_fn(|cx| Poll::Ready(legs.poll_write(cx))).await
    }

    /// Track and first sample of each frame that a browser hears.
    async fn heard(browser: &mut Browser, count: usize) -> Vec<(u8, u8)> {
        let mut heard = Vec::new();
        for _ in 0..count {
            let frame = browser.sound().await;
            heard.push((frame[3], frame[16]));
        }
        heard
    }

    #[tokio::test]
    async fn a_visitor_has_one_leg_and_agents_have_eight() {
        let mut legs = Legs::new(None);
        let (first, _old) = join(&mut legs, new(visitor(1), LegMode::Call)).await.unwrap();
        let (second, _new) = join(&mut legs, new(visitor(1), LegMode::Call)).await.unwrap();
        assert_eq!(first.leg, second.leg);
        assert!(first.replaced.is_none() && second.replaced.is_some());

        let mut browsers = Vec::new();
        for id in 0..8 {
            browsers.push(join(&mut legs, new(agent(id + 10), LegMode::Listen)).await.unwrap());
        }
        assert_eq!(legs.listener_count(None), 8);
        let holder = legs.legs.iter().find(|leg| !leg.is_visitor).map(|leg| leg.id);
        assert_eq!(legs.listener_count(holder), 7, "who speaks is no listener");
        assert_eq!(join(&mut legs, new(agent(99), LegMode::Listen)).await.err(), Some(CloseCode::Forbidden));
        assert_eq!(legs.count(), 9);
    }

    #[tokio::test]
    async fn a_lost_leg_comes_back_and_a_revoked_or_unknown_one_does_not() {
        let mut legs = Legs::new(None);
        let (joined, _browser) = join(&mut legs, new(agent(1), LegMode::Take)).await.unwrap();
        assert!(joined.takes && !joined.is_visitor);
        assert!(legs.remove(joined.leg, 5) && !legs.remove(joined.leg, 6), "it is lost once");
        let back = |leg| Coming::Back { leg, last_n: 0, played: None };

        let (again, _browser) = join(&mut legs, back(joined.leg)).await.unwrap();
        assert!(!again.takes, "only who comes anew takes");
        assert_eq!(join(&mut legs, back(LegId(7))).await.err(), Some(CloseCode::Unauthenticated));
        assert!(!legs.revoke(OrgId(1), &agent(1).credential), "the visitor stays");
        assert_eq!(join(&mut legs, back(joined.leg)).await.err(), Some(CloseCode::Forbidden));
    }

    #[tokio::test]
    async fn a_revoked_visitor_ends_the_call_and_nobody_elses_does() {
        let mut legs = Legs::new(None);
        let (_visitor, _browser) = join(&mut legs, new(visitor(1), LegMode::Call)).await.unwrap();

        assert!(!legs.revoke(OrgId(2), &visitor(1).credential), "of another org");
        assert!(!legs.revoke(OrgId(1), &visitor(2).credential));
        assert!(legs.revoke(OrgId(1), &visitor(1).credential));
    }

    #[tokio::test]
    async fn agents_who_stay_away_are_forgotten_and_the_visitor_is_not() {
        let mut legs = Legs::new(None);
        let (one, _first) = join(&mut legs, new(visitor(1), LegMode::Call)).await.unwrap();
        let (two, _second) = join(&mut legs, new(agent(2), LegMode::Listen)).await.unwrap();
        assert_eq!(legs.silent_since(1), [one.leg, two.leg]);
        legs.remove(one.leg, 1_000);
        legs.remove(two.leg, 1_000);
        assert!(legs.silent_since(1).is_empty(), "who is gone is not silent");

        legs.forget_absent_agents(31_000);
        assert_eq!(legs.count(), 2);
        legs.forget_absent_agents(31_001);
        assert!(legs.get(one.leg).is_some() && legs.get(two.leg).is_none());
        assert!(legs.are_gone());
    }

    #[tokio::test]
    async fn sound_reaches_those_whom_it_is_for() {
        let mut legs = Legs::new(None);
        let (_visitor, mut caller) = join(&mut legs, new(visitor(1), LegMode::Call)).await.unwrap();
        let (holder, mut speaker) = join(&mut legs, new(agent(2), LegMode::Take)).await.unwrap();
        let (_listener, mut listener) = join(&mut legs, new(agent(3), LegMode::Listen)).await.unwrap();
        assert!(legs.is_listened_to());
        let holder = Some(holder.leg);
        let (utterance, generation) = (UtteranceId(1), Generation(0));

        legs.monitor(Role::Visitor, &[1; 960], holder);
        legs.play_assistant(&PlayFrame {
            utterance,
            generation,
            pcm: vec![2; 960],
            is_first: false,
            is_last: false,
        });
        legs.play_agent(&[3; 960], holder, 0);
        assert!(written(&mut legs).await.is_empty());

        assert_eq!(heard(&mut caller, 2).await, [(1, 2), (2, 3)]);
        assert_eq!(heard(&mut speaker, 1).await, [(0, 1)]);
        assert_eq!(heard(&mut listener, 2).await, [(0, 1), (2, 3)]);
    }

    #[tokio::test]
    async fn a_cut_drops_the_sound_that_was_not_written() {
        let mut legs = Legs::new(None);
        let (_visitor, mut caller) = join(&mut legs, new(visitor(1), LegMode::Call)).await.unwrap();
        let frame = |byte| PlayFrame {
            utterance: UtteranceId(1),
            generation: Generation(0),
            pcm: vec![byte; 960],
            is_first: false,
            is_last: false,
        };
        legs.play_assistant(&frame(1));

        legs.clear(Generation(4));
        legs.play_clip(Clip::Filler, 0);
        written(&mut legs).await;

        assert_eq!(caller.event().await["data"]["generation"], 4);
        let clip = caller.sound().await;
        assert_eq!(
            (clip[3], u16::from_le_bytes([clip[14], clip[15]])),
            (4, 4),
            "a tone of the new generation"
        );
    }
}
