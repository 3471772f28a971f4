//! The transcript of a call, from the start of an utterance to its entry: which entry it becomes, what its readers
//! know of it, and the visitor's words that come after the end.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use audio::UtteranceId;
use audio::relay::{Ending, Floor, ItemId, Role};
use rooms::{EntryId, User};

use super::scribe::Job;
use super::wire_names::role_name;
use crate::wire::VoiceDown;

/// An utterance that has begun.
#[derive(Debug)]
struct Begun {
    /// The id that its entry will have.
    entry: EntryId,
    /// Who says it, where it is said to a person.
    to_person: Option<User>,
}

/// What becomes of an utterance: what everybody is told, and what is to be stored.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) told: VoiceDown,
    pub(super) job: Option<Job>,
}

/// The utterances of a call.
#[derive(Debug)]
pub(super) struct Transcript {
    visitor: User,
    /// Who says what the relay is just now told of, where they say it to a person.
    speaker: Option<User>,
    /// Utterances that have begun and are not written yet.
    begun: HashMap<UtteranceId, Begun>,
    /// The visitor's turns whose words had not come when the call ended: their entries, and the words so far.
    late: HashMap<ItemId, (EntryId, Arc<str>)>,
    /// How much of the assistant's words its readers know, and of which utterance.
    told: Option<(UtteranceId, usize)>,
    /// Entries that were spoken here; others were typed.
    spoken: HashSet<EntryId>,
}

impl Transcript {
    /// Of a call of this visitor in which nothing was said yet.
    pub(super) fn new(visitor: User) -> Self {
        Self {
            visitor,
            speaker: None,
            begun: HashMap::new(),
            late: HashMap::new(),
            told: None,
            spoken: HashSet::new(),
        }
    }

    /// Who says what the relay is told of next, where they say it to a person; `None` once it knows.
    pub(super) fn set_speaker(&mut self, speaker: Option<User>) {
        self.speaker = speaker;
    }

    /// An utterance begins, which will be this entry.
    pub(super) fn begin(
        &mut self,
        utterance: UtteranceId,
        role: Role,
        entry: EntryId,
        floor: Floor,
    ) -> Published {
        let to_person = match role {
            Role::Visitor if floor != Floor::Assistant => Some(self.visitor.clone()),
            Role::Visitor | Role::Agent => self.speaker.clone(),
            Role::Assistant => None,
        };
        self.begun.insert(utterance, Begun { entry, to_person });
        let (item, entry_id) = (utterance.tag(), entry.to_string());
        Published { told: VoiceDown::Item { item, entry_id, role: role_name(role) }, job: None }
    }

    /// All words so far of what a person says. What the assistant says is shown as it is heard, not as it comes.
    pub(super) fn words(&self, utterance: UtteranceId, role: Role, words: &str) -> Option<Published> {
        let begun = self.begun.get(&utterance).filter(|_| role != Role::Assistant)?;
        Some(Published { told: words_of(begun.entry, role, words, false), job: None })
    }

    /// What more of the assistant's words has been heard, where that is more than its readers know.
    pub(super) fn heard(&mut self, utterance: UtteranceId, words: &str) -> Option<Published> {
        let known = self.told.filter(|(told, _)| *told == utterance).map_or(0, |(_, length)| length);
        if words.len() <= known {
            return None;
        }
        let entry = self.begun.get(&utterance)?.entry;
        self.told = Some((utterance, words.len()));
        let job = Some(Job::Heard { entry, text: words.to_owned() });
        Some(Published { told: words_of(entry, Role::Assistant, words, false), job })
    }

    /// An utterance is over; `None` where it never began.
    pub(super) fn finish(
        &mut self,
        utterance: UtteranceId,
        role: Role,
        text: Arc<str>,
        ending: Ending,
    ) -> Option<Published> {
        let Begun { entry, to_person } = self.begun.remove(&utterance)?;
        let told = words_of(entry, role, &text, true);
        // An utterance without a transcript becomes no entry.
        if text.is_empty() {
            return Some(Published { told, job: None });
        }
        if role != Role::Assistant {
            self.spoken.insert(entry);
        }
        let job = match (role, to_person) {
            (Role::Assistant, _) => {
                Some(Job::Said { entry, text, is_interrupted: ending == Ending::Interrupted })
            }
            (_, Some(author)) => Some(Job::Overheard { entry, author, text }),
            (Role::Visitor, None) => Some(Job::Asked { entry, text }),
            // Only an agent who has the call is listened to.
            (Role::Agent, None) => None,
        };
        Some(Published { told, job })
    }

    /// Whether an entry was spoken here; asked once for each.
    pub(super) fn take_spoken(&mut self, entry: EntryId) -> bool {
        self.spoken.remove(&entry)
    }

    /// At the end of the call the words of this turn are still to come.
    pub(super) fn await_words(&mut self, utterance: UtteranceId, item: ItemId, words: Arc<str>) {
        if let Some(begun) = self.begun.remove(&utterance) {
            self.late.insert(item, (begun.entry, words));
        }
    }

    /// Whether words of the visitor's are still to come after the end.
    pub(super) fn awaits_words(&self) -> bool {
        !self.late.is_empty()
    }

    /// The words of a turn have come, or will not: those that are known are stored.
    pub(super) fn end_late(&mut self, item: &ItemId, words: Option<Arc<str>>) -> Option<Job> {
        let (entry, so_far) = self.late.remove(item)?;
        self.late_job(entry, words.unwrap_or(so_far))
    }

    /// Nothing more comes: what has come is stored.
    pub(super) fn give_up_late(&mut self) -> Vec<Job> {
        let late = std::mem::take(&mut self.late);
        late.into_values().filter_map(|(entry, words)| self.late_job(entry, words)).collect()
    }

    fn late_job(&self, entry: EntryId, text: Arc<str>) -> Option<Job> {
        (!text.is_empty()).then(|| Job::Overheard { entry, author: self.visitor.clone(), text })
    }
}

fn words_of(entry: EntryId, role: Role, text: &str, is_final: bool) -> VoiceDown {
    VoiceDown::Transcript {
        entry_id: entry.to_string(),
        role: role_name(role),
        text: text.to_owned(),
        r#final: is_final,
    }
}

#[cfg(test)]
mod tests {
    use rooms::{UserId, UserKind};

    use super::*;

    const ONE: UtteranceId = UtteranceId(1);
    const ENTRY: EntryId = EntryId(7);

    fn person(kind: UserKind) -> User {
        User { id: UserId(9), kind, name: "P".into() }
    }

    fn transcript() -> Transcript {
        Transcript::new(person(UserKind::Visitor))
    }

    fn begun(role: Role, floor: Floor) -> Transcript {
        let mut transcript = transcript();
        transcript.begin(ONE, role, ENTRY, floor);
        transcript
    }

    fn job(mut transcript: Transcript, role: Role, text: &str, ending: Ending) -> Option<Job> {
        transcript.finish(ONE, role, text.into(), ending).expect("it has begun").job
    }

    #[test]
    fn each_speaker_is_stored_in_their_own_way() {
        let cut =
            job(begun(Role::Assistant, Floor::Assistant), Role::Assistant, "Hello", Ending::Interrupted);
        assert!(matches!(cut, Some(Job::Said { entry: ENTRY, is_interrupted: true, .. })), "{cut:?}");
        let asked = job(begun(Role::Visitor, Floor::Assistant), Role::Visitor, "hi", Ending::Whole);
        assert!(matches!(asked, Some(Job::Asked { entry: ENTRY, .. })), "{asked:?}");
        let unheard = job(begun(Role::Agent, Floor::Agent), Role::Agent, "hi", Ending::Whole);
        assert!(unheard.is_none(), "{unheard:?}");
        let unintelligible =
            job(begun(Role::Visitor, Floor::Assistant), Role::Visitor, "", Ending::Unintelligible);
        assert!(unintelligible.is_none(), "{unintelligible:?}");
    }

    #[test]
    fn what_is_said_to_a_person_is_stored_under_whose_words_they_are() {
        let author = |job: Option<Job>| match job {
            Some(Job::Overheard { author, .. }) => author.kind,
            other => panic!("{other:?}"),
        };
        let visitor = job(begun(Role::Visitor, Floor::Hold), Role::Visitor, "hi", Ending::Whole);
        assert_eq!(author(visitor), UserKind::Visitor);

        let mut aside = transcript();
        aside.set_speaker(Some(person(UserKind::Agent)));
        aside.begin(ONE, Role::Agent, ENTRY, Floor::Agent);
        aside.set_speaker(None);
        assert_eq!(author(job(aside, Role::Agent, "hi", Ending::Whole)), UserKind::Agent);
    }

    #[test]
    fn words_of_the_assistant_are_shown_as_they_are_heard_alone() {
        assert!(begun(Role::Visitor, Floor::Assistant).words(ONE, Role::Visitor, "hi").is_some());
        assert!(begun(Role::Assistant, Floor::Assistant).words(ONE, Role::Assistant, "hi").is_none());
        assert!(transcript().words(ONE, Role::Visitor, "hi").is_none(), "it has not begun");
    }

    #[test]
    fn an_utterance_is_finished_once_and_never_without_a_beginning() {
        let mut transcript = begun(Role::Visitor, Floor::Assistant);
        assert!(transcript.finish(UtteranceId(2), Role::Visitor, "x".into(), Ending::Whole).is_none());

        assert!(transcript.finish(ONE, Role::Visitor, "x".into(), Ending::Whole).is_some());
        assert!(transcript.finish(ONE, Role::Visitor, "x".into(), Ending::Whole).is_none());
    }

    #[test]
    fn readers_are_told_what_is_new_of_the_words_heard() {
        let mut transcript = begun(Role::Assistant, Floor::Assistant);
        assert!(transcript.heard(ONE, "").is_none());
        assert!(transcript.heard(ONE, "We open").is_some());
        assert!(transcript.heard(ONE, "We open").is_none(), "they know that");

        assert!(transcript.heard(ONE, "We open at nine").is_some());
        assert!(transcript.heard(UtteranceId(2), "x").is_none(), "it has not begun");
        transcript.begin(UtteranceId(2), Role::Assistant, EntryId(8), Floor::Assistant);
        assert!(transcript.heard(UtteranceId(2), "x").is_some(), "another one starts afresh");
    }

    #[test]
    fn what_was_spoken_is_told_from_what_was_typed_once() {
        let mut transcript = begun(Role::Visitor, Floor::Assistant);
        transcript.finish(ONE, Role::Visitor, "x".into(), Ending::Whole);

        assert!(!transcript.take_spoken(EntryId(8)));
        assert!(transcript.take_spoken(ENTRY) && !transcript.take_spoken(ENTRY));
        let mut reply = begun(Role::Assistant, Floor::Assistant);
        reply.finish(ONE, Role::Assistant, "x".into(), Ending::Whole);
        assert!(!reply.take_spoken(ENTRY), "the assistant types nothing");
    }

    #[test]
    fn late_words_are_stored_as_the_visitors_and_what_never_comes_as_far_as_it_came() {
        let item = |name: &str| ItemId(name.into());
        let mut transcript = transcript();
        for (count, name) in [(1, "whole"), (2, "part"), (3, "empty")] {
            transcript.begin(UtteranceId(count), Role::Visitor, EntryId(count.into()), Floor::Assistant);
            let words = if name == "empty" { "" } else { "so far" };
            transcript.await_words(UtteranceId(count), item(name), words.into());
        }
        transcript.await_words(UtteranceId(9), item("never begun"), "x".into());

        let whole = transcript.end_late(&item("whole"), Some("so far so good".into()));
        assert!(
            matches!(whole, Some(Job::Overheard { entry: EntryId(1), text, .. }) if &*text == "so far so good")
        );
        assert!(transcript.end_late(&item("whole"), None).is_none());
        assert!(transcript.end_late(&item("never begun"), None).is_none());
        assert!(transcript.awaits_words());
        let left = transcript.give_up_late();
        assert!(matches!(&left[..], [Job::Overheard { entry: EntryId(2), .. }]), "{left:?}");
        assert!(!transcript.awaits_words());
    }
}
