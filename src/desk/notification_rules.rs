//! Decides what agents are told of when something is committed, and what that makes read. Nothing here knows storage.

use rooms::{Body, ClosedBy, Event, Responder, Timestamp, UserId, UserKind};

use crate::hub::Noted;
use crate::model::NotificationKind;

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recipients {
    /// This agent, unless they look at the conversation.
    Watcher(UserId),
    /// This agent.
    One(UserId),
    /// The agents who are online but for one; where nobody is, all of the org.
    Available {
        /// Who knows already.
        but: Option<UserId>,
    },
    /// The agents who follow the conversation but for one, unless they look at it.
    Followers {
        /// Who knows already.
        but: Option<UserId>,
    },
    /// Who was told that the visitor waits or calls; where nobody was, all agents of the org.
    WhoWereTold,
}

/// Something that agents are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Occasion {
    pub(super) kind: NotificationKind,
    pub(super) recipients: Recipients,
    /// Who was told since then is not told again.
    pub(super) once_since: Option<Timestamp>,
}

/// Whose notifications of a conversation something makes read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settling {
    /// Nobody has to come any more but for one: those that a visitor waits or calls.
    Wait {
        /// Who has to come still.
        but: Option<UserId>,
    },
    /// All of an agent's, who has seen them.
    Of(UserId),
}

/// What agents are told of by an entry.
pub(super) fn occasion(noted: &Noted) -> Option<Occasion> {
    let (head, entry) = (&noted.head, &noted.entry);
    let by = (entry.author.kind == UserKind::Agent).then_some(entry.author.id);
    let waits = matches!(head.responder, Responder::Waiting { .. });
    let waiting = |once_since| Occasion {
        kind: if head.call.is_some() { NotificationKind::Call } else { NotificationKind::Handoff },
        recipients: Recipients::Available { but: by },
        once_since: Some(once_since),
    };
    let missed = |once_since| Occasion {
        kind: NotificationKind::Missed,
        recipients: Recipients::WhoWereTold,
        once_since,
    };
    let to = |kind, recipients| Occasion { kind, recipients, once_since: None };
    match &entry.body {
        Body::Message(content) if entry.author.kind == UserKind::Visitor && !content.is_answered => {
            match &head.responder {
                Responder::Agent { agent, .. } => {
                    Some(to(NotificationKind::VisitorWrote, Recipients::Watcher(agent.id)))
                }
                Responder::Waiting { since } => Some(waiting(*since)),
                Responder::Assistant { .. } => None,
            }
        }
        Body::Event(Event::Handoff { .. }) if waits => Some(waiting(entry.created_at)),
        Body::Event(Event::Release { to_assistant: false, agent: Some(_), .. }) if waits => {
            Some(waiting(entry.created_at))
        }
        Body::Event(Event::Release { agent: None, reason: Some(reason), .. })
            if &**reason == "nobody_came" =>
        {
            Some(missed(None))
        }
        Body::Event(Event::Assigned { agent: Some(agent) }) if by != Some(agent.id) => {
            Some(to(NotificationKind::Assigned, Recipients::One(agent.id)))
        }
        Body::Event(Event::CallStarted { .. }) => match &head.responder {
            Responder::Agent { agent, .. } => Some(to(NotificationKind::Call, Recipients::One(agent.id))),
            Responder::Waiting { .. } => Some(waiting(entry.created_at)),
            Responder::Assistant { .. } => None,
        },
        Body::Event(Event::CallEnded { .. }) if waits => Some(missed(Some(head.responder.since()))),
        // Who waited when it was closed is answered by the assistant since the very same moment.
        Body::Event(Event::Closed { by }) if *by != ClosedBy::Agent => match head.responder {
            Responder::Assistant { since }
                if since == entry.created_at && head.last_visitor_message_seq != 0 =>
            {
                Some(missed(head.handoff.as_ref().map(|handoff| handoff.at)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// What agents who follow the conversation are told of by an entry: words of its visitor, and its close.
pub(super) fn occasion_to_follow(noted: &Noted) -> Option<Occasion> {
    let (head, entry) = (&noted.head, &noted.entry);
    let but = match &entry.body {
        Body::Message(content) if entry.author.kind == UserKind::Visitor && !content.is_answered => {
            head.responder.agent().map(|agent| agent.id)
        }
        Body::Event(Event::Closed { .. }) => Some(entry.author.id),
        _ => return None,
    };
    let recipients = Recipients::Followers { but };
    Some(Occasion { kind: NotificationKind::Followed, recipients, once_since: None })
}

/// To whom a conversation was handed over with a note that mentions them: the note tells them of it.
pub(super) fn told_by_note(noted: &Noted) -> Option<UserId> {
    let Body::Note(content) = &noted.entry.body else { return None };
    let metadata: serde_json::Value = serde_json::from_str(content.metadata.as_deref()?).ok()?;
    let assigned = metadata.get("assigned")?;
    let is_mentioned = metadata.get("mentions")?.as_array()?.contains(assigned);
    assigned.as_str().filter(|_| is_mentioned)?.parse().ok()
}

/// What an entry makes read.
pub(super) fn settling(noted: &Noted) -> Vec<Settling> {
    let author = &noted.entry.author;
    let mut settling = Vec::new();
    let is_waiting = matches!(noted.head.responder, Responder::Waiting { .. });
    match &noted.entry.body {
        Body::Event(
            Event::Takeover { .. } | Event::Closed { .. } | Event::Release { to_assistant: true, .. },
        ) => settling.push(Settling::Wait { but: None }),
        Body::Event(Event::Assigned { agent: Some(agent) }) if is_waiting => {
            let but = (agent.id != author.id).then_some(agent.id);
            settling.push(Settling::Wait { but });
        }
        _ => {}
    }
    let is_own = matches!(noted.entry.body, Body::Message(_) | Body::Event(Event::Takeover { .. }));
    if is_own && author.kind == UserKind::Agent {
        settling.push(Settling::Of(author.id));
    }
    settling
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rooms::{
        CallId, ChannelId, Content, ConversationId, Entry, EntryId, Head, LiveCall, OrgId, TicketId, User,
    };

    use super::*;
    use crate::hub::RoomFacts;

    const NOW: Timestamp = Timestamp(1_000);

    fn user(id: u128, kind: UserKind) -> User {
        User { id: UserId(id), kind, name: "X".into() }
    }

    fn ann() -> User {
        user(7, UserKind::Agent)
    }

    fn visitor() -> User {
        user(3, UserKind::Visitor)
    }

    fn head(responder: Responder) -> Head {
        let mut head = Head::begin(true, Timestamp(1));
        head.responder = responder;
        head.last_visitor_message_seq = 1;
        head
    }

    fn noted(head: Head, author: User, body: Body) -> Noted {
        let facts = RoomFacts {
            id: ConversationId(4),
            org: OrgId(1),
            channel: ChannelId(2),
            visitor: UserId(3),
            epoch: "e".into(),
            previous: None,
        };
        let entry = Entry {
            id: EntryId(9),
            seq: 5,
            visitor_prev: Some(4),
            author,
            body,
            takeover: 1,
            created_at: NOW,
        };
        Noted { facts: Arc::new(facts), head: Arc::new(head), entry: Arc::new(entry) }
    }

    fn waiting() -> Head {
        head(Responder::Waiting { since: Timestamp(500) })
    }

    fn held() -> Head {
        head(Responder::Agent { agent: ann(), since: Timestamp(500) })
    }

    fn assisted() -> Head {
        head(Responder::Assistant { since: Timestamp(500) })
    }

    fn message() -> Body {
        Body::Message(Content::default())
    }

    fn told(noted: &Noted) -> Option<(NotificationKind, Recipients, Option<i64>)> {
        occasion(noted).map(|one| (one.kind, one.recipients, one.once_since.map(|since| since.0)))
    }

    #[test]
    fn words_of_a_visitor_are_for_who_holds_the_conversation_or_for_those_who_may_take_it() {
        let available = Recipients::Available { but: None };

        assert_eq!(
            told(&noted(held(), visitor(), message())),
            Some((NotificationKind::VisitorWrote, Recipients::Watcher(UserId(7)), None))
        );
        assert_eq!(
            told(&noted(waiting(), visitor(), message())),
            Some((NotificationKind::Handoff, available, Some(500))),
            "once for a wait"
        );
        assert_eq!(told(&noted(assisted(), visitor(), message())), None);
        assert_eq!(told(&noted(held(), ann(), message())), None);
        let spoken = Body::Message(Content { is_answered: true, ..Content::default() });
        assert_eq!(told(&noted(held(), visitor(), spoken)), None, "said in a call");
    }

    #[test]
    fn a_request_for_a_person_in_a_call_is_a_call() {
        let handoff =
            || Body::Event(Event::Handoff { reason: "words".into(), words: Vec::new(), ticket: TicketId(1) });
        let kind = |noted: &Noted| told(noted).map(|(kind, ..)| kind);
        let mut calling = waiting();
        calling.call = Some(LiveCall { id: CallId(1), since: NOW });

        assert_eq!(kind(&noted(waiting(), visitor(), handoff())), Some(NotificationKind::Handoff));
        assert_eq!(kind(&noted(calling, visitor(), handoff())), Some(NotificationKind::Call));
        let started = || Body::Event(Event::CallStarted { call: CallId(1) });
        assert_eq!(kind(&noted(held(), visitor(), started())), Some(NotificationKind::Call));
        assert_eq!(kind(&noted(assisted(), visitor(), started())), None, "the assistant answers");
    }

    #[test]
    fn nobody_is_told_of_what_they_did_themselves() {
        let assigned = |agent: Option<User>| Body::Event(Event::Assigned { agent });
        let bob = user(8, UserKind::Agent);

        assert_eq!(told(&noted(held(), ann(), assigned(Some(ann())))), None);
        assert_eq!(told(&noted(held(), ann(), assigned(None))), None);
        assert_eq!(
            told(&noted(held(), bob.clone(), assigned(Some(ann())))),
            Some((NotificationKind::Assigned, Recipients::One(UserId(7)), None))
        );
        let released =
            Body::Event(Event::Release { agent: Some(bob.clone()), to_assistant: false, reason: None });
        assert_eq!(
            told(&noted(waiting(), bob, released)).map(|(_, recipients, _)| recipients),
            Some(Recipients::Available { but: Some(UserId(8)) })
        );
    }

    #[test]
    fn who_follows_is_told_of_words_of_the_visitor_and_of_the_close() {
        let told = |noted: &Noted| occasion_to_follow(noted).map(|one| (one.kind, one.recipients));
        let followers = |but: Option<u128>| {
            Some((NotificationKind::Followed, Recipients::Followers { but: but.map(UserId) }))
        };
        let closed = || Body::Event(Event::Closed { by: ClosedBy::Agent });

        assert_eq!(
            told(&noted(held(), visitor(), message())),
            followers(Some(7)),
            "who answers is told anyway"
        );
        assert_eq!(told(&noted(assisted(), visitor(), message())), followers(None));
        assert_eq!(told(&noted(held(), ann(), closed())), followers(Some(7)), "who closed it knows");
        assert_eq!(told(&noted(held(), ann(), message())), None);
    }

    #[test]
    fn who_left_without_a_person_was_missed() {
        let closed = |by| Body::Event(Event::Closed { by });
        let kind =
            |head: Head, author: User, body: Body| told(&noted(head, author, body)).map(|(kind, ..)| kind);
        let waited = || head(Responder::Assistant { since: NOW });
        let missed = Some(NotificationKind::Missed);

        assert_eq!(kind(waited(), visitor(), closed(ClosedBy::Visitor)), missed);
        assert_eq!(kind(waited(), visitor(), closed(ClosedBy::Idle)), missed);
        assert_eq!(kind(waited(), ann(), closed(ClosedBy::Agent)), None, "an agent decided so");
        assert_eq!(kind(assisted(), visitor(), closed(ClosedBy::Visitor)), None);
        assert_eq!(kind(held(), visitor(), closed(ClosedBy::Visitor)), None);
        let mut unwritten = waited();
        unwritten.last_visitor_message_seq = 0;
        assert_eq!(kind(unwritten, visitor(), closed(ClosedBy::Idle)), None, "nobody wrote anything");
        let ended = Body::Event(Event::CallEnded { call: CallId(1), seconds: 9, reason: "visitor".into() });
        assert_eq!(kind(waiting(), visitor(), ended), missed);
    }

    #[test]
    fn what_an_agent_does_in_a_conversation_makes_their_notifications_of_it_read() {
        let takeover = Body::Event(Event::Takeover { agent: ann() });
        let back = Body::Event(Event::Release { agent: Some(ann()), to_assistant: true, reason: None });

        assert_eq!(
            settling(&noted(held(), ann(), takeover)),
            [Settling::Wait { but: None }, Settling::Of(UserId(7))]
        );
        assert_eq!(settling(&noted(held(), ann(), message())), [Settling::Of(UserId(7))]);
        assert_eq!(settling(&noted(held(), visitor(), message())), []);
        let assigned = || Body::Event(Event::Assigned { agent: Some(ann()) });
        let bob = user(8, UserKind::Agent);
        let others = Settling::Wait { but: Some(UserId(7)) };
        assert_eq!(settling(&noted(waiting(), bob.clone(), assigned())), [others], "Ann has to come still");
        assert_eq!(settling(&noted(waiting(), ann(), assigned())), [Settling::Wait { but: None }]);
        assert_eq!(settling(&noted(held(), bob, assigned())), []);
        assert_eq!(settling(&noted(assisted(), ann(), back)), [Settling::Wait { but: None }]);
    }

    #[test]
    fn a_note_of_a_hand_over_tells_whom_it_mentions() {
        let told = |metadata: &str| {
            let content = Content { metadata: Some(metadata.into()), ..Content::default() };
            told_by_note(&noted(held(), user(8, UserKind::Agent), Body::Note(content)))
        };
        let (ann, bob) = (UserId(7), UserId(8));

        assert_eq!(told(&format!(r#"{{"assigned":"{ann}","mentions":["{ann}"]}}"#)), Some(ann));
        assert_eq!(told(&format!(r#"{{"assigned":"{ann}","mentions":["{bob}"]}}"#)), None);
        assert_eq!(told(&format!(r#"{{"mentions":["{bob}"]}}"#)), None);
    }
}
