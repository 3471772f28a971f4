//! Words that an agent takes back before they are heard, at each step on their way.

use super::tests::{Call, FRAME, commands, item, response};
use super::*;

const SAY: SayId = SayId(7);

fn say(call: &mut Call) -> Vec<Output> {
    call.give(Input::Agent(AgentAction::Say(SAY, "Wait, please.".into())))
}

fn take_back(call: &mut Call) -> Vec<Output> {
    call.give(Input::Agent(AgentAction::TakeBack(SAY)))
}

/// The tag under which the agent's words were asked for.
fn asked_tag(out: &[Output]) -> RequestTag {
    let [Command::Respond(tag, Purpose::Say(SAY, _))] = commands(out)[..] else { panic!("{out:?}") };
    *tag
}

fn is_played(out: &[Output]) -> bool {
    out.iter().any(|output| matches!(output, Output::Play(_)))
}

#[test]
fn words_that_wait_behind_a_response_are_never_asked_for() {
    let mut call = Call::ready();
    call.says("own", "Hello", FRAME);
    assert!(say(&mut call).contains(&Output::Said(SAY, SayStage::Waiting)));

    assert_eq!(take_back(&mut call), [Output::Said(SAY, SayStage::TakenBack)]);

    let after = call.done("own", ReplyStatus::Completed);
    assert!(commands(&after).is_empty(), "{after:?}");
}

#[test]
fn a_response_to_a_request_that_was_taken_back_is_cancelled_when_it_begins() {
    let mut call = Call::ready();
    let tag = asked_tag(&say(&mut call));
    take_back(&mut call);

    let out = call.event(Event::ResponseCreated(response("r"), Some(tag)));

    assert_eq!(commands(&out), [&Command::Cancel(response("r"))]);
    call.event(Event::ItemAdded(response("r"), item("a")));
    let out = call.event(Event::Audio(item("a"), vec![1; 3 * FRAME]));
    assert!(!is_played(&out), "{out:?}");
}

#[test]
fn words_that_came_in_behind_another_reply_are_taken_out_and_that_reply_goes_on() {
    let mut call = Call::ready();
    call.says("first", "A long answer", 50 * FRAME);
    call.done("first", ReplyStatus::Completed);
    let tag = asked_tag(&say(&mut call));
    call.event(Event::ResponseCreated(response("r"), Some(tag)));
    call.event(Event::ItemAdded(response("r"), item("a")));
    call.event(Event::Audio(item("a"), vec![1; 50 * FRAME]));

    let out = take_back(&mut call);

    assert_eq!(commands(&out), [&Command::Cancel(response("r")), &Command::Delete(item("a"))]);
    assert!(!out.iter().any(|output| matches!(output, Output::Clear(_))), "the first reply is cut: {out:?}");
    let out = call.played(0, 1, 9_600);
    assert!(is_played(&out), "the first reply goes on: {out:?}");
}

#[test]
fn words_of_which_sound_is_out_are_not_taken_back() {
    let mut call = Call::ready();
    let tag = asked_tag(&say(&mut call));
    call.event(Event::ResponseCreated(response("r"), Some(tag)));
    call.event(Event::ItemAdded(response("r"), item("a")));
    assert!(call.relay.can_take_back(SAY));
    let out = call.event(Event::Audio(item("a"), vec![1; 3 * FRAME]));
    assert!(out.contains(&Output::Said(SAY, SayStage::Speaking)));
    assert!(!call.relay.can_take_back(SAY));

    assert!(take_back(&mut call).is_empty());
}

#[test]
fn words_are_dropped_when_the_visitor_speaks_or_an_agent_takes_over() {
    for cut in [Input::Upstream(LinkId(0), Event::SpeechStarted), Input::Agent(AgentAction::Take)] {
        let mut call = Call::ready();
        let tag = asked_tag(&say(&mut call));
        call.event(Event::ResponseCreated(response("r"), Some(tag)));

        let out = call.give(cut);

        assert!(out.contains(&Output::Said(SAY, SayStage::Dropped)), "{out:?}");
        assert!(take_back(&mut call).is_empty());
    }
}

#[test]
fn what_was_asked_for_before_a_takeover_is_not_said_after_it() {
    let mut call = Call::ready();
    let tag = asked_tag(&say(&mut call));
    call.give(Input::Agent(AgentAction::Take));
    call.give(Input::Agent(AgentAction::GiveBack("".into())));

    let out = call.event(Event::ResponseCreated(response("r"), Some(tag)));

    assert_eq!(commands(&out), [&Command::Cancel(response("r"))]);
}
