//! Serialises responses: a requested response waits until the previous one has ended.

use std::collections::VecDeque;

use super::{Obstacle, Purpose, ReplyId, RequestTag, ResponseId, SayId};

/// A provider that has not begun after so long will not; the connection is re-established.
const REQUEST_MS: u64 = 10_000;

/// How long a request that was refused because of an active response waits for the end of that response.
const ACTIVE_MS: u64 = 5_000;

/// Pauses before a request that was refused for another reason is sent again; after the last one the connection is
/// given up.
const REFUSED_MS: [u64; 3] = [500, 1_000, 2_000];

/// What may wait to be said; what an agent lets the assistant say beyond that is dropped with the oldest.
const WANTED_MAX: usize = 8;

/// Ended responses remembered, as a provider may end one twice or begin one late.
const ENDED_MAX: usize = 32;

#[derive(Debug, Clone)]
struct Request {
    tag: RequestTag,
    purpose: Purpose,
    until_ms: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Active {
    pub(super) id: ResponseId,
    pub(super) reply: ReplyId,
    /// The agent's words that it says.
    pub(super) say: Option<SayId>,
    /// Nothing of it is heard any more.
    pub(super) is_discarded: bool,
    /// It has to end by then.
    until_ms: Option<u64>,
}

/// Nothing is asked for until then: a request was refused.
#[derive(Debug, Clone)]
struct Pause {
    refused: Request,
    obstacle: Obstacle,
    until_ms: u64,
}

/// What a refusal comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is of a request that is out no more.
    Unknown,
    /// It is asked again, later.
    Later,
    /// It was asked often enough on this connection.
    Hopeless,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Responses {
    wanted: VecDeque<Purpose>,
    request: Option<Request>,
    pause: Option<Pause>,
    /// What was asked for under this tag is wanted no more, if it should begin.
    withdrawn: Option<RequestTag>,
    /// Refusals since a request was taken last.
    refused_count: usize,
    active: Option<Active>,
    ended: VecDeque<ResponseId>,
    next_tag: u32,
    next_reply: u32,
}

impl Responses {
    /// A wish; answers and greetings that wait already are one.
    pub(super) fn want(&mut self, purpose: Purpose) {
        if self.wanted.contains(&purpose) && !matches!(purpose, Purpose::Say(..)) {
            return;
        }
        if self.wanted.len() == WANTED_MAX {
            self.wanted.pop_front();
        }
        self.wanted.push_back(purpose);
    }

    /// What is to be asked for now. Invariant: never while a request or a response is out, nor in the pause after a
    /// refusal.
    pub(super) fn next_request(&mut self, now_ms: u64) -> Option<(RequestTag, Purpose)> {
        if self.request.is_some() || self.active.is_some() || self.pause.is_some() {
            return None;
        }
        let purpose = self.wanted.pop_front()?;
        let tag = RequestTag(self.next_tag);
        self.next_tag += 1;
        self.request = Some(Request { tag, purpose: purpose.clone(), until_ms: now_ms + REQUEST_MS });
        Some((tag, purpose))
    }

    /// A response has begun; `None` where it is over already. One that still ran before is given back as well:
    /// a provider has one at a time, so that one is over.
    pub(super) fn begin(
        &mut self,
        id: ResponseId,
        tag: Option<RequestTag>,
    ) -> Option<(ReplyId, Option<Active>)> {
        if self.ended.contains(&id) || self.active.as_ref().is_some_and(|active| active.id == id) {
            return None;
        }
        let say = tag.and_then(|tag| self.say_of(tag));
        if tag.is_some() && self.request.as_ref().map(|request| request.tag) == tag {
            self.request = None;
            self.refused_count = 0;
        }
        self.take_back_refusal(tag);
        let reply = ReplyId(self.next_reply);
        self.next_reply += 1;
        let before = self.active.replace(Active { id, reply, say, is_discarded: false, until_ms: None });
        if let Some(before) = &before {
            self.remember(before.id.clone());
        }
        Some((reply, before))
    }

    /// Whether this response is known to be over.
    pub(super) fn has_ended(&self, id: &ResponseId) -> bool {
        self.ended.contains(id)
    }

    /// The response is over; `None` where that is known or it never began here.
    pub(super) fn finish(&mut self, id: &ResponseId) -> Option<Active> {
        let is_active = self.active.as_ref().is_some_and(|active| active.id == *id);
        if !is_active && !self.has_ended(id) {
            self.remember(id.clone());
        }
        // Nothing blocks a request any more.
        self.pause.take_if(|pause| pause.obstacle == Obstacle::Active);
        if is_active { self.take_active() } else { None }
    }

    /// The request that is out was refused, or this one: it is asked again once what runs is over, or later.
    pub(super) fn refuse(&mut self, tag: Option<RequestTag>, obstacle: Obstacle, now_ms: u64) -> Refused {
        let is_meant = |request: &mut Request| tag.is_none_or(|tag| tag == request.tag);
        let Some(request) = self.request.take_if(is_meant) else { return Refused::Unknown };
        if self.withdrawn == Some(request.tag) {
            return Refused::Later;
        }
        self.request_again(request.purpose.clone());
        let Some(pause_ms) = REFUSED_MS.get(self.refused_count) else { return Refused::Hopeless };
        self.refused_count += 1;
        let wait_ms = match obstacle {
            Obstacle::Active => ACTIVE_MS,
            Obstacle::Other => *pause_ms,
        };
        self.pause = Some(Pause { refused: request, obstacle, until_ms: now_ms + wait_ms });
        Refused::Later
    }

    /// Ends the pause after a refusal where it is over; true where a response that was never announced is still in
    /// the way.
    pub(super) fn end_pause(&mut self, now_ms: u64) -> bool {
        let over = self.pause.take_if(|pause| now_ms >= pause.until_ms);
        over.is_some_and(|pause| pause.obstacle == Obstacle::Active) && self.active.is_none()
    }

    /// When the pause after a refusal is over.
    pub(super) fn retry_deadline(&self) -> Option<u64> {
        self.pause.as_ref().map(|pause| pause.until_ms)
    }

    /// A response to a request that was said to be refused: it was not.
    fn take_back_refusal(&mut self, tag: Option<RequestTag>) {
        let Some(pause) = self.pause.take_if(|pause| Some(pause.refused.tag) == tag) else { return };
        self.refused_count = 0;
        if let Some(at) = self.wanted.iter().position(|purpose| *purpose == pause.refused.purpose) {
            self.wanted.remove(at);
        }
    }

    fn request_again(&mut self, purpose: Purpose) {
        if !self.wanted.contains(&purpose) {
            self.wanted.push_front(purpose);
        }
    }

    /// Nothing of the active response is to be heard; it is given where it was not so already. Where the provider
    /// can end it, it has to soon.
    pub(super) fn discard(&mut self, can_end: bool, now_ms: u64) -> Option<&Active> {
        let active = self.active.as_mut().filter(|active| !active.is_discarded)?;
        active.is_discarded = true;
        active.until_ms = can_end.then_some(now_ms + REQUEST_MS);
        Some(active)
    }

    /// Everything ends with the connection. What was asked for and not begun is wanted again.
    pub(super) fn abandon(&mut self) -> Option<Active> {
        if let Some(request) = self.request.take()
            && self.withdrawn != Some(request.tag)
        {
            self.request_again(request.purpose);
        }
        self.pause = None;
        self.refused_count = 0;
        self.take_active()
    }

    /// Nothing is wanted any more, nor what was asked for and has not begun.
    pub(super) fn forget_wishes(&mut self) {
        self.wanted.clear();
        self.withdrawn = self.unbegun().map(|request| request.tag);
    }

    /// These words of an agent are wanted no more.
    pub(super) fn withdraw(&mut self, id: SayId) {
        self.wanted.retain(|purpose| !is_say(purpose, id));
        let asked = self.unbegun().filter(|request| is_say(&request.purpose, id)).map(|request| request.tag);
        self.withdrawn = asked.or(self.withdrawn);
    }

    /// Whether what was asked for under this tag is wanted no more.
    pub(super) fn is_withdrawn(&self, tag: Option<RequestTag>) -> bool {
        tag.is_some() && self.withdrawn == tag
    }

    /// Whether these words of an agent are still to be said, or are being said.
    pub(super) fn holds(&self, id: SayId) -> bool {
        let is_asked = self
            .request
            .as_ref()
            .is_some_and(|request| is_say(&request.purpose, id) && self.withdrawn != Some(request.tag));
        let is_active =
            self.active.as_ref().is_some_and(|active| active.say == Some(id) && !active.is_discarded);
        is_asked || is_active || self.wanted.iter().any(|purpose| is_say(purpose, id))
    }

    /// What was asked for and has not begun: the request that is out, or the one that was refused last.
    fn unbegun(&self) -> Option<&Request> {
        self.request.as_ref().or(self.pause.as_ref().map(|pause| &pause.refused))
    }

    /// The agent's words that were asked for under this tag.
    fn say_of(&self, tag: RequestTag) -> Option<SayId> {
        let request = self.unbegun().filter(|request| request.tag == tag)?;
        match &request.purpose {
            Purpose::Say(id, _) => Some(*id),
            Purpose::Greeting | Purpose::Answer => None,
        }
    }

    pub(super) fn active(&self) -> Option<&Active> {
        self.active.as_ref()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.active.is_none() && self.request.is_none()
    }

    /// When the provider has waited too long with a beginning or an end.
    pub(super) fn next_deadline(&self) -> Option<u64> {
        let request = self.request.as_ref().map(|request| request.until_ms);
        let active = self.active.as_ref().and_then(|active| active.until_ms);
        request.into_iter().chain(active).min()
    }

    fn take_active(&mut self) -> Option<Active> {
        let active = self.active.take()?;
        self.remember(active.id.clone());
        Some(active)
    }

    fn remember(&mut self, id: ResponseId) {
        if self.ended.len() == ENDED_MAX {
            self.ended.pop_front();
        }
        self.ended.push_back(id);
    }
}

fn is_say(purpose: &Purpose, id: SayId) -> bool {
    matches!(purpose, Purpose::Say(one, _) if *one == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> ResponseId {
        ResponseId(name.into())
    }

    #[test]
    fn nothing_is_asked_for_while_a_request_or_a_response_is_out() {
        let mut responses = Responses::default();
        responses.want(Purpose::Answer);
        responses.want(Purpose::Answer);
        let (tag, _) = responses.next_request(0).unwrap();
        responses.want(Purpose::Answer);

        assert_eq!(responses.next_request(0), None);
        responses.begin(id("r1"), Some(tag));
        assert_eq!(responses.next_request(0), None);
        responses.finish(&id("r1"));
        assert!(responses.next_request(0).is_some());
    }

    #[test]
    fn a_refused_request_is_asked_again_after_the_one_that_ran() {
        let mut responses = Responses::default();
        responses.want(Purpose::Greeting);
        responses.next_request(0);
        responses.begin(id("own"), None);
        responses.refuse(None, Obstacle::Active, 0);
        assert_eq!(responses.next_request(0), None);

        responses.finish(&id("own"));

        assert_eq!(responses.next_request(0).map(|(_, purpose)| purpose), Some(Purpose::Greeting));
    }

    #[test]
    fn a_response_ends_once_and_does_not_begin_after_its_end() {
        let mut responses = Responses::default();
        responses.begin(id("r1"), None);

        assert!(responses.finish(&id("r1")).is_some());
        assert!(responses.finish(&id("r1")).is_none());
        assert!(responses.finish(&id("r2")).is_none());
        assert!(responses.begin(id("r2"), None).is_none());
    }
}
