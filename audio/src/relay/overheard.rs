//! What people say to each other while an agent has the call: written down like everything else, and told to the
//! assistant, who has not heard it.

use std::sync::Arc;

use super::script::Source;
use super::{Command, Ending, ItemId, Output, Overheard, Relay, Role};

/// Nobody speaks for so long without a pause. What has no end by then holds nothing up any more.
const LONGEST_MS: u64 = 180_000;

impl Relay {
    pub(super) fn overheard(
        &mut self,
        role: Role,
        item: ItemId,
        what: Overheard,
        now_ms: u64,
        out: &mut Vec<Output>,
    ) {
        match what {
            Overheard::Began if role != Role::Assistant => {
                let begun = self.script.begin(role, Source::Aside, item, None, Some(now_ms + LONGEST_MS));
                out.extend(begun.map(|utterance| Output::Began(utterance, role)));
            }
            Overheard::Began => {}
            Overheard::Ended => {
                if let Some(utterance) = self.script.open_aside(&item) {
                    self.script.expect_words(utterance, now_ms);
                }
            }
            Overheard::Words(words) => {
                if let Some(utterance) = self.script.open_aside(&item) {
                    let so_far = self.script.add_words(utterance, &words);
                    out.extend(so_far.map(|text| Output::Words(utterance, role, text.into())));
                }
            }
            Overheard::Transcribed(words) => self.end_utterance(role, &item, Some(words), out),
            Overheard::Nothing => self.end_utterance(role, &item, None, out),
        }
    }

    fn end_utterance(&mut self, role: Role, item: &ItemId, words: Option<Arc<str>>, out: &mut Vec<Output>) {
        let Some(utterance) = self.script.open_aside(item) else { return };
        let Some(words) = words else {
            self.script.end(utterance, Ending::Unintelligible);
            return;
        };
        self.script.set_words(utterance, &words);
        self.script.end(utterance, Ending::Whole);
        out.push(Output::Words(utterance, role, words));
    }

    /// Writes what is over, and tells the assistant what it has not heard itself.
    pub(super) fn write_down(&mut self, out: &mut Vec<Output>) {
        for turn in self.script.write(out) {
            self.send(Command::Add(turn), out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CallLimits;
    use crate::relay::tests::GA;
    use crate::relay::{AgentAction, Event, Input, LinkId, Loss, Rules, Turn};

    const LINK: LinkId = LinkId(0);

    /// A call that an agent has taken.
    fn taken() -> Relay {
        let rules = Rules {
            limits: CallLimits::default(),
            provider_count: 1,
            frames_per_append: 1,
            greets: false,
            silence_ms: 500,
            absent_ms: 10_000,
        };
        let mut relay = Relay::new(rules, 0);
        relay.apply(Input::LegConnected, 0);
        relay.apply(Input::Upstream(LINK, Event::Connected(GA)), 0);
        relay.apply(Input::Upstream(LINK, Event::Configured), 0);
        relay.apply(Input::Agent(AgentAction::Take), 0);
        relay
    }

    fn hear(relay: &mut Relay, role: Role, name: &str, what: Overheard, now_ms: u64) -> Vec<Output> {
        relay.apply(Input::Overheard(role, ItemId(name.into()), what), now_ms)
    }

    fn said(role: Role, words: &str) -> Turn {
        Turn::Said(role, words.into())
    }

    /// What was written, and what the model was told of it.
    fn written(out: &[Output]) -> (Vec<(Role, String)>, Vec<Turn>) {
        let mut told = Vec::new();
        let mut entries = Vec::new();
        for output in out {
            match output {
                Output::Write { role, text, .. } => entries.push((*role, text.to_string())),
                Output::Send(_, Command::Add(turn)) => told.push(turn.clone()),
                _ => {}
            }
        }
        (entries, told)
    }

    #[test]
    fn what_two_people_say_is_written_in_the_order_they_began_and_told_to_the_model() {
        let mut relay = taken();
        hear(&mut relay, Role::Visitor, "v", Overheard::Began, 10);
        hear(&mut relay, Role::Agent, "a", Overheard::Began, 20);
        let begun = hear(&mut relay, Role::Agent, "a", Overheard::Words("Off".into()), 25);
        assert!(matches!(&begun[..], [Output::Words(_, Role::Agent, words)] if &**words == "Off"));
        let early = hear(&mut relay, Role::Agent, "a", Overheard::Transcribed("Of course".into()), 30);
        assert_eq!(written(&early), (Vec::new(), Vec::new()));

        let out = hear(&mut relay, Role::Visitor, "v", Overheard::Transcribed("Can you help me?".into()), 40);

        let expected =
            [(Role::Visitor, "Can you help me?".to_owned()), (Role::Agent, "Of course".to_owned())];
        let turns = [said(Role::Visitor, "Can you help me?"), said(Role::Agent, "Of course")];
        assert_eq!(written(&out), (expected.to_vec(), turns.to_vec()));
    }

    #[test]
    fn words_that_come_after_the_hand_back_are_written_and_told_all_the_same() {
        let mut relay = taken();
        hear(&mut relay, Role::Agent, "a", Overheard::Began, 10);
        hear(&mut relay, Role::Agent, "a", Overheard::Ended, 20);
        relay.apply(Input::Agent(AgentAction::GiveBack("done".into())), 30);

        let out = hear(&mut relay, Role::Agent, "a", Overheard::Transcribed("Goodbye".into()), 900);

        assert_eq!(written(&out).1, [said(Role::Agent, "Goodbye")]);
    }

    #[test]
    fn a_lost_connection_forgets_nothing_of_it_and_the_next_one_is_told() {
        let mut relay = taken();
        hear(&mut relay, Role::Visitor, "v", Overheard::Began, 10);
        relay.apply(Input::Upstream(LINK, Event::Lost(Loss::Passing)), 20);
        let out = hear(&mut relay, Role::Visitor, "v", Overheard::Transcribed("Hello?".into()), 30);
        assert_eq!(written(&out).0, [(Role::Visitor, "Hello?".to_owned())]);

        relay.apply(Input::Tick, 200);
        let out = relay.apply(Input::Upstream(LinkId(1), Event::Connected(GA)), 210);

        let history = out.iter().find_map(|output| match output {
            Output::Send(_, Command::Configure { history, .. }) => Some(history.clone()),
            _ => None,
        });
        assert_eq!(history.expect("a set-up"), [said(Role::Visitor, "Hello?")]);
    }

    #[test]
    fn what_cannot_be_put_in_words_and_what_never_ends_hold_nothing_up() {
        let mut relay = taken();
        hear(&mut relay, Role::Visitor, "cough", Overheard::Began, 10);
        hear(&mut relay, Role::Agent, "late", Overheard::Began, 11);
        hear(&mut relay, Role::Agent, "lost", Overheard::Began, 12);
        hear(&mut relay, Role::Visitor, "v", Overheard::Began, 13);
        hear(&mut relay, Role::Visitor, "v", Overheard::Transcribed("Still there?".into()), 14);
        hear(&mut relay, Role::Visitor, "cough", Overheard::Nothing, 20);
        hear(&mut relay, Role::Agent, "late", Overheard::Ended, 30);
        assert_eq!(relay.next_deadline(), Some(10_030));
        assert!(written(&relay.apply(Input::Tick, 10_030)).1.is_empty());

        let out = relay.apply(Input::Tick, 12 + LONGEST_MS);

        assert_eq!(written(&out).1, [said(Role::Visitor, "Still there?")]);
    }
}
