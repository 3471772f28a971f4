//! Chats that go wrong, in every way the scripted provider knows.

use crate::providers::setup_for_tests::{KEY, endpoint, gateway, impatient, question, read, text_of};
use crate::providers::*;
use std::error::Error;
use std::time::Duration;
use switchboard_sim::chat::{ChatSim, Cut, Fault, Malformed, Reply};

const KINDS: [ProviderKind; 2] = [ProviderKind::OpenAi, ProviderKind::Anthropic];

/// Asks once, and tells what was said and what went wrong. Only who waits for silence is impatient: a busy machine is
/// slow with everything else.
async fn ask(kind: ProviderKind, reply: Reply, fault: Fault) -> (String, Option<ProviderError>) {
    let sim = ChatSim::start().await;
    let is_silent = matches!(fault, Fault::Silent | Fault::SilentAfter(_));
    sim.push(reply.with_fault(fault));
    let endpoint = if is_silent { impatient(&sim, kind) } else { endpoint(&sim, kind) };
    match connect(endpoint, &gateway()).chat(question("?")).await {
        Ok(stream) => {
            let (items, error) = read(stream).await;
            (text_of(&items), error)
        }
        Err(error) => (String::new(), Some(error)),
    }
}

#[tokio::test]
async fn each_failure_tells_what_to_do() {
    let wait = Duration::from_secs(7);
    let refused = |detail: &str| ProviderError::Refused { status: 404, detail: detail.into() };
    let cases = [
        (Fault::status(401), ProviderError::Unauthenticated),
        (Fault::rate_limited(Some(wait)), ProviderError::RateLimited { retry_after: Some(wait) }),
        (Fault::rate_limited(None), ProviderError::RateLimited { retry_after: None }),
        (Fault::status(500), ProviderError::Unavailable { status: 500 }),
        (Fault::status(503), ProviderError::Unavailable { status: 503 }),
        (Fault::refusal(404, "model_not_found", "no such model"), refused("no such model")),
        (Fault::refusal(400, "x", "prompt is too long: 9 > 8"), ProviderError::TooLong),
        (Fault::Silent, ProviderError::Silent),
        (Fault::SilentAfter(0), ProviderError::Silent),
    ];
    for (fault, expected) in cases {
        for kind in KINDS {
            let (text, error) = ask(kind, Reply::text("never said"), fault.clone()).await;

            assert_eq!((text.as_str(), error), ("", Some(expected.clone())), "{kind:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn what_was_said_before_a_failure_is_still_said() {
    let cases = [
        (Fault::SilentAfter(2), ProviderError::Silent),
        (Fault::CutAfter(2, Cut::CleanEnd), ProviderError::Cut),
        (Fault::CutAfter(2, Cut::Close), ProviderError::Cut),
        (
            Fault::ErrorAfter(2, "overloaded_error".into(), "busy".into()),
            ProviderError::Unavailable { status: 529 },
        ),
    ];
    for (fault, expected) in cases {
        for kind in KINDS {
            // OpenAI has no such type of error inside a stream, and its word for it is a server error.
            let is_error = matches!(fault, Fault::ErrorAfter(..)) && kind == ProviderKind::OpenAi;
            let expected =
                if is_error { ProviderError::Unavailable { status: 500 } } else { expected.clone() };

            let (text, error) = ask(kind, Reply::pieces(["one ", "two ", "three"]), fault.clone()).await;

            assert_eq!((text.as_str(), error), ("one two ", Some(expected)), "{kind:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_reset_connection_is_a_cut() {
    for kind in KINDS {
        let fault = Fault::CutAfter(1, Cut::Reset);

        // A reset may take along what was sent before it, also the headers.
        let (_, error) = ask(kind, Reply::pieces(["one", "two"]), fault).await;

        assert!(matches!(error, Some(ProviderError::Cut | ProviderError::Unreachable { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_malformed() {
    for malformed in [Malformed::BadJson, Malformed::BadUtf8, Malformed::HugeLine(3 * 1024 * 1024)] {
        for kind in KINDS {
            let fault = Fault::MalformedAfter(1, malformed);

            let (text, error) = ask(kind, Reply::pieces(["one", "two"]), fault).await;

            assert_eq!(text, "one");
            assert!(
                matches!(error, Some(ProviderError::Malformed { .. })),
                "{kind:?} {malformed:?}: {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let sim = ChatSim::start().await;
    let endpoint = endpoint(&sim, ProviderKind::OpenAi);
    let address = sim.address();
    drop(sim);
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }

    let error = connect(endpoint, &gateway()).chat(question("?")).await.err().unwrap();

    assert!(
        matches!(&error, ProviderError::Unreachable { reason } if reason.contains("refused")),
        "{error:?}"
    );
    assert!(error.is_worth_a_retry());
}

#[tokio::test]
async fn no_error_shows_the_key_even_if_the_provider_does() {
    for kind in [ProviderKind::OpenAi, ProviderKind::Compatible, ProviderKind::Azure, ProviderKind::Anthropic]
    {
        for status in [400, 401, 404, 429, 500] {
            let sim = ChatSim::start().await;
            sim.push(Reply::fault(Fault::EchoKey(status)));
            let endpoint = endpoint(&sim, kind);
            let provider = connect(endpoint.clone(), &gateway());

            let error = provider.chat(question("?")).await.err().unwrap();

            assert!(error.source().is_none());
            let shown = format!("{error} {error:?} {endpoint:?} {provider:?}");
            let parts = KEY.as_bytes().windows(8).map(|part| String::from_utf8_lossy(part).into_owned());
            for part in parts {
                assert!(!shown.contains(&part), "{kind:?} {status}: {shown}");
            }
        }
    }
}

#[tokio::test]
async fn a_key_inside_a_stream_is_not_shown_either() {
    for kind in KINDS {
        let fault = Fault::ErrorAfter(1, "invalid_request_error".into(), format!("bad key {KEY}"));

        let (_, error) = ask(kind, Reply::text("one two"), fault).await;

        assert!(!format!("{error:?}").contains("Canary"), "{error:?}");
    }
}

#[tokio::test]
async fn a_key_that_is_no_header_is_refused_before_anything_is_sent() {
    let sim = ChatSim::start().await;
    let mut endpoint = endpoint(&sim, ProviderKind::OpenAi);
    endpoint.key = Some("two\nlines".to_owned().into());

    let error = connect(endpoint, &gateway()).chat(question("?")).await.err();

    assert_eq!(error, Some(ProviderError::Unauthenticated));
    assert_eq!(sim.counts().received, 0);
}

#[test]
fn only_what_may_pass_is_worth_a_retry() {
    let unavailable = ProviderError::Unavailable { status: 503 };
    for error in [ProviderError::Silent, ProviderError::Cut, unavailable] {
        assert!(error.is_worth_a_retry() && error.is_worth_another_provider());
    }
    let refused = ProviderError::Refused { status: 404, detail: String::new() };
    for error in [ProviderError::Unauthenticated, ProviderError::OutOfCredit, refused] {
        assert!(!error.is_worth_a_retry() && error.is_worth_another_provider());
    }
    assert!(!ProviderError::TooLong.is_worth_another_provider());
}
