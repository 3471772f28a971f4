//! The sides of a call: how they sit down, what they send, and how they are lost.

use audio::relay::{AgentAction, Input, Turn};
use audio::{Generation, Played, SampleRate};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::call::CallTask;
use super::control::Coming;
use super::frame::parse_microphone;
use super::leg::{Leg, LegId, LegSocket};
use super::microphone::{Microphone, Taken};
use super::outputs::role_name;
use super::tickets::LegMode;
use crate::wire::{CloseCode, ErrorCode, VoiceDown, VoicePlayed, VoiceTurn, VoiceUp};

/// Agents in one call.
const AGENTS_MAX: usize = 8;
/// How long a leg may stay away (VOICE.md section 2).
const GRACE_MS: u64 = 30_000;
/// Turns that a brief holds.
const BRIEF_TURNS: usize = 6;

impl CallTask {
    pub(super) fn sit(&mut self, socket: LegSocket, rate: Option<SampleRate>, coming: Coming) {
        let now_ms = self.now_ms();
        let played = match &coming {
            Coming::Back { played, .. } => *played,
            Coming::New { .. } => None,
        };
        let (at, last_n, mode) = match coming {
            Coming::Back { seat, last_n, .. } => match self.seats.iter().position(|one| one.id == seat) {
                Some(at) if self.seats[at].is_revoked => {
                    return self.shared.dismiss(socket, CloseCode::Forbidden);
                }
                Some(at) => (at, Some(last_n), None),
                None => return self.shared.dismiss(socket, CloseCode::Unauthenticated),
            },
            Coming::New { principal, mode } => {
                let visitors = self.seats.iter().position(|seat| seat.is_visitor && principal.is_visitor());
                let agent_count = self.seats.iter().filter(|seat| !seat.is_visitor).count();
                match visitors {
                    Some(at) => (at, None, Some(mode)),
                    None if !principal.is_visitor() && agent_count >= AGENTS_MAX => {
                        return self.shared.dismiss(socket, CloseCode::Forbidden);
                    }
                    None => {
                        let id = LegId(self.next_seat);
                        self.next_seat += 1;
                        let mut seat = Leg::new(id, principal, Microphone::new(rate), now_ms);
                        seat.listens = mode == LegMode::Listen || mode == LegMode::Take;
                        self.seats.push(seat);
                        (self.seats.len() - 1, None, Some(mode))
                    }
                }
            }
        };
        if let Some(old) = self.seats[at].take_socket() {
            self.shared.dismiss(old, CloseCode::Replaced);
        }
        self.seats[at].sit(socket, Microphone::new(rate), last_n, now_ms);
        self.greet(at);
        if self.seats[at].is_visitor {
            // What was heard before the leg was lost is not played again.
            if let Some(played) = played {
                self.hear_played(played);
            }
            self.apply(Input::LegConnected);
        } else {
            self.agent_sits(at, mode == Some(LegMode::Take));
        }
    }

    fn greet(&mut self, at: usize) {
        let seat = self.seats[at].id;
        let resume_token = self.shared.issue_resume(self.live.facts.id, seat);
        let ready = VoiceDown::Ready {
            call_id: self.live.facts.id.to_string(),
            codec: super::frame::CODEC_PCM_24K,
            frame_ms: audio::FRAME_MS,
            resume_token,
            limits: self.plan.limits,
            notice: self.plan.notice,
            state: self.state(),
        };
        self.tell(at, &ready);
    }

    fn agent_sits(&mut self, at: usize, takes: bool) {
        let seat = self.seats[at].id;
        let brief = self.brief();
        self.tell(at, &brief);
        self.sync_listening();
        self.show();
        if takes {
            self.take(seat);
        } else if self.holder == Some(seat) && !self.relay.is_with_assistant() {
            // The agent who had the call is back in time.
            self.apply(Input::Agent(AgentAction::Take));
        }
    }

    fn brief(&self) -> VoiceDown {
        let turns = self.relay.turns().filter_map(|turn| match turn {
            Turn::Said(role, text) if *text != self.plan.background => {
                Some(VoiceTurn { role: role_name(*role), text: text.clone() })
            }
            Turn::Said(..) | Turn::Tool(..) | Turn::Told(_) => None,
        });
        let turns: Vec<VoiceTurn> = turns.collect();
        let standing = self.live.standing();
        VoiceDown::Brief {
            summary: self.plan.summary.clone(),
            sentiment: standing.sentiment.map(|sentiment| sentiment.to_string()),
            last_turns: turns[turns.len().saturating_sub(BRIEF_TURNS)..].to_vec(),
            cost: super::usd(self.cost_nano_usd),
        }
    }

    /// Takes in a message of a side; false when its socket has ended.
    pub(super) fn hear_seat(&mut self, at: usize, message: Option<Result<Message, Error>>) -> bool {
        let now_ms = self.now_ms();
        match message {
            Some(Ok(message)) => {
                let now = self.shared.parts.hub.now();
                match self.seats[at].admit(message, now, now_ms) {
                    Some(Message::Binary(bytes)) => self.hear_sound(at, &bytes),
                    Some(Message::Text(text)) => self.hear_text(at, &text),
                    // Pings are answered by the library; after a close the stream ends by itself.
                    Some(Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_))
                    | None => {}
                }
                true
            }
            Some(Err(_)) | None => {
                self.lose_seat(at);
                false
            }
        }
    }

    fn hear_sound(&mut self, at: usize, bytes: &[u8]) {
        let frame = match parse_microphone(bytes) {
            Ok(Some(frame)) => frame,
            Ok(None) => return,
            Err(fault) => {
                let taken = self.seats[at].intake.refuse(fault);
                return self.note_bad(at, taken);
            }
        };
        let mut pieces: Vec<Vec<u8>> = Vec::with_capacity(1);
        let taken = self.seats[at].intake.take(frame, |piece| pieces.push(piece.to_vec()));
        self.note_bad(at, taken);
        let is_visitor = self.seats[at].is_visitor;
        let speaks = is_visitor || self.holder == Some(self.seats[at].id);
        let now_ms = self.now_ms();
        for piece in pieces.into_iter().filter(|_| speaks) {
            if let Some(recorder) = self.recorder.as_mut().filter(|_| is_visitor) {
                recorder.visitor(&piece, now_ms);
            }
            self.apply(if is_visitor { Input::Microphone(piece) } else { Input::AgentAudio(piece) });
        }
    }

    fn note_bad(&mut self, at: usize, taken: Taken) {
        match taken {
            Taken::Whole => {}
            Taken::Bad(fault) => self.complain(at, ErrorCode::BadRequest, fault.to_string()),
            Taken::Broken => self.seats[at].close(Some(CloseCode::BadFrame)),
        }
    }

    fn hear_text(&mut self, at: usize, text: &str) {
        let said = match VoiceUp::parse(text) {
            Ok(said) => said,
            Err(message) => return self.complain(at, ErrorCode::BadRequest, message),
        };
        match said {
            VoiceUp::Ping(data) => self.tell(at, &VoiceDown::Pong(data)),
            VoiceUp::Pong | VoiceUp::Unknown => {}
            said if self.seats[at].is_visitor => self.hear_visitor(at, &said),
            said => self.hear_agent(at, said),
        }
    }

    fn hear_visitor(&mut self, at: usize, said: &VoiceUp) {
        match said {
            VoiceUp::Played(played) => self.hear_played(*played),
            VoiceUp::Mute => self.apply(Input::Mute),
            VoiceUp::Unmute => self.apply(Input::Unmute),
            VoiceUp::Hangup => self.apply(Input::HangUp),
            _ => self.complain(at, ErrorCode::Forbidden, "that is for agents".to_owned()),
        }
    }

    fn hear_played(&mut self, played: VoicePlayed) {
        let now_ms = self.now_ms();
        if let Some(recorder) = &mut self.recorder {
            recorder.played(played.item, played.samples, now_ms);
        }
        self.apply(Input::Played(Played {
            generation: Generation(played.generation),
            tag: played.item,
            samples: played.samples,
            buffered_ms: played.buffered_ms,
        }));
        self.tell_heard_words();
    }

    /// Says that something was wrong, and goes on.
    pub(super) fn complain(&mut self, at: usize, code: ErrorCode, message: String) {
        let event = VoiceDown::Error { code: code.as_str(), message, retry: code.retry(), fatal: false };
        self.tell(at, &event);
    }

    /// A socket is gone; its side may come back.
    pub(super) fn lose_seat(&mut self, at: usize) {
        let now_ms = self.now_ms();
        if self.seats[at].is_gone() {
            return;
        }
        self.seats[at].stand(now_ms);
        if self.seats[at].is_visitor {
            self.apply(Input::LegLost);
            return;
        }
        if self.holder == Some(self.seats[at].id) && !self.relay.is_with_assistant() {
            self.apply(Input::Agent(AgentAction::Lost));
        }
        self.sync_listening();
        self.show();
    }

    /// Agents who have been away for too long have no seat any more.
    pub(super) fn forget_agents_who_left(&mut self) {
        let now_ms = self.now_ms();
        let is_over = |seat: &Leg| {
            !seat.is_visitor && seat.lost_ms.is_some_and(|lost| now_ms.saturating_sub(lost) > GRACE_MS)
        };
        self.seats.retain(|seat| !is_over(seat));
    }
}
