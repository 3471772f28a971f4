//! Words that come when the call is over: the visitor's last turn is written too.

use std::sync::Arc;

use audio::relay::{Command, Event, ItemId, LinkId};
use rooms::EntryId;

use super::call::CallTask;
use super::scribe::Job;

impl CallTask {
    /// Whether the call is over and words of the visitor's are still to come.
    pub(super) fn awaits_words(&self) -> bool {
        self.relay.is_over() && !self.unheard.is_empty()
    }

    /// What a connection says that was kept for the last words alone.
    pub(super) fn hear_last_words(&mut self, link: LinkId, event: Event) {
        match event {
            Event::TurnTranscribed(item, words) => self.end_words(&item, Some(words)),
            Event::TurnFailed(item) => self.end_words(&item, None),
            // Nobody hears an answer any more.
            Event::ResponseCreated(response, _) => self.send(link, Command::Cancel(response)),
            Event::ResponseDone(response, _, tokens) => self.write_use(&response, tokens),
            Event::Lost(_) => {
                self.upstreams.retain(|one| one.link != link);
                self.give_up_words();
            }
            _ => {}
        }
        if self.unheard.is_empty() {
            self.drop_links();
        }
    }

    /// Nothing more comes: what has come is written.
    pub(super) fn give_up_words(&mut self) {
        let given_up: Vec<(EntryId, Arc<str>)> = self.unheard.drain().map(|(_, one)| one).collect();
        for (entry, words) in given_up {
            self.write_last_words(entry, words);
        }
    }

    fn end_words(&mut self, item: &ItemId, words: Option<Arc<str>>) {
        if let Some((entry, so_far)) = self.unheard.remove(item) {
            self.write_last_words(entry, words.unwrap_or(so_far));
        }
    }

    fn write_last_words(&mut self, entry: EntryId, text: Arc<str>) {
        if !text.is_empty() {
            let author = self.live.facts.visitor.clone();
            self.write(Job::Overheard { entry, author, text });
        }
    }

    fn drop_links(&mut self) {
        let links: Vec<LinkId> = self.upstreams.iter().map(|one| one.link).collect();
        for link in links {
            self.drop_link(link);
        }
    }
}
