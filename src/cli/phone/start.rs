//! `switchboard call start`: from the flags to a call, and from its end to the output.

use std::path::Path;

use clap::ArgMatches;
use serde_json::json;

use super::connect::Door;
use super::events::End;
use super::microphone::Microphone;
use super::talk::{Outcome, Talk};
use super::transcript::Teller;
use super::wav::{WavWriter, read_wav};
use crate::cli::output::{Answer, Failure};
use crate::cli::terminal::Terminal;
use crate::wire::ErrorCode;

/// Stands for no file.
const SILENCE: &str = "-";

/// Calls, and talks until the call is over.
pub(in crate::cli) async fn start(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let text = |name: &str| args.get_one::<String>(name).map(String::as_str);
    // Validate everything before dialling.
    let door = Door::new(text("url").expect("it has a default"))?;
    let microphone = Microphone::new(match text("in") {
        None | Some(SILENCE) => Vec::new(),
        Some(path) => samples_of(path)?,
    });
    let heard = text("out").map(writer_of).transpose()?;
    let begun = door.begin(text("channel").expect("the grammar needs it")).await?;
    let socket = door.connect().await?;
    let teller = Teller {
        output: &mut *terminal.output,
        errors: &mut *terminal.errors,
        wants_json: args.get_flag("json"),
    };
    let seconds = args.get_one::<u64>("seconds").copied();
    let outcome = Talk::new(socket, &begun, teller, microphone, heard, seconds).run().await?;
    let mut answer = answer_of(&outcome);
    answer.json["call_id"] = begun.call_id.into();
    answer.json["session_id"] = begun.session_id.into();
    Ok(answer)
}

fn samples_of(path: &str) -> Result<Vec<i16>, Failure> {
    let unread = |error| Failure::new(ErrorCode::BadRequest, format!("could not read {path}: {error}"));
    let bytes = std::fs::read(path).map_err(unread)?;
    read_wav(&bytes).map_err(|fault| {
        let message = format!(
            "{path} cannot be said: {fault}; convert it, such as with `ffmpeg -i {path} -ac 1 -ar 24000 -c:a pcm_s16le speech.wav`"
        );
        Failure::new(ErrorCode::BadRequest, message)
    })
}

fn writer_of(path: &str) -> Result<WavWriter, Failure> {
    let unwritten = |error| Failure::new(ErrorCode::BadRequest, format!("could not write {path}: {error}"));
    WavWriter::create(Path::new(path)).map_err(unwritten)
}

/// Whoever hangs up has had their call; one that the hub ends is no success.
fn answer_of(outcome: &Outcome) -> Answer {
    let End { reason, seconds } = &outcome.end;
    let words = if outcome.is_by_caller {
        format!("Hung up after {seconds} s.")
    } else {
        format!("The hub ended the call after {seconds} s: {}.", why(reason))
    };
    let json = json!({ "event": "ended", "reason": reason, "seconds": seconds });
    Answer { json, words, is_well: outcome.is_by_caller }
}

fn why(reason: &str) -> &str {
    match reason {
        "agent" => "somebody of the business ended it",
        "limit" => "it has lasted as long as a call may (the setting voice_max_minutes)",
        "budget" => "its budget, or its org's, is used up",
        "idle" => "the visitor has said nothing for too long (the setting voice_idle_seconds)",
        "error" => "no provider of voices could be had; the server's log says why",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(reason: &str, is_by_caller: bool) -> Answer {
        answer_of(&Outcome { end: End { reason: reason.to_owned(), seconds: 7 }, is_by_caller })
    }

    #[test]
    fn a_call_that_the_hub_ends_is_no_success_and_says_why() {
        let idle = ended("idle", false);
        assert!(!idle.is_well && idle.words.contains("voice_idle_seconds"), "{idle:?}");
        assert_eq!(idle.json["reason"], "idle");

        let hung_up = ended("visitor", true);
        assert!(hung_up.is_well, "{hung_up:?}");
        assert_eq!(hung_up.words, "Hung up after 7 s.");
    }

    #[test]
    fn a_file_that_cannot_be_said_names_itself_and_a_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("song.ogg");
        std::fs::write(&path, b"OggS").unwrap();
        let path = path.display().to_string();

        let failure = samples_of(&path).unwrap_err();

        assert!(failure.message.contains(&path) && failure.message.contains("ffmpeg"), "{failure:?}");
        assert!(samples_of("/nowhere/speech.wav").unwrap_err().message.contains("/nowhere/speech.wav"));
    }
}
