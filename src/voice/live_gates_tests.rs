//! What calls with a full-duplex voice are held to, over hundreds of interruptions, takeovers, drops and expiries: the
//! relay, the dialect and the simulated provider together, on a clock that is turned by hand. A failure prints the
//! round, which is the seed. An ordinary run does a tenth of them; `LIVE_GATES=20` does all: 500 interruptions, 500
//! takeovers, 200 drops, 100 expiries.

use audio::relay::{AgentAction, Command, Ending, Role, Turn as Told};
use audio::synthetic_voice;
use switchboard_sim::realtime::{Scenario, Turn};

use super::live_studio_for_tests::{Entry, Studio};

/// Calls of an ordinary run, for each gate; more by `LIVE_GATES`.
fn chunks() -> u64 {
    std::env::var("LIVE_GATES").ok().and_then(|text| text.parse().ok()).unwrap_or(2)
}

/// Chance by a number, the same every time.
fn dice(seed: u64, low: u64, high: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    low + (mixed ^ (mixed >> 31)) % (high - low)
}

/// A visitor's voice, another one each time.
fn voice(ms: u64, seed: u64) -> Vec<i16> {
    let pitch_hz = f64::from(u32::try_from(dice(seed, 95, 220)).expect("small"));
    synthetic_voice(
        usize::try_from(ms).expect("small"),
        pitch_hz,
        u32::try_from(seed % 1_000).expect("small"),
    )
}

/// Turns that cannot be mistaken for each other, each of `ms`.
fn script(link: u32, ms: u64) -> Scenario {
    let answer = |n: u64| {
        let words: Vec<String> = (0..20).map(|word| format!("a{link}x{n}w{word}")).collect();
        Turn::say_for(&words.join(" "), ms)
    };
    let hears: Vec<String> = (0..40).map(|n| format!("question {link} {n}")).collect();
    let hears: Vec<&str> = hears.iter().map(String::as_str).collect();
    Scenario::default().seed(u64::from(link)).hears(hears).script((0..40).map(answer)).think_ms(200)
}

fn texts(entries: &[Entry], role: Role) -> Vec<&str> {
    entries.iter().filter(|entry| entry.role == role).map(|entry| entry.text.as_str()).collect()
}

/// The last word of an answer that the visitor heard by the sound, as the script has it: the word that was sounding.
fn word_at(ms: u64, position_ms: u64, prefix: &str) -> usize {
    let words: Vec<String> = (0..20).map(|word| format!("{prefix}w{word}")).collect();
    let text = words.join(" ");
    let byte = usize::try_from(position_ms * text.len() as u64 / ms).expect("small").min(text.len());
    text[..byte].matches(' ').count()
}

#[test]
fn of_interrupted_answers_nothing_is_heard_after_150_ms() {
    const ANSWER_MS: u64 = 6_000;
    let (mut worst_ms, mut worst_words) = (0, 0);
    for chunk in 0..chunks() {
        let mut studio = Studio::open(|link| script(link, ANSWER_MS));
        studio.speak(&voice(900, chunk));
        studio.be_silent(1_600);
        for round in chunk * 25..(chunk + 1) * 25 {
            studio.be_silent(dice(round, 15, 140) * 20);
            let (entry_count, interrupted) = (studio.entries.len(), studio.heard.last().cloned());
            let interrupted = interrupted.unwrap_or_else(|| panic!("round {round}: nobody is interrupted"));
            assert!(interrupted.at_ms + 60 >= studio.now_ms, "round {round}: the answer is being heard");
            let began_ms = studio.now_ms;
            studio.cleared_ms = None;

            studio.speak(&voice(dice(round, 45, 70) * 20, round));

            let cleared_ms =
                studio.cleared_ms.unwrap_or_else(|| panic!("round {round}: nothing was cleared"));
            worst_ms = worst_ms.max(cleared_ms - began_ms);
            let late = studio
                .heard
                .iter()
                .find(|frame| frame.utterance == interrupted.utterance && frame.at_ms > began_ms + 150);
            assert!(
                late.is_none(),
                "round {round}: the old answer is heard at {:?}",
                late.map(|one| one.at_ms)
            );
            let (_, position_ms) = studio.heard_until(cleared_ms + 1).expect("tones");
            studio.be_silent(1_600);
            let cut = studio.entries[entry_count..].iter().find(|entry| entry.role == Role::Assistant);
            let cut =
                cut.unwrap_or_else(|| panic!("round {round}: it was not written: {:?}", studio.entries));
            assert_eq!(cut.ending, Ending::Interrupted, "round {round}");
            let prefix = cut.text.split('w').next().expect("a word");
            let written = cut.text.split(' ').count();
            let heard = word_at(ANSWER_MS, position_ms, prefix);
            worst_words = worst_words.max(written.abs_diff(heard));
        }
        expect_in_order(&studio, chunk);
        assert_eq!(studio.violations(), [""; 0]);
    }
    println!(
        "{} barge-ins: playback cleared {worst_ms} ms after the voice at worst, words off by {worst_words}",
        chunks() * 25
    );
    assert!(worst_ms <= 150 && worst_words <= 1, "{worst_ms} ms, {worst_words} words");
}

/// Words stand there once and in order: questions as they were asked, each answer after its question.
fn expect_in_order(studio: &Studio, seed: u64) {
    let asked = texts(&studio.entries, Role::Visitor);
    let mut unique = asked.clone();
    unique.dedup();
    assert_eq!(asked, unique, "seed {seed}: a question stands there twice");
    let numbers: Vec<(u32, u32)> = asked
        .iter()
        .filter_map(|text| {
            let mut words = text.split(' ').skip(1);
            Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
        })
        .collect();
    assert_eq!(numbers.len(), asked.len(), "seed {seed}: words of two questions in one: {asked:?}");
    assert!(numbers.is_sorted(), "seed {seed}: {asked:?}");
    let answers = texts(&studio.entries, Role::Assistant);
    let words: Vec<&str> = answers.iter().flat_map(|text| text.split(' ')).collect();
    let mut seen = std::collections::BTreeSet::new();
    let twice = words.iter().find(|word| !seen.insert(**word));
    assert_eq!(twice, None, "seed {seed}: a word was written twice");
}

#[test]
fn an_agent_who_takes_over_is_heard_at_once_and_the_old_answer_never_again() {
    let mut takeover_count = 0;
    for chunk in 0..chunks() {
        let mut studio = Studio::open(|link| script(link, 5_000));
        for round in chunk * 25..(chunk + 1) * 25 {
            studio.speak(&voice(900, round));
            studio.be_silent(1_200 + dice(round, 0, 100) * 20);
            let heard_count = studio.heard.len();
            let (sent, before) = (studio.appended_frames, studio.agent_frames);

            studio.agent(AgentAction::Take);
            studio.apply(audio::relay::Input::AgentAudio(vec![9; 960]));
            assert_eq!(studio.agent_frames, before + 1, "round {round}: the agent is heard at once");
            studio.speak(&voice(600, round + 1));

            assert_eq!(studio.heard.len(), heard_count, "round {round}: the assistant is silent at once");
            assert_eq!(
                studio.appended_frames, sent,
                "round {round}: no provider hears what is said to a person"
            );
            let dials = studio.dial_count;
            studio.agent(AgentAction::GiveBack(format!("note {round}").into()));
            studio.be_silent(900);
            assert_eq!(studio.dial_count, dials + 1, "round {round}: a session of its own goes on");
            assert_eq!(
                studio.heard.len(),
                heard_count,
                "round {round}: it does not greet, and not go on with the old"
            );
            let told = studio.commands.iter().rev().find_map(|(_, command)| match command {
                Command::Configure { history, .. } => history.last().cloned(),
                _ => None,
            });
            assert!(matches!(told, Some(Told::Told(_))), "round {round}: {told:?}");
            takeover_count += 1;
        }
        studio.be_silent(3_000);
        expect_in_order(&studio, chunk);
        assert_eq!(studio.violations(), [""; 0]);
    }
    assert_eq!(takeover_count, chunks() * 25);
}

#[test]
fn after_drops_no_word_is_lost_or_doubled_and_what_was_said_is_heard_again() {
    let mut drop_count = 0;
    for chunk in 0..chunks() {
        let mut studio = Studio::open(|link| script(link, 1_500));
        for round in chunk * 10..(chunk + 1) * 10 {
            let said = voice(1_100, round);
            let (before, after) = said.split_at(usize::try_from(dice(round, 10, 45)).expect("small") * 480);
            let asked_count = texts(&studio.entries, Role::Visitor).len();
            let link = studio.dial_count;
            studio.speak(before);

            studio.drop_links();
            studio.speak(after);
            studio.be_silent(4_500);

            assert_eq!(studio.dial_count, link + 1, "round {round}");
            let heard = studio.read_provider(link, |log| log.audio.clone());
            let is_there = heard.windows(said.len()).step_by(480).any(|piece| piece == &said[..]);
            assert!(is_there, "round {round}: the next connection hears all of it, sample for sample");
            let asked = texts(&studio.entries, Role::Visitor);
            assert_eq!(asked.len(), asked_count + 1, "round {round}: {asked:?}");
            drop_count += 1;
        }
        expect_in_order(&studio, chunk);
        expect_paid(&studio, chunk);
        assert_eq!(studio.violations(), [""; 0]);
    }
    assert_eq!(drop_count, chunks() * 10);
}

/// What is counted is what the providers have counted, within a thousandth.
fn expect_paid(studio: &Studio, seed: u64) {
    let mut total = studio.lasted_ms;
    // What the connection in use has not passed on yet.
    let open = studio.provider_ms().saturating_sub(total);
    if open < 11_000 {
        total += open;
    }
    let off = total.abs_diff(studio.provider_ms());
    assert!(off * 1_000 <= studio.provider_ms(), "seed {seed}: {total} of {}", studio.provider_ms());
}

#[test]
fn sessions_that_expire_are_followed_by_others_without_a_word_lost() {
    let mut expiry_count = 0;
    for chunk in 0..chunks() {
        // Every second session says when it will end; the others just do.
        let mut studio = Studio::open(move |link| {
            let scenario = script(link, 1_200);
            if link % 2 == 0 {
                scenario.session_expired(20_000)
            } else {
                scenario.closes_at(9_000 + dice(chunk * 50 + u64::from(link), 0, 200) * 20, "expired")
            }
        });
        let first = studio.dial_count;
        let mut round = 0;
        while studio.dial_count < first + 5 {
            round += 1;
            let asked_count = texts(&studio.entries, Role::Visitor).len();
            studio.speak(&voice(900, chunk * 100 + round));
            studio.be_silent(4_600);
            let asked = texts(&studio.entries, Role::Visitor);
            assert_eq!(asked.len(), asked_count + 1, "seed {chunk}, round {round}: {asked:?}");
            assert!(round < 60, "seed {chunk}: sessions do not end");
        }
        expiry_count += studio.dial_count - first;
        expect_in_order(&studio, chunk);
        expect_paid(&studio, chunk);
        assert_eq!(studio.violations(), [""; 0]);
    }
    assert!(u64::from(expiry_count) >= chunks() * 5, "{expiry_count}");
}

#[test]
fn a_visitor_who_only_agrees_hears_the_answer_go_on() {
    let mut studio = Studio::open(|link| script(link, 8_000).yields_after_ms(u64::MAX));
    studio.speak(&voice(900, 1));
    studio.be_silent(2_200);
    let interrupted = studio.heard.last().expect("it speaks").utterance;

    studio.speak(&voice(400, 2));
    studio.be_silent(2_600);

    let resumed = studio.heard.last().expect("it speaks");
    assert_ne!(resumed.utterance, interrupted, "as an utterance of its own");
    assert!(resumed.at_ms + 100 >= studio.now_ms);
    studio.be_silent(6_000);
    let answers = texts(&studio.entries, Role::Assistant);
    assert_eq!(answers.len(), 2, "{:?}", studio.entries);
    assert!(answers[0].starts_with("a0x0w0 ") && answers[1].ends_with(" a0x0w19"), "{answers:?}");
}

#[test]
fn a_task_is_answered_by_the_assistant_and_spoken() {
    let mut studio = Studio::open(|link| {
        let call = Turn::call("lookup", &serde_json::json!({}));
        script(link, 1_000).script([call]).hears(["where is my order"])
    });
    studio.speak(&voice(900, 3));
    studio.be_silent(1_500);
    let (task, said) = studio.tasks.pop().expect("it was handed over");
    assert_eq!(said.last(), Some(&Told::Said(Role::Visitor, "where is my order".into())));

    studio.answer(&task, "It was sent today.");
    studio.be_silent(4_000);

    assert_eq!(texts(&studio.entries, Role::Assistant), ["It was sent today."]);
    assert_eq!(studio.violations(), [""; 0]);
}

#[test]
fn an_answer_that_comes_after_a_drop_is_told_to_the_next_session_and_asked_for() {
    let mut studio = Studio::open(|link| {
        let call = Turn::call("lookup", &serde_json::json!({}));
        if link == 0 { script(0, 1_000).script([call]) } else { script(link, 1_000) }
    });
    studio.speak(&voice(900, 3));
    studio.be_silent(3_500);
    let (task, _) = studio.tasks.pop().expect("it was handed over");
    studio.drop_links();
    studio.wait(600);

    studio.answer(&task, "It was sent today.");
    studio.be_silent(200);

    let of_next: Vec<&Command> =
        studio.commands.iter().filter(|(link, _)| link.0 == 1).map(|(_, command)| command).collect();
    assert!(of_next.iter().any(|command| matches!(command, Command::Add(Told::Tool(..)))), "{of_next:?}");
    assert!(of_next.iter().any(|command| matches!(command, Command::Respond(..))), "{of_next:?}");
    assert_eq!(studio.violations(), [""; 0]);
}
