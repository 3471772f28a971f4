//! The relay follows the visitor by itself: for a voice that knows their turns by what it is told of them, and while an
//! agent has the call.

use super::tests::{Call, FRAME, GA};
use super::*;
use crate::{synthetic_voice, write_samples};

const LOCAL: Capabilities = Capabilities {
    cancels_on_speech: false,
    detects_turns: false,
    counts_tokens: false,
    max_session_ms: None,
    ..GA
};

fn speak(call: &mut Call, samples: &[i16]) -> Vec<Output> {
    let mut out = Vec::new();
    for frame in samples.chunks_exact(FRAME / 2) {
        let mut pcm = Vec::new();
        write_samples(frame, &mut pcm);
        out.extend(call.give(Input::Microphone(pcm)));
        out.extend(call.wait(20));
    }
    out
}

/// What goes to the provider: marks of turns, and milliseconds of sound between them.
fn sent(out: &[Output]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut sound_ms = 0;
    for one in out {
        let mark = match one {
            Output::Send(_, Command::Append(pcm)) => {
                sound_ms += pcm.len() / 48;
                continue;
            }
            Output::Send(_, Command::BeginTurn(_)) => "begin",
            Output::Send(_, Command::EndTurn(_)) => "end",
            _ => continue,
        };
        if sound_ms > 0 {
            lines.push(format!("{sound_ms} ms"));
        }
        sound_ms = 0;
        lines.push(mark.to_owned());
    }
    if sound_ms > 0 {
        lines.push(format!("{sound_ms} ms"));
    }
    lines
}

/// The connection is lost, and there is another one.
fn reconnect(call: &mut Call) -> Vec<Output> {
    call.event(Event::Lost(Loss::Passing));
    let mut out = call.wait(500);
    let link = out.iter().find_map(|one| match one {
        Output::Dial { link, .. } => Some(*link),
        _ => None,
    });
    let link = link.expect("it dials again");
    out.extend(call.give(Input::Upstream(link, Event::Connected(LOCAL))));
    out.extend(call.give(Input::Upstream(link, Event::Configured)));
    out
}

#[test]
fn a_turn_that_was_over_and_not_in_words_is_said_again_whole() {
    let mut call = Call::with(LOCAL);
    let mut before = speak(&mut call, &synthetic_voice(800, 120.0, 1));
    before.extend(speak(&mut call, &vec![0; 24 * 900]));
    let before = sent(&before);
    assert_eq!(before.iter().filter(|line| *line == "end").count(), 1, "{before:?}");

    let again = sent(&reconnect(&mut call));

    assert_eq!((again[0].as_str(), again[2].as_str()), ("begin", "end"), "{again:?}");
    let ms: u64 = again[1].trim_end_matches(" ms").parse().unwrap();
    assert!((1_200..1_500).contains(&ms), "the voice and the silence that ended it: {again:?}");
}

#[test]
fn a_turn_that_lasts_is_said_again_from_its_beginning() {
    let mut call = Call::with(LOCAL);
    speak(&mut call, &synthetic_voice(900, 120.0, 1));

    let again = sent(&reconnect(&mut call));

    assert_eq!(again[0], "begin", "{again:?}");
    assert!(!again.contains(&"end".to_owned()), "{again:?}");
}

#[test]
fn a_turn_that_is_in_words_is_not_said_again() {
    let mut call = Call::with(LOCAL);
    let mut out = speak(&mut call, &synthetic_voice(800, 120.0, 1));
    out.extend(speak(&mut call, &vec![0; 24 * 900]));
    let turn = out.iter().find_map(|one| match one {
        Output::Send(_, Command::EndTurn(item)) => Some(item.clone()),
        _ => None,
    });
    let turn = turn.expect("it ended");
    call.event(Event::TurnWords(turn.clone(), "hello".into()));
    call.event(Event::TurnTranscribed(turn, "hello".into()));

    let again = sent(&reconnect(&mut call));

    assert!(!again.contains(&"begin".to_owned()), "{again:?}");
}

#[test]
fn how_long_the_visitor_waits_for_the_first_sound_is_told_once() {
    let mut call = Call::with(LOCAL);
    let mut out = speak(&mut call, &synthetic_voice(800, 120.0, 1));
    out.extend(speak(&mut call, &vec![0; 24 * 900]));
    let ended_at = out.iter().position(|one| matches!(one, Output::Send(_, Command::EndTurn(_))));
    assert!(ended_at.is_some());
    call.wait(300);
    let name = ResponseId("r".into());
    call.event(Event::ResponseCreated(name.clone(), None));
    call.event(Event::ItemAdded(name, ItemId("i".into())));

    let first = call.event(Event::Audio(ItemId("i".into()), vec![1; 4_800]));
    let second = call.event(Event::Audio(ItemId("i".into()), vec![1; 4_800]));

    let told = |out: &[Output]| {
        out.iter().find_map(|one| match one {
            Output::Answered(ms) => Some(*ms),
            _ => None,
        })
    };
    assert!(told(&first).is_some_and(|ms| (300..1_500).contains(&ms)), "{:?}", told(&first));
    assert_eq!(told(&second), None);
}

#[test]
fn who_speaks_is_told_of_the_visitor_too_while_an_agent_has_the_call() {
    let mut call = Call::with(GA);
    call.give(Input::Agent(AgentAction::Take));
    call.give(Input::AgentAudio(vec![0; FRAME]));

    let out = speak(&mut call, &synthetic_voice(800, 120.0, 1));
    let after = speak(&mut call, &vec![0; 24 * 900]);

    let is_turn = |who: crate::Speaker| move |one: &Output| *one == Output::Turn(who);
    assert!(out.iter().any(is_turn(crate::Speaker::Visitor)));
    assert!(after.iter().any(is_turn(crate::Speaker::Nobody)));
    assert!(!out.iter().any(|one| matches!(one, Output::Send(..))), "no provider hears them");
}
