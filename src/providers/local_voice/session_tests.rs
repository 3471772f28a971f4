//! A call with the voice of this process: what is said to the relay, whatever the order of things.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use audio::relay::{CallId, Event, ItemId, Loss, ReplyStatus, RequestTag, ResponseId, Sensitivity};

use super::error::StageError;
use super::hearing::{Hearing, Script};
use super::session::Session;
use super::speaking::Speaking;
use super::stages::Stages;
use super::writing::WritingSession;
use crate::providers::realtime::{Author, Heard, Item, LocalSession, Notice, Request, Setup, Task};

/// A session whose recogniser hears what the script says.
struct Call {
    session: Box<dyn LocalSession>,
    script: Script,
    turn_count: u32,
}

impl Call {
    fn begin() -> Self {
        let mut call = Self::of(|stages| Box::new(Session::new(stages, Setup::for_tests())));
        call.request(Request::Configure { history: Vec::new(), sensitivity: Sensitivity::Normal });
        assert_eq!(call.said(), ["configured"]);
        call
    }

    fn of(make: impl FnOnce(Arc<Stages>) -> Box<dyn LocalSession>) -> Self {
        let script = Script::default();
        let stages = Stages { hearing: Hearing::Scripted(script.clone()), speaking: Speaking::Tone };
        Self { session: make(Arc::new(stages)), script, turn_count: 0 }
    }

    fn request(&mut self, request: Request) {
        self.session.request(request);
    }

    /// The visitor begins a turn, which will be heard so.
    fn begin_turn(&mut self, heard: Result<&str, StageError>) -> ItemId {
        self.script.lock().unwrap().push_back(heard.map(str::to_owned));
        self.turn_count += 1;
        let item = ItemId(format!("turn_{}", self.turn_count).into());
        self.request(Request::Append(vec![0; 960]));
        self.request(Request::BeginTurn(item.clone()));
        item
    }

    fn turn(&mut self, heard: &str) {
        let item = self.begin_turn(Ok(heard));
        self.request(Request::EndTurn(item));
    }

    fn answer(&mut self, task: &str, words: &str) {
        let told = words.to_owned();
        let words = (!words.is_empty()).then(|| words.into());
        self.request(Request::DelegationResult { task: CallId(task.into()), told, words });
    }

    fn respond(&mut self, tag: u32, words: Option<&str>) {
        self.request(Request::Respond {
            tag: RequestTag(tag),
            instructions: None,
            prompt: String::new(),
            may_call_tools: true,
            words: words.map(Arc::from),
        });
    }

    /// Everything that is said by now.
    fn heard(&mut self) -> Vec<Heard> {
        let mut out = Vec::new();
        let mut cx = Context::from_waker(Waker::noop());
        while let Poll::Ready(true) = self.session.poll(&mut cx, &mut out) {}
        out
    }

    /// The same in short.
    fn said(&mut self) -> Vec<String> {
        lines(&self.heard())
    }
}

/// What was said in short, without the names of sessions.
fn lines(heard: &[Heard]) -> Vec<String> {
    let short = |name: &str| name.split_once('.').map_or(name, |(_, rest)| rest).to_owned();
    let line = |heard: &Heard| match heard {
        Heard::Event(Event::Configured) => "configured".to_owned(),
        Heard::Event(Event::TurnWords(item, words)) => format!("{} words {words}", item.0),
        Heard::Event(Event::TurnTranscribed(item, words)) => format!("{} is {words}", item.0),
        Heard::Event(Event::Delegated(task)) => format!("ask {}", short(&task.0)),
        Heard::Event(Event::ResponseCreated(id, tag)) => {
            format!("begin {} {:?}", short(&id.0), tag.map(|tag| tag.0))
        }
        Heard::Event(Event::ItemAdded(..) | Event::ItemDone(_)) | Heard::Answered(_) => String::new(),
        Heard::Event(Event::TimedText { words, from_ms, to_ms, .. }) => format!("{words}@{from_ms}-{to_ms}"),
        Heard::Event(Event::Audio(_, sound)) => format!("{} ms", sound.len() / 48),
        Heard::Event(Event::ResponseDone(id, status, _)) => format!("end {} {status:?}", short(&id.0)),
        other => format!("{other:?}"),
    };
    heard.iter().map(line).filter(|line| !line.is_empty()).collect()
}

/// The task that was handed over last.
fn task_in(heard: &[Heard]) -> String {
    let task = heard.iter().rev().find_map(|one| match one {
        Heard::Event(Event::Delegated(task)) => Some(task.0.to_string()),
        _ => None,
    });
    task.unwrap_or_else(|| panic!("nothing was handed over: {heard:?}"))
}

/// The answer that has begun last.
fn response_in(heard: &[Heard]) -> ResponseId {
    let begun = heard.iter().rev().find_map(|one| match one {
        Heard::Event(Event::ResponseCreated(id, _)) => Some(id.clone()),
        _ => None,
    });
    begun.unwrap_or_else(|| panic!("no answer has begun: {heard:?}"))
}

#[test]
fn a_turn_is_put_in_words_handed_over_and_answered_sentence_by_sentence() {
    let mut call = Call::begin();
    call.turn("When do you open?");
    let heard = call.heard();
    assert_eq!(
        lines(&heard),
        ["turn_1 words When do you open?", "turn_1 is When do you open?", "begin 2 None", "ask 1.task"]
    );

    call.answer(&task_in(&heard), "At nine. We close at six.");

    assert_eq!(
        call.said(),
        ["At nine.@0-80", "80 ms", " We close at six.@80-240", "160 ms", "end 2 Completed"]
    );
}

#[test]
fn an_answer_is_spoken_while_it_is_written_and_its_sentences_once() {
    let mut call = Call::begin();
    call.turn("When do you open?");
    let task = CallId(task_in(&call.heard()).into());
    call.request(Request::DelegationWords(task.clone(), "At".into()));
    assert_eq!(call.said(), [""; 0]);
    call.request(Request::DelegationWords(task.clone(), " nine. We".into()));
    assert_eq!(call.said(), ["At nine.@0-80", "80 ms"]);

    call.answer(&task.0, "At nine. We close at six.");

    assert_eq!(call.said(), [" We close at six.@80-240", "160 ms", "end 2 Completed"]);
}

#[test]
fn words_end_the_rest_of_an_answer_that_is_written_and_a_cough_does_not() {
    let mut call = Call::begin();
    call.turn("Hours?");
    let heard = call.heard();
    let task = CallId(task_in(&heard).into());
    call.request(Request::DelegationWords(task.clone(), "At nine. We".into()));
    call.heard();
    let item = call.begin_turn(Ok(""));
    call.request(Request::Cancel(response_in(&heard)));
    call.request(Request::DelegationWords(task.clone(), " close at six. On".into()));
    call.heard();
    call.request(Request::EndTurn(item));
    let heard = call.heard();
    assert!(lines(&heard)[1].starts_with("At nine."), "{heard:?}");

    let item = call.begin_turn(Ok("And on Sunday?"));
    call.request(Request::Cancel(response_in(&heard)));
    call.request(Request::EndTurn(item));

    let cancelled = format!("{:?}", Heard::Event(Event::DelegationCancelled(task.clone())));
    assert!(call.said().contains(&cancelled));
    call.request(Request::DelegationWords(task, " Monday. And".into()));
    assert_eq!(call.said(), [""; 0], "it is nobody's");
}

#[test]
fn an_answer_that_fails_in_its_middle_says_so_behind_what_it_has_said() {
    let mut call = Call::begin();
    call.turn("Hours?");
    let task = task_in(&call.heard());
    call.request(Request::DelegationWords(CallId(task.as_str().into()), "At nine. We".into()));
    call.heard();

    call.answer(&task, "");

    assert!(call.said()[0].starts_with(" Sorry."));
}

#[test]
fn how_long_each_stage_took_is_known_once_for_every_turn_that_was_answered() {
    let mut call = Call::begin();
    call.respond(1, Some("Welcome."));
    call.turn("When do you open?");
    let mut heard = call.heard();
    call.answer(&task_in(&heard), "At nine. We close at six.");
    heard.extend(call.heard());
    call.respond(2, Some("Please hold."));
    heard.extend(call.heard());

    let times: Vec<_> = heard
        .iter()
        .filter_map(|one| match one {
            Heard::Answered(times) => Some(*times),
            _ => None,
        })
        .collect();
    let [times] = times[..] else { panic!("{times:?}") };
    assert!(times.turn_over_ms <= times.recognised_ms && times.recognised_ms <= times.answered_ms);
    assert!(times.answered_ms <= times.spoken_ms, "{times:?}");
}

#[test]
fn a_cough_is_no_turn() {
    let mut call = Call::begin();
    call.turn("");

    assert_eq!(call.said(), [""; 0]);
}

#[test]
fn an_answer_that_a_cough_cut_goes_on_with_the_sentence_that_was_cut() {
    let mut call = Call::begin();
    call.turn("Hours?");
    let heard = call.heard();
    call.answer(&task_in(&heard), "At nine. Until six. Every day.");
    let mut out = Vec::new();
    let mut cx = Context::from_waker(Waker::noop());
    // Two sentences are on their way when the visitor coughs.
    while lines(&out).iter().filter(|line| line.contains('@')).count() < 2 {
        assert!(call.session.poll(&mut cx, &mut out).is_ready());
    }
    let item = call.begin_turn(Ok(""));
    call.request(Request::Cancel(response_in(&heard)));
    let spoken = out.iter().find_map(|one| match one {
        Heard::Event(Event::Audio(item, _)) => Some(item.clone()),
        _ => None,
    });
    call.request(Request::Truncate(spoken.unwrap(), 130));
    assert!(call.said().iter().any(|line| line.contains("Cancelled")));
    call.request(Request::EndTurn(item));

    let said = call.said();

    assert!(said[1].starts_with("Until six.@0-") && said[3].starts_with(" Every day."), "{said:?}");
}

#[test]
fn an_answer_that_is_made_already_can_still_be_cut_while_it_is_played() {
    let mut call = Call::begin();
    call.turn("Hours?");
    let heard = call.heard();
    call.answer(&task_in(&heard), "At nine. Until six. Every day.");
    let made = call.heard();
    assert!(lines(&made).iter().any(|line| line.contains("Completed")));
    let item = call.begin_turn(Ok(""));
    let spoken = made.iter().find_map(|one| match one {
        Heard::Event(Event::Audio(item, _)) => Some(item.clone()),
        _ => None,
    });
    call.request(Request::EndTurn(item));
    assert_eq!(call.said(), [""; 0], "what was heard is not known yet");
    call.request(Request::Truncate(spoken.unwrap(), 200));

    let said = call.said();

    assert!(said[1].starts_with("Every day.@0-"), "{said:?}");
}

#[test]
fn an_answer_that_somebody_has_cut_with_words_does_not_go_on_however_late_it_is_known_what_was_heard() {
    let mut call = Call::begin();
    call.turn("Hours?");
    let heard = call.heard();
    call.answer(&task_in(&heard), "At nine. Until six.");
    let made = call.heard();
    let spoken = made.iter().find_map(|one| match one {
        Heard::Event(Event::Audio(item, _)) => Some(item.clone()),
        _ => None,
    });
    call.turn("And on Sunday?");
    let heard = call.heard();
    call.request(Request::Truncate(spoken.unwrap(), 20));
    call.answer(&task_in(&heard), "Closed.");

    let said = call.said();

    assert!(said[0].starts_with("Closed.@0-") && said.last().unwrap().ends_with("Completed"), "{said:?}");
}

#[test]
fn an_answer_that_comes_while_the_visitor_coughs_waits() {
    let mut call = Call::begin();
    call.turn("And on Sunday?");
    let heard = call.heard();
    let item = call.begin_turn(Ok(""));
    call.request(Request::Cancel(response_in(&heard)));
    assert!(call.said().iter().any(|line| line.contains("Cancelled")));
    call.answer(&task_in(&heard), "Closed on Sunday.");
    assert_eq!(call.said(), [""; 0], "nobody speaks while the visitor does");
    call.request(Request::EndTurn(item));

    let said = call.said();

    assert!(said[1].starts_with("Closed on Sunday."), "{said:?}");
}

#[test]
fn two_turns_in_one_breath_are_answered_once() {
    let mut call = Call::begin();
    let first = call.begin_turn(Ok("My order"));
    call.request(Request::EndTurn(first));
    let second = call.begin_turn(Ok("is late."));

    let said = call.said();
    assert_eq!(said.len(), 2, "the words of the first, and no answer yet: {said:?}");
    call.request(Request::EndTurn(second));

    let said = call.said();
    assert_eq!(said.iter().filter(|line| line.starts_with("ask")).count(), 1, "{said:?}");
}

#[test]
fn words_that_are_given_are_said_and_without_any_there_is_a_greeting() {
    let mut call = Call::begin();
    call.respond(1, Some("Please hold."));
    assert_eq!(call.said(), ["begin 1 Some(1)", "Please hold.@0-120", "120 ms", "end 1 Completed"]);

    call.respond(2, Some(""));

    assert!(call.said().contains(&"Hello.@0-60".to_owned()));
}

#[test]
fn what_the_operator_tells_is_said_as_nothing_was_asked() {
    let mut call = Call::begin();
    for (notice, expected) in [(Notice::NobodyCame, "Nobody came."), (Notice::GivenBack, "I am back.")] {
        call.request(Request::Add(Item::Message(Author::System(notice), "told".into())));
        call.respond(1, None);
        let said = call.said();
        assert!(said.iter().any(|line| line.starts_with(expected)), "{said:?}");
        assert!(!said.iter().any(|line| line.starts_with("ask")), "{said:?}");
    }
    call.request(Request::Add(Item::Message(Author::System(Notice::CallEnds), "told".into())));
    call.turn("One more thing.");
    let heard = call.heard();
    call.answer(&task_in(&heard), "Yes.");
    let said = call.said();
    assert!(said.iter().any(|line| line.starts_with(" The call ends.")), "{said:?}");
}

#[test]
fn what_the_operator_tells_is_nothing_to_say_once_the_visitor_has_asked_or_written_something() {
    let mut call = Call::begin();
    let given_back = || Request::Add(Item::Message(Author::System(Notice::GivenBack), "told".into()));
    call.request(given_back());
    call.turn("One more thing.");
    let heard = call.heard();
    call.answer(&task_in(&heard), "Yes.");
    call.heard();
    call.respond(1, None);
    assert!(call.said()[1].starts_with("ask"));

    let mut call = Call::begin();
    call.request(given_back());
    call.request(Request::Add(Item::Message(Author::User, "written".into())));
    call.respond(1, None);
    assert!(call.said()[1].starts_with("ask"));
}

#[test]
fn words_that_an_agent_gives_do_not_take_the_place_of_what_the_operator_tells() {
    let mut call = Call::begin();
    call.request(Request::Add(Item::Message(Author::System(Notice::NobodyCame), "told".into())));
    call.respond(1, Some("Please hold."));
    assert!(call.said()[1].starts_with("Please hold."));
    call.respond(2, None);

    assert!(call.said()[1].starts_with("Nobody came."));
}

#[test]
fn an_answer_that_is_wanted_without_a_turn_is_asked_for() {
    let mut call = Call::begin();
    call.respond(5, None);
    let said = call.said();
    assert!(said[0].contains("Some(5)") && said[1].starts_with("ask"), "{said:?}");
}

#[test]
fn a_task_without_an_answer_says_so_and_one_of_nobody_says_nothing() {
    let mut call = Call::begin();
    call.turn("What?");
    let heard = call.heard();
    call.answer("somebody-else's", "No.");
    assert_eq!(call.said(), [""; 0]);
    call.answer(&task_in(&heard), "");
    assert!(call.said()[0].starts_with("Sorry."));
}

#[test]
fn a_stage_that_fails_loses_the_connection_once() {
    let mut call = Call::begin();
    let item = call.begin_turn(Err(StageError::BadAnswer("a transcription")));
    call.request(Request::EndTurn(item));

    let heard = call.heard();

    assert!(matches!(&heard[0], Heard::Complaint(code) if code == "speech_bad_answer"), "{heard:?}");
    assert!(matches!(heard[1], Heard::Event(Event::Lost(Loss::Passing))));
    assert!(call.heard().is_empty());
}

#[test]
fn what_was_heard_is_counted_once_when_it_ends() {
    let mut call = Call::begin();
    for _ in 0..50 {
        call.request(Request::Append(vec![0; 960]));
    }
    let (mut first, mut second) = (Vec::new(), Vec::new());
    call.session.end(&mut first);
    call.session.end(&mut second);

    assert!(matches!(first[..], [Heard::Lasted { ms: 1_000, is_estimate: false }]), "{first:?}");
    assert!(second.is_empty());
}

#[test]
fn people_are_put_in_writing_without_being_answered() {
    let setup = Setup { task: Task::Listen, ..Setup::for_tests() };
    let mut call = Call::of(|stages| Box::new(WritingSession::new(stages, setup)));
    call.request(Request::Configure { history: Vec::new(), sensitivity: Sensitivity::Normal });
    call.script.lock().unwrap().push_back(Ok("I will help.".to_owned()));
    let mut sound = Vec::new();
    audio::write_samples(&audio::synthetic_voice(1_500, 120.0, 1), &mut sound);
    sound.resize(sound.len() + 48_000, 0);
    for frame in sound.chunks_exact(960) {
        call.request(Request::Append(frame.to_vec()));
    }

    let heard = call.heard();

    let kinds: Vec<_> = heard.iter().map(|one| format!("{one:?}")).collect();
    for (at, expected) in ["Configured", "SpeechStarted", "SpeechStopped", "TurnCommitted", "I will help."]
        .into_iter()
        .enumerate()
    {
        assert!(kinds[at].contains(expected), "{kinds:?}");
    }
    assert_eq!(kinds.len(), 5);
}

#[test]
fn an_answer_that_was_cut_is_ended_as_cancelled_and_only_it() {
    let mut call = Call::begin();
    call.turn("Hours?");
    let response = response_in(&call.heard());
    call.request(Request::Cancel(ResponseId("another".into())));
    assert_eq!(call.said(), [""; 0]);
    call.request(Request::Cancel(response));

    let said = call.said();

    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].ends_with(&format!("{:?}", ReplyStatus::Cancelled)));
}
