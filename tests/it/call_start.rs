//! `switchboard call start`: a visitor's side of a call from the shell, with files for ears and mouth.

use serde_json::json;
use switchboard_sim::realtime::{ConnectionLog, Scenario, Turn, tones};

use crate::on_both_databases;
use crate::support::caller::{Caller, read_wav, write_wav};
use crate::support::phone::Exchange;
use crate::support::{Database, within};

const SECOND: usize = 24_000;

async fn exchange(scenario: Scenario) -> Exchange {
    Exchange::start(Database::sqlite(), scenario).await
}

/// Where samples stand for the first time.
fn place_of(part: &[i16], whole: &[i16]) -> Option<usize> {
    whole.windows(part.len()).position(|window| window == part)
}

/// What sounds in a file, without the silence before, behind, and wherever this machine was too busy.
fn sounding(played: &[i16]) -> Vec<i16> {
    played.chunks(480).filter(|frame| frame.iter().any(|sample| *sample != 0)).flatten().copied().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_said_the_answer_is_heard_in_real_time_and_the_words_are_printed() {
    let scenario = Scenario::default().hears(["when do you open"]);
    let exchange = exchange(scenario.script([Turn::say_for("We open at nine.", 1_000)])).await;
    let folder = tempfile::tempdir().unwrap();
    let (speech, heard) = (folder.path().join("speech.wav"), folder.path().join("heard.wav"));
    let question = tones::render(5, 0, SECOND * 4 / 5);
    write_wav(&speech, 24_000, &[question.as_slice(), &[0; SECOND]].concat());
    let files =
        ["--in", &speech.display().to_string(), "--out", &heard.display().to_string()].map(str::to_owned);
    let flags: Vec<&str> = files.iter().map(String::as_str).chain(["--json"]).collect();
    let mut caller = Caller::start(&exchange.assisted.site, &flags);

    let started = caller.object().await;
    let asked = caller.object().await;
    let said = caller.object().await;
    let ended = caller.object().await;

    assert_eq!(started["event"], "started");
    assert_eq!(asked, json!({"event": "transcript", "role": "visitor", "text": "when do you open"}));
    assert_eq!(said, json!({"event": "transcript", "role": "assistant", "text": "We open at nine."}));
    assert_eq!((&ended["event"], &ended["reason"]), (&json!("ended"), &json!("visitor")));
    assert_eq!(ended["call_id"], started["call_id"]);
    assert_eq!(caller.end().await, (Some(0), String::new()));
    let got = exchange.sim.connections()[0].audio.clone();
    assert!(place_of(&question, &got).is_some(), "the provider heard the file sample for sample");
    let played = read_wav(&heard);
    assert_eq!(sounding(&played), tones::render(0, 0, SECOND), "the answer sample for sample");
    let begin = played.iter().position(|sample| *sample != 0).unwrap();
    assert!(begin > SECOND * 4 / 5, "heard after the question, not at sample {begin}");
    assert!(played.len() >= begin + 3 * SECOND, "and then two seconds of silence");
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_48_khz_is_said_as_long_as_it_is() {
    let exchange = exchange(Scenario::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let speech = folder.path().join("speech.wav");
    let tone = tones::render(9, 0, SECOND);
    let doubled: Vec<i16> = tone.iter().flat_map(|sample| [*sample, *sample]).collect();
    write_wav(&speech, 48_000, &doubled);
    let mut caller = Caller::start(&exchange.assisted.site, &["--in", &speech.display().to_string()]);

    let first = caller.line().await.unwrap();

    assert!(first.starts_with("visitor: "), "{first}");
    let got = exchange.sim.connections()[0].audio.clone();
    let begin = got.iter().position(|sample| sample.abs() > 1_000).unwrap();
    let located = tones::locate(&got[begin + SECOND / 2..begin + SECOND / 2 + 960]);
    let (item, at_ms) = located.expect("tones in the middle of it");
    assert!(item == 9 && at_ms.abs_diff(500) <= 5, "item {item} at {at_ms} ms");
    caller.interrupt();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupt_hangs_up_and_one_that_the_hub_ends_is_no_success() {
    let exchange = exchange(Scenario::default()).await;
    let mut caller = Caller::start(&exchange.assisted.site, &["--json"]);
    caller.object().await;
    caller.interrupt();
    assert_eq!(caller.object().await["reason"], "visitor");
    assert_eq!(caller.end().await.0, Some(0));

    let mut caller = Caller::start(&exchange.assisted.site, &["--json"]);
    let call_id = caller.object().await["call_id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/calls/{call_id}/end");
    let site = &exchange.assisted.site;
    assert_eq!(site.post(Some(&exchange.assisted.owner.token), &path, &json!({})).await.status, 202);
    assert_eq!(caller.object().await["reason"], "agent");
    assert_eq!(caller.end().await.0, Some(1));

    let caller = Caller::start(site, &["--seconds", "1"]);
    let (code, errors) = caller.end().await;
    assert_eq!(code, Some(0), "{errors}");
    assert!(errors.contains("has begun"), "{errors}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_interrupts_hears_no_more_of_it_and_the_provider_knows_how_much_was_heard() {
    let exchange = exchange(Scenario::long_answer_sent_fast()).await;
    let folder = tempfile::tempdir().unwrap();
    let (speech, heard) = (folder.path().join("speech.wav"), folder.path().join("heard.wav"));
    let (words, pause) = (tones::render(7, 0, SECOND * 3 / 5), vec![0; 2 * SECOND]);
    write_wav(&speech, 24_000, &[words.as_slice(), &pause, &words].concat());
    let files =
        ["--in", &speech.display().to_string(), "--out", &heard.display().to_string()].map(str::to_owned);
    let flags: Vec<&str> = files.iter().map(String::as_str).chain(["--seconds", "5"]).collect();

    let (code, errors) = Caller::start(&exchange.assisted.site, &flags).end().await;

    assert_eq!(code, Some(0), "{errors}");
    let connection = &exchange.sim.connections()[0];
    let (_, told_ms) = connection.truncated[0];
    let played = read_wav(&heard);
    let sound = sounding(&played);
    let answer = tones::render(0, 0, sound.len());
    let same = sound.iter().zip(&answer).take_while(|(one, other)| one == other).count();
    let heard_ms = u64::try_from(same / 24).unwrap();
    assert!(
        heard_ms > 500 && heard_ms < 4_000 && heard_ms.abs_diff(told_ms) <= 20,
        "{heard_ms} ms heard, {told_ms} ms told"
    );
    assert_eq!(exchange.sim.violations(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_is_heard_and_named() {
    let exchange = exchange(Scenario::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let heard = folder.path().join("heard.wav");
    let out = heard.display().to_string();
    let mut caller = Caller::start(&exchange.assisted.site, &["--json", "--out", &out]);
    let call_id = caller.object().await["call_id"].as_str().unwrap().to_owned();
    let mut desk = exchange.join(&exchange.assisted.owner.clone(), &call_id, "take").await;
    desk.until_where("state", |state| state["floor"] == "taking").await;
    let words = tones::render(3, 0, SECOND / 2);
    for part in words.chunks(480) {
        desk.send(2, part).await;
    }

    let ended = within("the end of the call", caller.object()).await;

    assert_eq!(ended["reason"], "visitor", "the agent has answered, and says nothing more");
    assert_eq!(sounding(&read_wav(&heard)), words);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_heard_is_kept_when_the_server_dies() {
    let mut exchange = exchange(Scenario::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let heard = folder.path().join("heard.wav");
    let mut caller =
        Caller::start(&exchange.assisted.site, &["--json", "--out", &heard.display().to_string()]);
    caller.object().await;
    let half_a_second = |all: &[ConnectionLog]| all.first().is_some_and(|one| one.audio.len() >= SECOND / 2);
    within("half a second of the call", exchange.sim.wait_until(half_a_second)).await;

    exchange.assisted.site.server.kill().await;

    let failure = caller.object().await;
    assert_eq!(failure["error"]["code"], "unavailable", "{failure}");
    assert_eq!(caller.end().await.0, Some(1));
    // The provider may have heard a frame that was sent and, here, not yet listened to.
    assert!(read_wav(&heard).len() >= SECOND / 2 - 480);
}

on_both_databases! {
    async fn what_stands_in_the_way_is_said_with_a_way_out(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        let site = &exchange.assisted.site;
        exchange.set(json!({ "voice_enabled": false })).await;
        let (code, errors) = Caller::start(site, &[]).end().await;
        assert!(code == Some(1) && errors.contains("voice_enabled"), "{code:?} {errors}");

        let (code, errors) = Caller::start_on(site, "swk_nobody", &[]).end().await;
        assert!(code == Some(1) && errors.contains("channel create"), "{code:?} {errors}");

        exchange.set(json!({ "voice_enabled": true, "voice_calls_at_once": 1 })).await;
        let (_visitor, _phone) = exchange.call().await;
        let mut full = Caller::start(site, &["--json"]);
        let failure = full.object().await;
        assert_eq!(failure["error"]["code"], "usage_limit_exceeded");
        assert!(failure["error"]["message"].as_str().unwrap().contains("voice_calls_at_once"), "{failure}");
        assert_eq!(full.end().await, (Some(1), String::new()));
    }
}
