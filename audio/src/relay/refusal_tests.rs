//! Requests for responses that a provider refuses, and visitors who are gone.

use super::tests::{Call, FRAME, GA};
use super::*;

fn response(name: &str) -> ResponseId {
    ResponseId(name.into())
}

fn done(name: &str) -> Event {
    Event::ResponseDone(response(name), ReplyStatus::Completed, Tokens::default())
}

fn requests(out: &[Output]) -> Vec<RequestTag> {
    let tags = out.iter().filter_map(|output| match output {
        Output::Send(_, Command::Respond(tag, _)) => Some(*tag),
        _ => None,
    });
    tags.collect()
}

fn cancels_whatever_runs(out: &[Output]) -> bool {
    out.iter().any(|output| matches!(output, Output::Send(_, Command::CancelActive)))
}

fn drops(out: &[Output]) -> bool {
    out.iter().any(|output| matches!(output, Output::Drop(_)))
}

/// A call that has asked for a response, and the request's name.
fn asking() -> (Call, RequestTag) {
    let mut call = Call::ready();
    let out = call.give(Input::Typed("Hello?".into()));
    let tag = requests(&out)[0];
    (call, tag)
}

#[test]
fn a_request_in_the_way_of_an_unannounced_response_is_asked_once_more_after_its_end() {
    let (mut call, tag) = asking();
    let refusal = Event::ResponseRefused(Some(tag), Obstacle::Active);

    let mut before = call.event(refusal.clone());
    // A refusal of a request that is out no more changes nothing.
    before.extend(call.event(refusal));
    before.extend(call.wait(2_000));
    before.extend(call.event(Event::ResponseCreated(response("held back"), None)));
    before.extend(call.wait(6_000));
    assert!(requests(&before).is_empty(), "{before:?}");
    let after = call.event(done("held back"));

    assert_eq!(requests(&after).len(), 1);
}

#[test]
fn a_response_that_ends_without_having_begun_here_lets_the_request_be_asked_again() {
    let (mut call, _) = asking();
    call.event(Event::ResponseRefused(None, Obstacle::Active));

    let out = call.event(done("never announced"));

    assert_eq!(requests(&out).len(), 1);
}

#[test]
fn a_response_to_a_refused_request_answers_it() {
    let (mut call, tag) = asking();
    call.event(Event::ResponseRefused(Some(tag), Obstacle::Active));
    call.event(Event::ResponseCreated(response("r"), Some(tag)));

    let mut out = call.event(done("r"));
    out.extend(call.wait(20_000));

    assert!(requests(&out).is_empty(), "it is not answered twice: {out:?}");
}

#[test]
fn a_response_that_stays_in_the_way_is_cancelled_and_the_connection_given_up_in_the_end() {
    let (mut call, _) = asking();
    let (mut request_count, mut cancel_count, mut waited_ms) = (1, 0, 0);
    let out = loop {
        let refused = call.event(Event::ResponseRefused(None, Obstacle::Active));
        if drops(&refused) {
            break refused;
        }
        let out = call.wait(5_000);
        waited_ms += 5_000;
        request_count += requests(&out).len();
        cancel_count += usize::from(cancels_whatever_runs(&out));
    };

    assert_eq!((request_count, cancel_count, waited_ms), (4, 3, 15_000));
    assert!(out.contains(&Output::State(Floor::Assistant, LinkHealth::Reconnecting)), "{out:?}");
    // Another connection that does the same is the last one: a person is asked for.
    call.wait(100);
    let next = LinkId(1);
    call.give(Input::Upstream(next, Event::Connected(GA)));
    let mut out = call.give(Input::Upstream(next, Event::Configured));
    for _ in 0..4 {
        out.extend(call.give(Input::Upstream(next, Event::ResponseRefused(None, Obstacle::Active))));
        out.extend(call.wait(5_000));
    }
    assert_eq!(requests(&out).len(), 4);
    assert!(out.contains(&Output::AskForPerson), "{out:?}");
}

#[test]
fn a_request_refused_for_any_other_reason_is_asked_again_in_growing_pauses() {
    let (mut call, _) = asking();
    for pause_ms in [500, 1_000, 2_000] {
        let mut early = call.event(Event::ResponseRefused(None, Obstacle::Other));
        early.extend(call.wait(pause_ms - 1));
        assert!(requests(&early).is_empty() && !drops(&early), "{early:?}");
        let due = call.wait(1);
        assert_eq!(requests(&due).len(), 1, "after {pause_ms} ms");
        assert!(!cancels_whatever_runs(&due));
    }

    assert!(drops(&call.event(Event::ResponseRefused(None, Obstacle::Other))));
}

#[test]
fn a_request_that_is_taken_ends_the_count_of_refusals() {
    let (mut call, _) = asking();
    for n in 0..5 {
        call.event(Event::ResponseRefused(None, Obstacle::Other));
        let tag = requests(&call.wait(2_000))[0];
        let name = format!("r{n}");
        call.event(Event::ResponseCreated(response(&name), Some(tag)));
        call.event(done(&name));
        let out = call.give(Input::Typed("And?".into()));
        assert_eq!(requests(&out).len(), 1, "round {n}");
    }
}

#[test]
fn nobody_is_spoken_with_for_more_than_ten_seconds_after_the_visitor_is_gone() {
    let mut call = Call::ready();
    call.event(Event::SpeechStarted);
    call.give(Input::Microphone(vec![1; FRAME]));
    call.give(Input::LegLost);
    assert!(!drops(&call.wait(9_999)));

    let out = call.wait(1);

    assert!(out.contains(&Output::Drop(LinkId(0))), "{out:?}");
    let quiet = call.wait(19_000);
    assert!(!quiet.iter().any(|one| matches!(one, Output::Dial { .. } | Output::Send(..))), "{quiet:?}");
    let back = call.give(Input::LegConnected);
    assert!(back.contains(&Output::Dial { link: LinkId(1), provider: 0 }), "{back:?}");
    call.give(Input::Upstream(LinkId(1), Event::Connected(GA)));
    let out = call.give(Input::Upstream(LinkId(1), Event::Configured));
    assert!(out.contains(&Output::State(Floor::Assistant, LinkHealth::Ok)), "{out:?}");
}

#[test]
fn a_visitor_who_is_back_before_that_has_the_same_connection() {
    let mut call = Call::ready();
    call.give(Input::LegLost);
    call.wait(9_999);
    call.give(Input::LegConnected);

    assert!(!drops(&call.wait(30_000)));
}

#[test]
fn a_visitor_who_stays_away_ends_the_call_without_a_provider() {
    let mut call = Call::ready();
    call.give(Input::LegLost);
    let out = call.wait(30_000);

    let drop_count = out.iter().filter(|one| matches!(one, Output::Drop(_))).count();
    assert_eq!(drop_count, 1, "{out:?}");
    assert!(matches!(out.last(), Some(Output::Ended { reason: EndReason::Visitor, seconds: 30 })), "{out:?}");
}

#[test]
fn a_call_that_an_agent_has_goes_on_as_before_while_the_visitor_is_gone() {
    let mut call = Call::ready();
    call.give(Input::Agent(AgentAction::Take));
    call.give(Input::LegLost);
    assert!(!drops(&call.wait(15_000)));

    let out = call.give(Input::Agent(AgentAction::GiveBack("".into())));

    assert!(drops(&out), "the assistant has nobody to speak with: {out:?}");
}
