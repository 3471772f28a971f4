//! Connections that are rotated before they expire.

use super::tests::{Call, FRAME, GA};
use super::*;

fn dials(out: &[Output]) -> bool {
    out.iter().any(|output| matches!(output, Output::Dial { .. }))
}

#[test]
fn rotation_waits_for_quiet_and_loses_and_repeats_no_sample() {
    let mut call = Call::ready();
    call.event(Event::ExpiresIn(30_000));
    assert!(!dials(&call.wait(26_999)));
    assert!(dials(&call.wait(1)));
    call.event(Event::SpeechStarted);
    let next = LinkId(1);
    call.give(Input::Upstream(next, Event::Connected(GA)));
    call.give(Input::Upstream(next, Event::Configured));
    let mut heard = Vec::new();
    for n in 0..40_u8 {
        if n == 20 {
            heard.extend(call.event(Event::SpeechStopped));
        }
        heard.extend(call.give(Input::Microphone(vec![n; FRAME])));
    }

    let appended: Vec<(LinkId, u8)> = heard
        .iter()
        .filter_map(|output| match output {
            Output::Send(link, Command::Append(pcm)) => Some((*link, pcm[0])),
            _ => None,
        })
        .collect();
    assert_eq!(appended.iter().map(|(_, n)| *n).collect::<Vec<_>>(), (0..40).collect::<Vec<u8>>());
    assert!(appended.iter().all(|(link, n)| (*link == next) == (*n >= 20)));
}

#[test]
fn an_end_that_is_announced_while_a_session_is_set_up_counts_for_that_session() {
    let mut call = Call::ready();
    call.event(Event::ExpiresIn(30_000));
    call.wait(27_000);
    let next = LinkId(1);
    call.give(Input::Upstream(next, Event::Connected(GA)));
    call.give(Input::Upstream(next, Event::ExpiresIn(10_000)));
    let out = call.give(Input::Upstream(next, Event::Configured));
    assert!(out.contains(&Output::Drop(LinkId(0))));

    assert!(!dials(&call.wait(7_999)));
    assert!(dials(&call.wait(1)), "two seconds at least: ends are told in whole seconds");
}
