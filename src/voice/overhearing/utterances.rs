//! Tracks the utterances of one person as a transcription session reports them.

use audio::relay::{Event, ItemId, Overheard};

/// What happened to an utterance.
pub(super) type Told = (ItemId, Overheard);

/// Utterances that have begun and are not in words yet. They have names of our own: a connection may be made again,
/// and says what it calls them only when they are over.
#[derive(Debug)]
pub(super) struct OpenUtterances {
    name: String,
    count: u32,
    speaking: Option<ItemId>,
    /// What the provider calls an utterance, and what we do.
    waiting: Vec<(ItemId, ItemId)>,
}

impl OpenUtterances {
    /// Of somebody; `name` is theirs alone in this call.
    pub(super) fn new(name: String) -> Self {
        Self { name, count: 0, speaking: None, waiting: Vec::new() }
    }

    /// Whether an utterance has begun and is not over.
    pub(super) fn is_speaking(&self) -> bool {
        self.speaking.is_some()
    }

    /// Whether no words are to come.
    pub(super) fn is_empty(&self) -> bool {
        self.speaking.is_none() && self.waiting.is_empty()
    }

    /// Takes in what the provider says.
    pub(super) fn apply(&mut self, event: Event) -> Vec<Told> {
        match event {
            Event::SpeechStarted if self.speaking.is_none() => {
                let item = self.begin();
                self.speaking = Some(item.clone());
                vec![(item, Overheard::Began)]
            }
            Event::TurnCommitted { item, .. } => self.commit(item),
            Event::TurnWords(item, words) => {
                let ours =
                    self.waiting.iter().find(|(theirs, _)| *theirs == item).map(|(_, ours)| ours.clone());
                ours.map(|ours| (ours, Overheard::Words(words))).into_iter().collect()
            }
            Event::TurnTranscribed(item, words) => self.end(&item, Overheard::Transcribed(words)),
            Event::TurnFailed(item) => self.end(&item, Overheard::Nothing),
            _ => Vec::new(),
        }
    }

    /// Nothing more comes of what is open.
    pub(super) fn give_up(&mut self) -> Vec<Told> {
        let waiting = self.waiting.drain(..).map(|(_, ours)| ours);
        waiting.chain(self.speaking.take()).map(|ours| (ours, Overheard::Nothing)).collect()
    }

    fn begin(&mut self) -> ItemId {
        self.count += 1;
        ItemId(format!("{}-{}", self.name, self.count).into())
    }

    fn commit(&mut self, item: ItemId) -> Vec<Told> {
        if self.waiting.iter().any(|(theirs, _)| *theirs == item) {
            return Vec::new();
        }
        let mut told = Vec::new();
        // A provider that does not say when speech begins says at least when it is over.
        let ours = self.speaking.take().unwrap_or_else(|| {
            let ours = self.begin();
            told.push((ours.clone(), Overheard::Began));
            ours
        });
        told.push((ours.clone(), Overheard::Ended));
        self.waiting.push((item, ours));
        told
    }

    fn end(&mut self, item: &ItemId, what: Overheard) -> Vec<Told> {
        let Some(at) = self.waiting.iter().position(|(theirs, _)| theirs == item) else { return Vec::new() };
        let (_, ours) = self.waiting.remove(at);
        vec![(ours, what)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str) -> ItemId {
        ItemId(name.into())
    }

    fn committed(name: &str) -> Event {
        Event::TurnCommitted { item: item(name), after: None }
    }

    #[test]
    fn words_find_the_utterance_they_belong_to_however_late() {
        let mut turns = OpenUtterances::new("agent-1".to_owned());
        let mut told = Vec::new();
        for event in [
            Event::SpeechStarted,
            Event::SpeechStarted,
            committed("x"),
            committed("x"),
            Event::SpeechStarted,
            committed("y"),
            Event::TurnWords(item("z"), "nobody's".into()),
            Event::TurnWords(item("y"), "sec".into()),
            Event::TurnTranscribed(item("y"), "second".into()),
            Event::TurnTranscribed(item("x"), "first".into()),
            Event::TurnTranscribed(item("x"), "again".into()),
        ] {
            told.extend(turns.apply(event));
        }

        let (one, two) = (item("agent-1-1"), item("agent-1-2"));
        let expected = [
            (one.clone(), Overheard::Began),
            (one.clone(), Overheard::Ended),
            (two.clone(), Overheard::Began),
            (two.clone(), Overheard::Ended),
            (two.clone(), Overheard::Words("sec".into())),
            (two, Overheard::Transcribed("second".into())),
            (one, Overheard::Transcribed("first".into())),
        ];
        assert_eq!(told, expected);
        assert!(turns.is_empty());
    }

    #[test]
    fn a_provider_that_says_only_that_a_turn_is_over_is_understood() {
        let mut turns = OpenUtterances::new("v".to_owned());

        let told = turns.apply(committed("x"));

        assert_eq!(told, [(item("v-1"), Overheard::Began), (item("v-1"), Overheard::Ended)]);
        assert_eq!(turns.apply(Event::TurnFailed(item("x"))), [(item("v-1"), Overheard::Nothing)]);
    }

    #[test]
    fn what_is_open_when_a_connection_ends_is_given_up_once() {
        let mut turns = OpenUtterances::new("v".to_owned());
        turns.apply(Event::SpeechStarted);
        turns.apply(committed("x"));
        turns.apply(Event::SpeechStarted);
        assert!(turns.is_speaking());

        let told = turns.give_up();

        assert_eq!(told, [(item("v-1"), Overheard::Nothing), (item("v-2"), Overheard::Nothing)]);
        assert!(turns.is_empty() && turns.give_up().is_empty());
    }
}
