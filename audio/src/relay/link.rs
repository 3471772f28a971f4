//! Lifecycle of the provider connection: dial, configure, rotate before expiry, redial after a failure.

use super::links::{Next, Stage, due_before};
use super::{Capabilities, Clip, Command, Input, LinkHealth, LinkId, Loss, Output, Relay, Sensitivity, Turn};
use super::{Purpose, ReplyEnd};

/// Connecting and configuring take well under a second; after so long they will not come.
const DIAL_MS: u64 = 5_000;
/// Pauses before each further try at one provider, in milliseconds (VOICE.md section 3).
pub const BACKOFF_MS: [u64; 3] = [100, 500, 2_000];
/// A provider that cannot be had for so long is passed over.
const PATIENCE_MS: u64 = 8_000;
/// A connection that has stood so long counts as good, and its provider's tries start over.
const STABLE_MS: u64 = 10_000;
/// Silence of an outage that is covered by a clip.
const CLIP_MS: u64 = 1_200;
/// Connections are changed after 25 minutes, or a tenth before the provider's limit.
const ROTATE_MS: u64 = 25 * 60_000;

impl Relay {
    pub(super) fn dial(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        self.links.current = self.links.new_link();
        self.links.capabilities = None;
        self.links.expiry_ms = None;
        self.links.stage = Stage::Dialling { until_ms: now_ms + DIAL_MS };
        out.push(Output::Dial { link: self.links.current, provider: self.links.provider });
    }

    /// Tries every provider again, as an agent has given the call back to an assistant that has none.
    pub(super) fn redial(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        if matches!(self.links.stage, Stage::Failed | Stage::Unused) {
            self.links.provider = 0;
            self.dial(now_ms, out);
        }
    }

    /// The connection stands: the session is set up before anything is heard on it.
    pub(super) fn connected(&mut self, link: LinkId, can: Capabilities, now_ms: u64, out: &mut Vec<Output>) {
        let told_count = self.script.told_count();
        let until_ms = now_ms + DIAL_MS;
        if let Some(next) = self.links.next.as_mut().filter(|next| next.link == link) {
            *next = Next { capabilities: Some(can), told_count, until_ms, ..*next };
        } else if matches!(self.links.stage, Stage::Dialling { .. }) {
            self.links.capabilities = Some(can);
            self.links.told_count = told_count;
            self.links.stage = Stage::Configuring { until_ms };
        } else {
            return;
        }
        let sensitivity = if self.is_settled { Sensitivity::Normal } else { Sensitivity::Low };
        let history = self.script.history_since(0);
        out.push(Output::Send(link, Command::Configure { history, sensitivity }));
    }

    pub(super) fn configured(&mut self, link: LinkId, now_ms: u64, out: &mut Vec<Output>) {
        if let Some(next) = self.links.next.as_mut().filter(|next| next.link == link) {
            next.is_configured = next.capabilities.is_some();
        } else if matches!(self.links.stage, Stage::Configuring { .. }) {
            self.use_link(now_ms);
            self.begin_hearing(now_ms, out);
            self.send_missed(self.links.told_count, out);
            if std::mem::take(&mut self.wants_greeting) {
                self.responses.want(Purpose::Greeting);
            } else if self.owes_answer {
                self.responses.want(Purpose::Answer);
            }
        }
    }

    /// At a quiet point, the new connection takes over; every frame goes to exactly one of them.
    pub(super) fn rotate(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        let Some(next) = self.links.next.filter(|next| next.is_configured) else { return };
        let is_quiet = self.responses.is_idle()
            && !self.script.has_open_reply()
            && !self.tools.is_running()
            && !self.delegations.is_running()
            && !self.script.has_settling()
            && self.is_quiet();
        if !is_quiet {
            return;
        }
        out.push(Output::Drop(self.links.current));
        self.links.next = None;
        self.links.current = next.link;
        self.links.capabilities = next.capabilities;
        self.links.expiry_ms = next.expiry_ms;
        self.use_link(now_ms);
        self.begin_hearing(now_ms, out);
        self.send_missed(next.told_count, out);
    }

    /// A connection that will end soon, or has stood for long, gets a successor.
    pub(super) fn prepare_rotation(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        if self.links.next.is_some() || !self.links.is_ready() {
            return;
        }
        let link = self.links.new_link();
        self.links.next = Some(Next {
            link,
            capabilities: None,
            is_configured: false,
            told_count: 0,
            until_ms: now_ms + DIAL_MS,
            expiry_ms: None,
        });
        out.push(Output::Dial { link, provider: self.links.provider });
    }

    /// A connection is gone.
    pub(super) fn lost(&mut self, link: LinkId, loss: Loss, now_ms: u64, out: &mut Vec<Output>) {
        if self.links.next.is_some_and(|next| next.link == link) {
            self.links.next = None;
            self.links.rotate_ms = Some(now_ms + PATIENCE_MS);
            return;
        }
        self.end_with_link(now_ms, out);
        self.uplink.rewind();
        self.speaking.set_visitor(false);
        if let Stage::Ready { since_ms } = self.links.stage {
            if now_ms.saturating_sub(since_ms) >= STABLE_MS || self.links.has_served {
                self.links.attempt = 0;
                self.links.troubled_ms = None;
            }
            self.links.clip_ms = Some(now_ms + CLIP_MS);
        }
        if let Some(next) = self.links.next.take_if(|next| next.is_configured) {
            self.links.current = next.link;
            self.links.capabilities = next.capabilities;
            self.links.expiry_ms = next.expiry_ms;
            self.use_link(now_ms);
            self.begin_hearing(now_ms, out);
            self.send_missed(next.told_count, out);
            if self.owes_answer {
                self.responses.want(Purpose::Answer);
            }
            return;
        }
        if let Some(next) = self.links.next.take() {
            out.push(Output::Drop(next.link));
        }
        self.links.rotate_ms = None;
        self.back_off(loss, now_ms, out);
    }

    /// Ends every connection, as nobody is there to be heard; the call dials again when somebody is.
    pub(super) fn disconnect_provider(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        for link in self.links.open() {
            out.push(Output::Drop(link));
        }
        self.end_with_link(now_ms, out);
        self.uplink.rewind();
        self.speaking.set_visitor(false);
        let links = &mut self.links;
        links.next = None;
        (links.clip_ms, links.rotate_ms, links.troubled_ms) = (None, None, None);
        links.attempt = 0;
        links.stage = Stage::Unused;
    }

    /// The connection stands and answers nothing: it is re-established, and counts as a failed try however long it stood.
    pub(super) fn abandon_link(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        out.push(Output::Drop(self.links.current));
        if let Stage::Ready { since_ms } = &mut self.links.stage {
            *since_ms = now_ms;
        }
        self.lost(self.links.current, Loss::Passing, now_ms, out);
    }

    fn back_off(&mut self, loss: Loss, now_ms: u64, out: &mut Vec<Output>) {
        let links = &mut self.links;
        let since_ms = *links.troubled_ms.get_or_insert(now_ms);
        let is_patient = loss == Loss::Passing && now_ms.saturating_sub(since_ms) < PATIENCE_MS;
        if let Some(pause_ms) = BACKOFF_MS.get(links.attempt).filter(|_| is_patient) {
            links.attempt += 1;
            links.stage = Stage::BackingOff { until_ms: now_ms + pause_ms };
            return;
        }
        links.attempt = 0;
        links.troubled_ms = None;
        if links.provider + 1 < self.rules.provider_count {
            links.provider += 1;
            self.dial(now_ms, out);
        } else {
            links.stage = Stage::Failed;
            links.clip_ms = None;
            self.ask_for_person(now_ms, out);
        }
    }

    pub(super) fn expire_links(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        if self.links.clip_ms.take_if(|due| now_ms >= *due).is_some() {
            out.push(Output::Clip(Clip::OneMoment));
        }
        if let Some(next) = self.links.next.filter(|next| !next.is_configured && now_ms >= next.until_ms) {
            out.push(Output::Drop(next.link));
            self.lost(next.link, Loss::Passing, now_ms, out);
        }
        match self.links.stage {
            Stage::Dialling { until_ms } | Stage::Configuring { until_ms } if now_ms >= until_ms => {
                out.push(Output::Drop(self.links.current));
                self.lost(self.links.current, Loss::Passing, now_ms, out);
            }
            Stage::BackingOff { until_ms } if now_ms >= until_ms => self.dial(now_ms, out),
            Stage::Ready { .. } if self.responses.next_deadline().is_some_and(|due| now_ms >= due) => {
                self.abandon_link(now_ms, out);
            }
            Stage::Ready { .. } if self.responses.end_pause(now_ms) && self.can().can_cancel => {
                self.send(Command::CancelActive, out);
            }
            Stage::Ready { .. } if self.links.rotate_ms.is_some_and(|due| now_ms >= due) => {
                self.links.rotate_ms = None;
                self.prepare_rotation(now_ms, out);
            }
            _ => {}
        }
    }

    /// How the way to the provider is, as it is shown. Where a person has the call, none is needed.
    pub(super) fn health(&self) -> LinkHealth {
        let is_unneeded = self.links.stage == Stage::Unused && !self.floor.is_assistant();
        if is_unneeded { LinkHealth::Ok } else { self.links.health() }
    }

    /// Whether an event of this connection still matters.
    pub(super) fn is_current(&self, link: LinkId) -> bool {
        self.links.open().contains(&link)
    }

    /// What the relay may count on.
    pub(super) fn can(&self) -> Capabilities {
        self.links.capabilities.unwrap_or(Capabilities::NONE)
    }

    pub(super) fn send(&self, command: Command, out: &mut Vec<Output>) {
        if self.links.is_ready() {
            out.push(Output::Send(self.links.current, command));
        }
    }

    /// Adds something that only the model hears, now and in every session to come.
    pub(super) fn add_turn(&mut self, turn: Turn, out: &mut Vec<Output>) {
        self.script.append(turn.clone());
        self.send(Command::Add(turn), out);
    }

    fn send_missed(&mut self, told_count: usize, out: &mut Vec<Output>) {
        for turn in self.script.history_since(told_count) {
            self.send(Command::Add(turn), out);
        }
    }

    fn use_link(&mut self, now_ms: u64) {
        self.links.stage = Stage::Ready { since_ms: now_ms };
        self.links.has_served = false;
        self.links.clip_ms = None;
        let limit_ms = self.can().max_session_ms.map_or(ROTATE_MS, |max| ROTATE_MS.min(max / 10 * 9));
        let expiry_ms = self.links.expiry_ms.map(|expiry_ms| due_before(expiry_ms, now_ms));
        self.links.rotate_ms = expiry_ms.into_iter().chain([now_ms + limit_ms]).min();
    }

    /// Nothing more comes of what ran on the connection; what was received is still heard.
    fn end_with_link(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        if let Some(active) = self.responses.abandon() {
            self.owes_answer |= !active.is_discarded;
            out.push(Output::ReplyEnded(active.reply, ReplyEnd::Lost));
        }
        self.tools.close_all();
        self.lose_turn();
        self.complete_replies(now_ms, out);
        if self.script.forget_unheard() {
            // The next connection hears the turn itself, and answers then.
            self.owes_answer = false;
        }
    }
}

impl Input {
    /// Whether this comes over a connection that is given up.
    pub(super) fn is_stale(&self, relay: &Relay) -> bool {
        matches!(self, Self::Upstream(link, _) if !relay.is_current(*link))
    }
}
