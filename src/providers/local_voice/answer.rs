//! An answer of the assistant as it is thought of and spoken, and what is kept of one that was cut.

use std::collections::VecDeque;
use std::fmt;

use audio::relay::{CallId, ItemId, ResponseId};
use speech::SentenceStream;

use super::job::Job;

/// A task whose answer is being written.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) call: CallId,
    sentences: SentenceStream,
}

impl Task {
    pub(super) fn new(call: CallId) -> Self {
        Self { call, sentences: SentenceStream::default() }
    }

    /// More of its answer is written; gives the sentences that are whole now.
    pub(super) fn add(&mut self, words: &str) -> Vec<String> {
        self.sentences.push(words)
    }

    /// All of its answer is written; gives the sentences that are left.
    pub(super) fn rest_of(&self, words: &str) -> Vec<String> {
        self.sentences.rest_of(words)
    }
}

/// What is being answered.
pub(super) struct Answer {
    pub(super) response: ResponseId,
    pub(super) item: ItemId,
    /// The task that its words come from, until all have come.
    pub(super) task: Option<Task>,
    /// What is still to be spoken.
    pub(super) left: VecDeque<String>,
    /// What was spoken, and where in the sound each sentence ends, in milliseconds.
    pub(super) spoken: Vec<(String, u64)>,
    /// The sentence that is being spoken.
    pub(super) making: Option<(String, Job<Vec<i16>>)>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({:?}, {} spoken, {} left)", self.response, self.spoken.len(), self.left.len())
    }
}

impl Answer {
    /// One that has no words yet.
    pub(super) fn new(name: &str) -> Self {
        Self {
            response: ResponseId(name.into()),
            item: ItemId(name.into()),
            task: None,
            left: VecDeque::new(),
            spoken: Vec::new(),
            making: None,
        }
    }

    /// Where its sound ends so far, in milliseconds.
    pub(super) fn end_ms(&self) -> u64 {
        self.spoken.last().map_or(0, |(_, end_ms)| *end_ms)
    }

    /// Whether nothing is left to be spoken.
    pub(super) fn is_spoken(&self) -> bool {
        self.task.is_none() && self.left.is_empty() && self.making.is_none()
    }
}

/// An answer that was cut: what interrupted it may turn out to have been no words, and then it goes on.
#[derive(Debug)]
pub(super) struct SetAside {
    item: ItemId,
    /// The task that its words come from, until all have come.
    task: Option<Task>,
    spoken: Vec<(String, u64)>,
    left: VecDeque<String>,
}

impl SetAside {
    /// What is kept of an answer; none of it counts as heard.
    pub(super) fn of(answer: Answer) -> Self {
        let Answer { item, task, mut left, spoken, making, .. } = answer;
        if let Some((sentence, _)) = making {
            left.push_front(sentence);
        }
        Self { item, task, spoken, left }
    }

    /// Whether its sound is this item's.
    pub(super) fn is_of(&self, item: &ItemId) -> bool {
        self.item == *item
    }

    /// So much of its sound was heard, in milliseconds.
    pub(super) fn hear(&mut self, heard_ms: u64) {
        self.spoken.retain(|(_, end_ms)| *end_ms > heard_ms);
    }

    /// What its words come from and go to.
    pub(super) fn parts(&mut self) -> (&mut Option<Task>, &mut VecDeque<String>) {
        (&mut self.task, &mut self.left)
    }

    /// Whether all that is known of it was heard, and more is to come.
    pub(super) fn awaits_words(&self) -> bool {
        self.task.is_some() && self.spoken.is_empty() && self.left.is_empty()
    }

    /// What is to be spoken again and what is left, and the task that more comes from.
    pub(super) fn rest(self) -> (VecDeque<String>, Option<Task>) {
        let again = self.spoken.into_iter().map(|(sentence, _)| sentence);
        (again.chain(self.left).collect(), self.task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut() -> SetAside {
        let mut answer = Answer::new("a");
        answer.spoken = vec![("One.".to_owned(), 1_000), ("Two.".to_owned(), 2_000)];
        answer.making = Some(("Three.".to_owned(), Box::pin(std::future::pending())));
        answer.left.push_back("Four.".to_owned());
        SetAside::of(answer)
    }

    #[test]
    fn an_answer_goes_on_with_the_sentence_that_was_cut() {
        let mut aside = cut();
        assert!(!aside.awaits_words());
        assert!(aside.is_of(&ItemId("a".into())) && !aside.is_of(&ItemId("b".into())));
        aside.hear(1_300);

        assert_eq!(aside.rest().0, ["Two.", "Three.", "Four."]);
    }

    #[test]
    fn one_of_which_nothing_was_heard_begins_again() {
        assert_eq!(cut().rest().0.len(), 4);
    }

    #[test]
    fn one_without_words_waits_for_its_task_and_goes_on_with_what_comes() {
        let mut answer = Answer::new("a");
        answer.task = Some(Task::new(CallId("t".into())));
        let mut aside = SetAside::of(answer);
        assert!(aside.awaits_words());

        let (task, left) = aside.parts();
        left.extend(task.as_mut().unwrap().add("Yes. And "));

        assert!(!aside.awaits_words());
        let (sentences, task) = aside.rest();
        assert_eq!(sentences, ["Yes."]);
        assert_eq!(task.unwrap().rest_of("Yes. And no."), ["And no."]);
    }
}
