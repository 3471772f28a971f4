//! Calls with a voice that listens and speaks at once, says nothing of turns and cannot be ended.

use super::tests::{Call, FRAME, item, response};
use super::*;
use crate::{Generation, Played, synthetic_voice, write_samples};

/// What such a voice can do.
pub(super) const LIVE: Capabilities = Capabilities {
    answers_turns: true,
    detects_turns: false,
    needs_sound: true,
    counts_tokens: false,
    says_verbatim: false,
    ..Capabilities::NONE
};

fn call() -> Call {
    Call::with(LIVE)
}

/// The visitor speaks, in frames of 20 ms.
fn speak(call: &mut Call, ms: usize) -> Vec<Output> {
    let mut out = Vec::new();
    for frame in synthetic_voice(ms, 120.0, 1).chunks_exact(FRAME / 2) {
        let mut pcm = Vec::new();
        write_samples(frame, &mut pcm);
        out.extend(call.give(Input::Microphone(pcm)));
        out.extend(call.wait(20));
    }
    out
}

fn be_silent(call: &mut Call, ms: u64) -> Vec<Output> {
    let mut out = Vec::new();
    for _ in 0..ms / 20 {
        out.extend(call.give(Input::Microphone(vec![0; FRAME])));
        out.extend(call.wait(20));
    }
    out
}

fn commands(out: &[Output]) -> Vec<&Command> {
    let sent = out.iter().filter_map(|output| match output {
        Output::Send(_, command) => Some(command),
        _ => None,
    });
    sent.filter(|command| !matches!(command, Command::Append(_))).collect()
}

fn written(out: &[Output]) -> Vec<(Role, &str)> {
    let entries = out.iter().filter_map(|output| match output {
        Output::Write { role, text, .. } => Some((*role, &**text)),
        _ => None,
    });
    entries.collect()
}

fn words(name: &str, text: &str) -> Event {
    Event::TurnWords(item(name), text.into())
}

#[test]
fn turns_are_detected_here_and_written_when_their_words_cease() {
    let mut call = call();
    let begun = speak(&mut call, 900);
    assert_eq!(commands(&begun), [&Command::BeginTurn(item("turn_0"))]);
    assert!(!begun.iter().any(|output| matches!(output, Output::Began(..))), "nobody knows of it yet");
    let ended = be_silent(&mut call, 700);
    assert_eq!(commands(&ended), [&Command::EndTurn(item("turn_0"))]);

    let first = call.event(words("turn_0", "when do"));
    let second = call.event(words("turn_0", " you open"));
    let out = be_silent(&mut call, 1_600);

    assert!(matches!(first[..], [Output::Began(..), Output::Words(..)]), "{first:?}");
    assert!(matches!(&second[..], [Output::Words(_, Role::Visitor, text)] if &**text == "when do you open"));
    assert_eq!(written(&out), [(Role::Visitor, "when do you open")]);
}

#[test]
fn a_cough_without_a_word_leaves_nothing_and_holds_nothing_up_for_long() {
    let mut call = call();
    speak(&mut call, 400);
    be_silent(&mut call, 600);
    call.event(Event::ResponseCreated(response("r"), None));
    call.event(Event::ItemAdded(response("r"), item("a")));
    call.event(Event::Text(item("a"), "Bless you.".into()));
    call.event(Event::ItemDone(item("a")));
    call.event(Event::ResponseDone(response("r"), ReplyStatus::Completed, Tokens::default()));

    let out = be_silent(&mut call, 4_500);

    assert_eq!(written(&out), [(Role::Assistant, "Bless you.")]);
}

#[test]
fn words_that_come_late_are_written_and_never_lost() {
    let mut call = call();
    speak(&mut call, 900);
    be_silent(&mut call, 600);
    call.event(words("turn_0", "one"));
    assert_eq!(written(&be_silent(&mut call, 2_000)), [(Role::Visitor, "one")]);

    call.event(words("turn_0", "two"));

    assert_eq!(written(&be_silent(&mut call, 2_000)), [(Role::Visitor, "two")]);
}

#[test]
fn its_clock_never_stands_still_while_it_has_the_call() {
    let mut call = call();
    call.give(Input::Mute);

    let out = call.wait(2_000);

    let sent: usize = out
        .iter()
        .filter_map(|output| match output {
            Output::Send(_, Command::Append(pcm)) => Some(pcm.len() / 48),
            _ => None,
        })
        .sum();
    assert!((1_900..=2_100).contains(&sent), "{sent} ms in 2 s");
}

#[test]
fn what_is_interrupted_is_discarded_and_written_by_the_times_of_its_words() {
    let mut call = call();
    call.event(Event::ResponseCreated(response("r"), None));
    call.event(Event::ItemAdded(response("r"), item("a")));
    for (at, word) in (0..).zip(["We", " are", " open", " until", " eight"]) {
        let (from_ms, to_ms) = (at * 400, at * 400 + 300);
        call.event(Event::TimedText { item: item("a"), words: word.into(), from_ms, to_ms });
    }
    // All of it in one piece; the browser has played 1.15 s of it.
    let played = call.event(Event::Audio(item("a"), vec![9; 48 * 2_000]));
    assert!(played.iter().any(|output| matches!(output, Output::Play(_))));
    for at in 1..=23 {
        let heard = Played { generation: Generation(0), tag: 1, samples: at * 24 * 50, buffered_ms: 300 };
        call.give(Input::Played(heard));
    }

    let cut = speak(&mut call, 900);
    let exact = Played { generation: Generation(1), tag: 1, samples: 24 * 1_150, buffered_ms: 0 };
    let out = call.give(Input::Played(exact));

    assert!(commands(&cut).contains(&&Command::Discard(response("r"))), "{:?}", commands(&cut));
    let entries = [written(&cut), written(&out)].concat();
    assert_eq!(entries, [(Role::Assistant, "We are open")]);
}

#[test]
fn an_agent_who_takes_the_call_lets_the_voice_go_and_a_hand_back_calls_it_again() {
    let mut call = call();

    let taken = call.give(Input::Agent(AgentAction::Take));
    assert!(taken.contains(&Output::Drop(LinkId(0))), "{taken:?}");
    assert!(taken.contains(&Output::State(Floor::Taking, LinkHealth::Ok)), "none is needed: {taken:?}");
    let back = call.give(Input::Agent(AgentAction::GiveBack("paid".into())));

    assert!(back.iter().any(|output| matches!(output, Output::Dial { link: LinkId(1), .. })), "{back:?}");
    assert!(back.contains(&Output::State(Floor::Assistant, LinkHealth::Reconnecting)), "{back:?}");
}

#[test]
fn a_task_waits_for_its_words_is_asked_once_and_given_up_after_half_a_minute() {
    let mut call = call();
    let task = || CallId("d".into());
    speak(&mut call, 900);
    be_silent(&mut call, 600);
    let early = call.event(Event::Delegated(task()));
    assert_eq!(early, [Output::Tool("assistant".into(), ToolStage::Running)]);
    assert_eq!(call.event(Event::Delegated(task())), [], "once");

    let asked = call.event(words("turn_0", "where is it"));
    let dialogue = vec![Turn::Said(Role::Visitor, "where is it".into())];
    assert!(asked.contains(&Output::Delegate { call: task(), dialogue }), "{asked:?}");
    let late = be_silent(&mut call, 31_000);

    assert!(late.contains(&Output::Tool("assistant".into(), ToolStage::Failed)));
    assert!(commands(&late).contains(&&Command::DelegationResult(task(), Outcome::TimedOut)));
    assert_eq!(call.give(Input::ToolEnded(task(), Outcome::Done("found".into()))), [], "too late");
}

/// A call that has asked for the answer to a task.
fn asked(task: &CallId) -> Call {
    let mut call = call();
    speak(&mut call, 900);
    be_silent(&mut call, 600);
    call.event(words("turn_0", "where is it"));
    let asked = call.event(Event::Delegated(task.clone()));
    assert!(asked.iter().any(|output| matches!(output, Output::Delegate { .. })), "{asked:?}");
    call
}

#[test]
fn what_is_written_of_an_answer_is_passed_on_at_once_and_makes_it_no_longer_late() {
    let task = CallId("d".into());
    let mut call = asked(&task);
    be_silent(&mut call, 29_000);

    let written = call.give(Input::DelegationWords(task.clone(), "It is".into()));
    assert_eq!(commands(&written), [&Command::DelegationWords(task.clone(), "It is".into())]);
    let later = be_silent(&mut call, 29_000);
    assert!(!commands(&later).iter().any(|one| matches!(one, Command::DelegationResult(..))), "{later:?}");
    let late = be_silent(&mut call, 2_000);

    assert!(commands(&late).contains(&&Command::DelegationResult(task.clone(), Outcome::TimedOut)));
    assert!(late.contains(&Output::CancelDelegation(task)), "{late:?}");
}

#[test]
fn an_answer_that_nobody_needs_any_more_is_cancelled_once() {
    let task = CallId("d".into());
    let mut call = asked(&task);

    let cancelled = call.event(Event::DelegationCancelled(task.clone()));

    assert!(cancelled.contains(&Output::CancelDelegation(task.clone())), "{cancelled:?}");
    assert_eq!(call.event(Event::DelegationCancelled(task.clone())), []);
    assert_eq!(call.give(Input::DelegationWords(task.clone(), "It is".into())), []);
    assert_eq!(call.give(Input::ToolEnded(task, Outcome::Done("It is.".into()))), []);
}

#[test]
fn a_takeover_cancels_what_is_being_answered() {
    let task = CallId("d".into());
    let mut call = asked(&task);

    let taken = call.give(Input::Agent(AgentAction::Take));

    assert!(taken.contains(&Output::CancelDelegation(task)), "{taken:?}");
}
