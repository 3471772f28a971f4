//! Calls from beginning to end: what users of realtime relays complain about, each by name.

use super::*;
use crate::{CallLimits, Generation, PlayFrame, Played, SampleRate};

pub(super) const FRAME: usize = SampleRate::Hz24000.bytes_per_frame();
const SECOND: usize = 48_000;

pub(super) const GA: Capabilities = Capabilities {
    can_cancel: true,
    cancels_on_speech: true,
    can_truncate: true,
    answers_turns: true,
    max_session_ms: Some(3_600_000),
    ..Capabilities::NONE
};

/// A call with one connection and a clock.
pub(super) struct Call {
    pub(super) relay: Relay,
    now_ms: u64,
    link: LinkId,
}

pub(super) fn item(name: &str) -> ItemId {
    ItemId(name.into())
}

pub(super) fn response(name: &str) -> ResponseId {
    ResponseId(name.into())
}

impl Call {
    fn dialling(providers: usize) -> Self {
        let rules = Rules {
            limits: CallLimits::default(),
            provider_count: providers,
            frames_per_append: 1,
            greets: false,
            silence_ms: 500,
            absent_ms: 10_000,
        };
        let mut call = Self { relay: Relay::new(rules, 0), now_ms: 0, link: LinkId(0) };
        let out = call.give(Input::LegConnected);
        assert!(out.contains(&Output::Dial { link: LinkId(0), provider: 0 }));
        call
    }

    pub(super) fn ready() -> Self {
        Self::with(GA)
    }

    pub(super) fn with(can: Capabilities) -> Self {
        let mut call = Self::dialling(1);
        call.event(Event::Connected(can));
        call.event(Event::Configured);
        call
    }

    pub(super) fn configure(&mut self) -> Vec<Output> {
        self.event(Event::Connected(GA));
        self.event(Event::Configured)
    }

    pub(super) fn give(&mut self, input: Input) -> Vec<Output> {
        self.relay.apply(input, self.now_ms)
    }

    pub(super) fn event(&mut self, event: Event) -> Vec<Output> {
        self.give(Input::Upstream(self.link, event))
    }

    /// Lets time pass, with a tick at each deadline.
    pub(super) fn wait(&mut self, ms: u64) -> Vec<Output> {
        let until_ms = self.now_ms + ms;
        let mut out = Vec::new();
        while let Some(due) = self.relay.next_deadline().filter(|due| *due <= until_ms) {
            assert!(due > self.now_ms || out.is_empty(), "a deadline that does not pass");
            self.now_ms = due.max(self.now_ms);
            out.extend(self.give(Input::Tick));
        }
        self.now_ms = until_ms;
        out
    }

    /// The assistant begins to say something, of so many bytes.
    pub(super) fn says(&mut self, name: &str, words: &str, bytes: usize) -> Vec<Output> {
        let mut out = self.event(Event::ResponseCreated(response(name), None));
        out.extend(self.event(Event::ItemAdded(response(name), item(name))));
        out.extend(self.event(Event::Text(item(name), words.into())));
        out.extend(self.event(Event::Audio(item(name), vec![1; bytes])));
        out
    }

    pub(super) fn done(&mut self, name: &str, status: ReplyStatus) -> Vec<Output> {
        self.event(Event::ResponseDone(response(name), status, Tokens::default()))
    }

    fn asks(&mut self, name: &str, words: &str) {
        self.event(Event::SpeechStarted);
        self.event(Event::SpeechStopped);
        self.event(Event::TurnCommitted { item: item(name), after: None });
        self.event(Event::TurnTranscribed(item(name), words.into()));
    }

    pub(super) fn played(&mut self, generation: u16, tag: u16, samples: u32) -> Vec<Output> {
        let generation = Generation(generation);
        self.give(Input::Played(Played { generation, tag, samples, buffered_ms: 200 }))
    }
}

fn frames(out: &[Output]) -> Vec<&PlayFrame> {
    out.iter()
        .filter_map(|output| if let Output::Play(frame) = output { Some(frame) } else { None })
        .collect()
}

pub(super) fn commands(out: &[Output]) -> Vec<&Command> {
    out.iter()
        .filter_map(|output| if let Output::Send(_, command) = output { Some(command) } else { None })
        .collect()
}

fn written(out: &[Output]) -> Vec<(&str, Ending)> {
    out.iter()
        .filter_map(|output| match output {
            Output::Write { text, ending, .. } => Some((text.as_ref(), *ending)),
            _ => None,
        })
        .collect()
}

#[test]
fn the_provider_hears_nothing_before_it_is_configured_and_then_everything() {
    let mut call = Call::dialling(1);
    for n in 0..20 {
        assert!(commands(&call.give(Input::Microphone(vec![n; FRAME]))).is_empty());
    }

    let out = call.configure();

    let heard: usize = commands(&out)
        .iter()
        .map(|command| if let Command::Append(pcm) = command { pcm.len() } else { 0 })
        .sum();
    assert_eq!(heard, 20 * FRAME);
}

#[test]
fn an_interruption_silences_truncates_at_what_was_heard_and_writes_that() {
    let mut call = Call::ready();
    call.says("a", "one two three four five six seven eight nine ten", SECOND * 2);
    call.now_ms += 400;
    call.played(0, 1, 9_600);
    call.now_ms += 100;
    let out = call.event(Event::SpeechStarted);
    assert!(out.contains(&Output::Clear(Generation(1))));
    assert!(commands(&out).is_empty(), "the provider cancels by itself, and what was heard is not known yet");

    call.now_ms += 30;
    let out = call.played(1, 1, 12_000);

    assert_eq!(commands(&out), [&Command::Truncate(item("a"), 500)]);
    assert_eq!(written(&out), [("one two", Ending::Interrupted)]);
    assert!(frames(&call.event(Event::Audio(item("a"), vec![1; SECOND]))).is_empty());
}

#[test]
fn without_the_browsers_word_the_truncation_comes_after_150_ms() {
    let mut call = Call::ready();
    call.says("a", "words", SECOND);
    call.played(0, 1, 4_800);
    call.now_ms += 50;
    call.event(Event::SpeechStarted);

    assert!(commands(&call.wait(149)).is_empty());
    assert_eq!(commands(&call.wait(1)), [&Command::Truncate(item("a"), 250)]);
}

#[test]
fn what_had_not_begun_is_deleted_and_what_was_heard_to_its_end_stays() {
    let mut call = Call::ready();
    call.says("a", "first", SECOND / 10);
    call.event(Event::ItemDone(item("a")));
    call.event(Event::ItemAdded(response("a"), item("b")));
    call.event(Event::Text(item("b"), "second".into()));
    call.event(Event::Audio(item("b"), vec![1; SECOND]));
    let mut out = call.played(0, 1, 2_400);
    out.extend(call.event(Event::SpeechStarted));

    out.extend(call.wait(150));

    assert_eq!(commands(&out), [&Command::Delete(item("b"))]);
    assert_eq!(written(&out), [("first", Ending::Whole)]);
}

#[test]
fn one_response_at_a_time_even_when_the_provider_begins_its_own() {
    let mut call = Call::ready();
    call.says("own", "Hello", FRAME);

    let out = call.give(Input::Agent(AgentAction::Say(SayId(1), "Wait, please.".into())));
    assert!(commands(&out).is_empty());
    let out = call.done("own", ReplyStatus::Completed);

    assert!(matches!(commands(&out)[..], [Command::Respond(_, Purpose::Say(..))]));
}

#[test]
fn a_refused_request_is_asked_again_when_the_other_is_over() {
    let mut call = Call::ready();
    call.give(Input::Typed("Hello?".into()));
    call.event(Event::ResponseCreated(response("own"), None));
    call.event(Event::ResponseRefused(None, Obstacle::Active));

    let out = call.done("own", ReplyStatus::Completed);

    assert!(matches!(commands(&out)[..], [Command::Respond(_, Purpose::Answer)]));
}

#[test]
fn tools_run_once_and_their_results_go_back_in_order_before_one_request() {
    let mut call = Call::ready();
    call.event(Event::ResponseCreated(response("r"), None));
    let called = |index: u32, name: &str| Event::ToolCalled {
        response: response("r"),
        index,
        call: CallId(name.into()),
        name: name.into(),
        arguments: "{}".into(),
    };
    call.event(called(1, "second"));
    call.event(called(0, "first"));
    assert!(call.event(called(0, "first")).is_empty());
    call.done("r", ReplyStatus::Completed);
    assert!(call.wait(700).contains(&Output::Clip(Clip::Filler)));
    call.give(Input::ToolEnded(CallId("second".into()), Outcome::Done("2".into())));

    let out = call.wait(8_000);

    let commands = commands(&out);
    assert_eq!(commands[0], &Command::ToolResult(CallId("first".into()), Outcome::TimedOut));
    assert_eq!(commands[1], &Command::ToolResult(CallId("second".into()), Outcome::Done("2".into())));
    assert!(matches!(commands[2..], [Command::Respond(_, Purpose::Answer)]));
}

#[test]
fn a_lost_connection_is_made_again_with_everything_said_and_heard() {
    let mut call = Call::ready();
    call.asks("u", "Are you open?");
    call.says("a", "Yes.", SECOND);
    call.event(Event::SpeechStarted);
    call.give(Input::Microphone(vec![7; FRAME]));

    let out = call.event(Event::Lost(Loss::Passing));
    assert!(out.iter().any(|output| matches!(output, Output::ReplyEnded(_, ReplyEnd::Lost))));
    let out = call.wait(100);
    assert!(out.contains(&Output::Dial { link: LinkId(1), provider: 0 }));
    call.link = LinkId(1);
    let out = call.event(Event::Connected(GA));
    let [Command::Configure { history, .. }] = commands(&out)[..] else { panic!("{out:?}") };
    assert_eq!(history[0], Turn::Said(Role::Visitor, "Are you open?".into()));

    assert!(commands(&call.event(Event::Configured)).contains(&&Command::Append(vec![7; FRAME])));
}

#[test]
fn after_every_try_the_next_provider_comes_and_then_a_person() {
    let mut call = Call::dialling(2);
    let mut dialled = Vec::new();
    let mut out = Vec::new();
    for _ in 0..20 {
        out = call.event(Event::Lost(Loss::Passing));
        out.extend(call.wait(2_000));
        for output in &out {
            if let Output::Dial { link, provider } = output {
                call.link = *link;
                dialled.push(*provider);
            }
        }
        if out.contains(&Output::AskForPerson) {
            break;
        }
    }

    assert_eq!(dialled, [0, 0, 0, 1, 1, 1, 1]);
    assert!(out.contains(&Output::State(Floor::Assistant, LinkHealth::Degraded)));
    assert!(matches!(call.wait(25_000).last(), Some(Output::Ended { reason: EndReason::Error, .. })));
}

#[test]
fn an_outage_is_covered_by_a_clip_after_1200_ms() {
    let mut call = Call::ready();
    call.event(Event::Lost(Loss::Passing));

    assert!(!call.wait(1_199).contains(&Output::Clip(Clip::OneMoment)));
    assert!(call.wait(1).contains(&Output::Clip(Clip::OneMoment)));
}

#[test]
fn a_take_silences_at_once_and_joins_the_two_people() {
    let mut call = Call::ready();
    call.says("a", "I think", SECOND);
    let out = call.give(Input::Agent(AgentAction::Take));
    assert!(out.contains(&Output::Clear(Generation(1))));
    assert!(commands(&out).contains(&&Command::Cancel(response("a"))));

    let out = call.give(Input::Microphone(vec![1; FRAME]));
    assert_eq!(out, [Output::Monitor(Role::Visitor, vec![1; FRAME])]);
    let out = call.give(Input::AgentAudio(vec![2; FRAME]));
    assert!(out.contains(&Output::PlayAgent(vec![2; FRAME])));
    assert!(out.contains(&Output::State(Floor::Agent, LinkHealth::Ok)));
    assert!(frames(&call.event(Event::Audio(item("a"), vec![1; SECOND]))).is_empty());
}

#[test]
fn after_a_hand_back_the_assistant_knows_and_does_not_greet_again() {
    let mut call = Call::ready();
    call.give(Input::Agent(AgentAction::Take));

    let out = call.give(Input::Agent(AgentAction::GiveBack("Refund promised.".into())));

    let note = Turn::Told(Instruction::GivenBack("Refund promised.".into()));
    assert_eq!(commands(&out), [&Command::Add(note)]);
    assert!(!commands(&call.give(Input::Microphone(vec![3; FRAME]))).is_empty());
}

#[test]
fn an_agent_who_is_lost_leaves_the_call_to_the_assistant_after_ten_seconds() {
    let mut call = Call::ready();
    call.give(Input::Agent(AgentAction::Take));
    call.give(Input::Agent(AgentAction::Lost));

    assert!(call.wait(9_999).iter().all(|output| !matches!(output, Output::Release(_))));
    assert!(call.wait(1).contains(&Output::Release(ReleaseReason::AgentLost)));
}

#[test]
fn nobody_who_comes_within_25_seconds_is_apologised_for() {
    let mut call = Call::ready();
    call.give(Input::PersonWanted);

    let out = call.wait(25_000);

    assert!(out.contains(&Output::Release(ReleaseReason::NobodyCame)));
    assert!(commands(&out).contains(&&Command::Add(Turn::Told(Instruction::NobodyCame))));
}

#[test]
fn a_takeover_by_text_holds_and_then_ends_the_call() {
    let mut call = Call::ready();
    let out = call.give(Input::Agent(AgentAction::TakeByText));
    assert!(out.contains(&Output::State(Floor::Hold, LinkHealth::Ok)));

    assert_eq!(call.wait(25_000).last(), Some(&Output::Ended { reason: EndReason::Agent, seconds: 25 }));
    assert!(call.give(Input::LegConnected).is_empty());
}

#[test]
fn a_muted_turn_is_filled_with_silence_until_it_closes() {
    let mut call = Call::ready();
    call.event(Event::SpeechStarted);
    call.give(Input::Mute);

    let out = call.wait(500);
    assert!(
        commands(&out).len() >= 5
            && commands(&out).iter().all(|command| matches!(command, Command::Append(_)))
    );
    call.event(Event::SpeechStopped);
    assert!(commands(&call.wait(500)).is_empty());
}

#[test]
fn a_browser_that_comes_back_hears_what_it_had_not_under_a_new_generation() {
    let mut call = Call::ready();
    call.says("a", "words", SECOND);
    call.played(0, 1, 2_400);
    call.give(Input::LegLost);
    call.now_ms += 5_000;

    let out = call.give(Input::LegConnected);

    assert!(out.contains(&Output::Clear(Generation(1))));
    assert_eq!(frames(&out).len(), 20);
    assert!(frames(&out).iter().all(|frame| frame.generation == Generation(1)));
}

#[test]
fn a_call_nobody_comes_back_to_ends_after_thirty_seconds() {
    let mut call = Call::ready();
    call.give(Input::LegLost);

    assert_eq!(call.wait(30_000).last(), Some(&Output::Ended { reason: EndReason::Visitor, seconds: 30 }));
}

#[test]
fn the_assistant_is_told_to_come_to_an_end_and_then_the_call_ends() {
    let mut call = Call::ready();
    let mut out = Vec::new();
    for _ in 0..30 {
        call.event(Event::SpeechStarted);
        call.event(Event::SpeechStopped);
        out.extend(call.wait(60_000));
    }

    assert!(commands(&out).contains(&&Command::Add(Turn::Told(Instruction::WrapUp))));
    assert!(out.contains(&Output::Clip(Clip::Goodbye)));
    assert_eq!(out.last(), Some(&Output::Ended { reason: EndReason::Limit, seconds: 1_800 }));
}

#[test]
fn a_provider_that_cannot_truncate_or_cancel_is_not_asked_to() {
    let mut call = Call::dialling(1);
    let can = Capabilities { can_cancel: false, cancels_on_speech: false, can_truncate: false, ..GA };
    call.event(Event::Connected(can));
    call.event(Event::Configured);
    call.says("a", "one two three four", SECOND);
    call.played(0, 1, 12_000);

    let mut out = call.event(Event::SpeechStarted);
    out.extend(call.wait(150));

    assert!(commands(&out).is_empty());
    assert_eq!(written(&out), [("one two", Ending::Interrupted)]);
}

#[test]
fn usage_is_told_once_also_of_a_response_nobody_heard() {
    let mut call = Call::ready();
    let used = |out: Vec<Output>| out.iter().filter(|output| matches!(output, Output::Used(..))).count();

    assert_eq!(used(call.done("never begun", ReplyStatus::Cancelled)), 1);
    assert_eq!(used(call.done("never begun", ReplyStatus::Cancelled)), 0);
}

#[test]
fn a_response_that_fails_is_tried_once_more_and_then_on_another_connection() {
    let mut call = Call::ready();
    call.asks("u", "Hello?");
    call.event(Event::ResponseCreated(response("r1"), None));
    let out = call.done("r1", ReplyStatus::Failed);
    let [Command::Respond(tag, Purpose::Answer)] = commands(&out)[..] else { panic!("{out:?}") };
    call.event(Event::ResponseCreated(response("r2"), Some(*tag)));

    let out = call.done("r2", ReplyStatus::Failed);

    assert!(out.contains(&Output::Drop(LinkId(0))));
    assert!(call.wait(100).contains(&Output::Dial { link: LinkId(1), provider: 0 }));
}

#[test]
fn a_visitor_who_goes_on_without_a_person_hears_no_apology() {
    let mut call = Call::ready();
    call.give(Input::PersonWanted);
    call.give(Input::PersonUnwanted);

    let out = call.wait(26_000);

    assert!(!out.iter().any(|one| matches!(one, Output::Release(_))), "{out:?}");
}

#[test]
fn a_provider_that_answers_and_drops_every_eight_seconds_is_not_given_up() {
    let mut call = Call::ready();
    for round in 0..6 {
        let name = format!("r{round}");
        call.says(&name, "yes", SECOND / 10);
        call.done(&name, ReplyStatus::Completed);
        call.wait(8_000);
        call.event(Event::Lost(Loss::Passing));
        let out = call.wait(150);
        let dialled = out.iter().find_map(|one| match one {
            Output::Dial { link, .. } => Some(*link),
            _ => None,
        });

        call.link = dialled.unwrap_or_else(|| panic!("round {round}: {out:?}"));
        call.configure();
    }
}

#[test]
fn a_visitors_words_are_shown_as_they_come_and_the_last_word_counts() {
    let mut call = Call::ready();
    call.event(Event::TurnCommitted { item: item("u"), after: None });
    let shown = |out: Vec<Output>| -> Vec<String> {
        let words = |output| match output {
            Output::Words(_, Role::Visitor, text) => Some(text.to_string()),
            _ => None,
        };
        out.into_iter().filter_map(words).collect()
    };
    assert_eq!(shown(call.event(Event::TurnWords(item("u"), "wear is".into()))), ["wear is"]);
    assert_eq!(shown(call.event(Event::TurnWords(item("u"), " it".into()))), ["wear is it"]);

    let out = call.event(Event::TurnTranscribed(item("u"), "Where is it?".into()));

    assert_eq!(written(&out), [("Where is it?", Ending::Whole)]);
}
