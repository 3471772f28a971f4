//! What is sent, what was heard, and what an interruption leaves.

use proptest::prelude::*;

use super::*;

const A: UtteranceId = UtteranceId(1);
const B: UtteranceId = UtteranceId(2);
const SECOND: usize = 48_000;

fn drain(line: &mut Line) -> Vec<PlayFrame> {
    std::iter::from_fn(|| line.next_frame()).collect()
}

fn played(line: &Line, utterance: UtteranceId, samples: u32, buffered_ms: u32) -> Played {
    Played { generation: line.generation(), tag: utterance.tag(), samples, buffered_ms }
}

#[test]
fn at_most_400_ms_run_ahead_of_what_was_played() {
    let mut line = Line::default();
    line.receive(A, vec![1; SECOND]);

    assert_eq!(drain(&mut line).len(), 20);
    let report = played(&line, A, 2_400, 300);
    line.report(report, 100);
    assert_eq!(drain(&mut line).len(), 5);
}

#[test]
fn an_utterance_has_one_first_and_one_last_frame_and_then_has_been_heard() {
    let mut line = Line::default();
    line.receive(A, vec![1; 1_000]);
    let early = drain(&mut line);
    let heard = line.complete(A);
    let late = drain(&mut line);

    assert_eq!((early.len(), heard.len(), late.len()), (1, 0, 1));
    assert!(early[0].is_first && !early[0].is_last);
    assert!(late[0].is_last && !late[0].is_first);
    assert_eq!(late[0].pcm.len(), 960);
    let report = played(&line, A, 960, 0);
    assert_eq!(line.report(report, 0), [A]);
    assert!(line.is_empty());
}

#[test]
fn the_next_utterance_waits_for_the_end_of_the_one_before() {
    let mut line = Line::default();
    line.receive(A, vec![1; 1_920]);
    line.receive(B, vec![2; 1_920]);

    assert_eq!(drain(&mut line).iter().map(|frame| frame.utterance).collect::<Vec<_>>(), [A]);
    line.complete(A);
    line.complete(B);
    assert_eq!(drain(&mut line).iter().map(|frame| frame.utterance).collect::<Vec<_>>(), [A, B, B]);
}

#[test]
fn a_cut_says_what_was_heard_of_each_utterance() {
    let mut line = Line::default();
    line.receive(A, vec![1; SECOND / 10]);
    line.complete(A);
    line.receive(B, vec![2; SECOND]);
    drain(&mut line);
    let report = played(&line, A, 1_200, 350);
    line.report(report, 0);

    line.clear(0);
    let exact = played(&line, B, 777, 0);
    assert!(line.knows_cut(exact));
    line.report(exact, 40);

    let heard = line.settle_cut();
    assert_eq!(
        heard.iter().map(|heard| (heard.utterance, heard.heard_ms())).collect::<Vec<_>>(),
        [(A, 100), (B, 32)]
    );
    assert!(drain(&mut line).is_empty());
}

#[test]
fn without_an_exact_report_the_last_one_is_carried_on_as_far_as_the_browser_had_sound() {
    for (now_ms, expected_ms) in [(50, 150), (400, 300)] {
        let mut line = Line::default();
        line.receive(A, vec![1; SECOND]);
        drain(&mut line);
        let report = played(&line, A, 2_400, 200);
        line.report(report, 0);

        line.clear(now_ms);

        assert_eq!(line.settle_cut()[0].heard_ms(), expected_ms);
    }
}

#[test]
fn the_exact_report_wins_over_the_estimate() {
    let mut line = Line::default();
    line.receive(A, vec![1; SECOND]);
    drain(&mut line);
    let report = played(&line, A, 2_400, 300);
    line.report(report, 0);
    line.clear(200);

    // The browser had underrun: only 20 ms more were played, not 200.
    let exact = played(&line, A, 2_880, 0);
    line.report(exact, 230);

    assert_eq!(line.settle_cut()[0].heard_ms(), 120);
}

#[test]
fn a_report_of_a_coming_generation_is_ignored() {
    let mut line = Line::default();
    line.receive(A, vec![1; SECOND]);
    drain(&mut line);

    line.report(Played { generation: Generation(5), tag: A.tag(), samples: 9_600, buffered_ms: 0 }, 0);

    assert!(line.next_frame().is_none());
}

#[test]
fn what_was_not_played_is_sent_again_to_a_browser_that_comes_back() {
    let mut line = Line::default();
    let sound: Vec<u8> = (0..9_600_u32).map(|n| (n % 251) as u8).collect();
    line.receive(A, sound.clone());
    line.complete(A);
    drain(&mut line);
    let report = played(&line, A, 1_000, 100);
    line.report(report, 0);

    line.rewind();
    let again: Vec<u8> = drain(&mut line).into_iter().flat_map(|frame| frame.pcm).collect();

    assert_eq!(&again[..7_600], &sound[2_000..]);
}

#[test]
fn reading_stops_at_two_minutes_and_goes_on_well_below() {
    let mut line = Line::default();
    for _ in 0..119 {
        line.receive(A, vec![0; SECOND]);
    }
    assert!(line.may_read());
    line.receive(A, vec![0; SECOND]);
    assert!(!line.may_read());

    let mut samples = 0;
    while !line.may_read() {
        samples += u32::try_from(drain(&mut line).len()).unwrap() * 480;
        let report = played(&line, A, samples, 0);
        line.report(report, 0);
    }

    assert!((20 * 24_000..=22 * 24_000).contains(&samples), "{samples}");
}

#[test]
fn generations_wrap() {
    assert!(Generation(u16::MAX).is_older_than(Generation(u16::MAX).next()));
    assert!(!Generation(0).is_older_than(Generation(u16::MAX)));
    assert!(!Generation(3).is_older_than(Generation(3)));
}

#[derive(Debug, Clone)]
enum Step {
    Receive(u32, usize),
    Complete(u32),
    Draw(usize),
    Report { back: u16, tag: u16, samples: u32, buffered_ms: u32 },
    Clear,
    Settle,
    Rewind,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_u32..5, 0_usize..9_000).prop_map(|(id, size)| Step::Receive(id, size)),
        2 => (1_u32..5).prop_map(Step::Complete),
        4 => (1_usize..40).prop_map(Step::Draw),
        4 => (0_u16..3, 0_u16..6, 0_u32..40_000, 0_u32..500).prop_map(|(back, tag, samples, buffered_ms)| {
            Step::Report { back, tag, samples, buffered_ms }
        }),
        1 => Just(Step::Clear),
        1 => Just(Step::Settle),
        1 => Just(Step::Rewind),
    ]
}

proptest! {
    #[test]
    fn nobody_hears_more_than_was_received_and_nothing_old_plays_after_a_clear(
        steps in prop::collection::vec((step(), 0_u64..300), 1..120),
    ) {
        let mut line = Line::default();
        let mut now_ms = 0;
        for (step, pause_ms) in steps {
            now_ms += pause_ms;
            let generation = line.generation();
            match step {
                Step::Receive(id, size) => line.receive(UtteranceId(id), vec![0; size]),
                Step::Complete(id) => drop(line.complete(UtteranceId(id))),
                Step::Draw(count) => {
                    for _ in 0..count {
                        let Some(frame) = line.next_frame() else { break };
                        prop_assert_eq!(frame.generation, generation);
                        prop_assert_eq!(frame.pcm.len(), 960);
                    }
                }
                Step::Report { back, tag, samples, buffered_ms } => {
                    let generation = Generation(line.generation().0.wrapping_sub(back));
                    line.report(Played { generation, tag, samples, buffered_ms }, now_ms);
                }
                Step::Clear => {
                    prop_assert!(generation.is_older_than(line.clear(now_ms)));
                    prop_assert!(line.is_empty() && line.next_frame().is_none());
                }
                Step::Settle => {
                    for heard in line.settle_cut() {
                        prop_assert!(heard.heard_samples <= heard.received_samples);
                        prop_assert!(heard.heard_ms() * 24 <= heard.received_samples);
                    }
                }
                Step::Rewind => prop_assert!(generation.is_older_than(line.rewind())),
            }
        }
    }
}
