//! Which dialects each kind of provider speaks. A dialect is a folder beside this file and its lines in the table.

use std::sync::Arc;

use url::Url;

use super::connection::{Reach, RealtimeEndpoint, VoiceServer};
use super::dialect::Dialect;
use super::dialects::Dialects;
use super::local::LocalVoice;
use super::{gpt_live, openai_ga};
use crate::outbound::Trust;
use crate::providers::{Endpoint, ProviderKind};

/// A kind of provider and its dialects; kinds that are not named have no voices.
type Spoken = (ProviderKind, &'static Dialects);

/// The name of the dialect in entries of models.
const GPT_LIVE: &str = "gpt_live";

static OPENAI: Dialects = Dialects::new(&openai_ga::OPENAI, &[(GPT_LIVE, &gpt_live::OPENAI)]);
static COMPATIBLE: Dialects = Dialects::new(&openai_ga::COMPATIBLE, &[(GPT_LIVE, &gpt_live::COMPATIBLE)]);
static AZURE: Dialects = Dialects::new(&openai_ga::AZURE, &[(GPT_LIVE, &gpt_live::AZURE)]);

const DIALECTS: &[Spoken] = &[
    (ProviderKind::OpenAi, &OPENAI),
    (ProviderKind::Compatible, &COMPATIBLE),
    (ProviderKind::Azure, &AZURE),
];

/// How the scripted provider is known in usage events.
const SIMULATED: &str = "simulated";
/// The model that it names itself.
const SIMULATED_MODEL: &str = "simulated-voice";

/// How the voice of this process is known in usage events.
const LOCAL: &str = "local";
/// The model that it names itself; it costs nothing.
const LOCAL_MODEL: &str = "local-voice";

/// The dialect that a model of a kind of provider speaks, where that kind has voices.
#[must_use]
pub fn dialect_of(kind: ProviderKind, model: &str) -> Option<&'static dyn Dialect> {
    find(DIALECTS, kind).map(|dialects| dialects.of(model))
}

fn find(dialects: &[Spoken], kind: ProviderKind) -> Option<&'static Dialects> {
    dialects.iter().find(|(known, _)| *known == kind).map(|(_, dialects)| *dialects)
}

/// The voices of a configured provider, called `provider` in usage events; `None` where it has none, or where what is
/// configured is not enough. `model` is its own voice model, where it names one.
#[must_use]
pub fn realtime_endpoint(
    provider: &str,
    endpoint: &Endpoint,
    model: Option<String>,
) -> Option<RealtimeEndpoint> {
    let dialects = find(DIALECTS, endpoint.kind)?;
    // What is enough, and where a provider is, is the same for all dialects of its kind.
    let dialect = dialects.usual();
    if !dialect.is_usable(endpoint.key.is_some(), model.is_some()) {
        return None;
    }
    let default_url = || dialect.default_url().map(|url| Url::parse(url).expect("a constant"));
    let server = VoiceServer {
        dialects,
        base_url: endpoint.base_url.clone().or_else(default_url)?,
        key: endpoint.key.clone(),
        trust: endpoint.trust,
    };
    let reach = Reach::Server(server);
    Some(RealtimeEndpoint { provider: provider.to_owned(), model, is_simulated: false, reach })
}

/// The scripted provider's voices.
#[must_use]
pub fn simulated_endpoint(base_url: Url) -> RealtimeEndpoint {
    let server = VoiceServer { dialects: &COMPATIBLE, base_url, key: None, trust: Trust::Platform };
    RealtimeEndpoint {
        provider: SIMULATED.to_owned(),
        model: Some(SIMULATED_MODEL.to_owned()),
        is_simulated: true,
        reach: Reach::Server(server),
    }
}

/// A voice that this process makes itself.
#[must_use]
pub fn local_endpoint(voice: Arc<dyn LocalVoice>) -> RealtimeEndpoint {
    let (provider, model) = local_name();
    RealtimeEndpoint { provider, model, is_simulated: false, reach: Reach::Here(voice) }
}

/// The kind of provider and the model of a voice that this process makes itself.
#[must_use]
pub fn local_name() -> (String, Option<String>) {
    (LOCAL.to_owned(), Some(LOCAL_MODEL.to_owned()))
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::providers::realtime::Task;
    use crate::providers::realtime::second_dialect_for_tests::MORSE;

    fn endpoint(kind: ProviderKind, base_url: Option<&str>, key: Option<&str>) -> Endpoint {
        Endpoint {
            base_url: base_url.map(|url| url.parse().unwrap()),
            key: key.map(SecretString::from),
            ..Endpoint::new(kind, Trust::Platform)
        }
    }

    fn address(endpoint: &Endpoint, model: Option<&str>) -> Option<String> {
        let voices = realtime_endpoint("p", endpoint, model.map(str::to_owned))?;
        let model = voices.model.as_deref().unwrap_or("m");
        let Reach::Server(server) = &voices.reach else { panic!("a server") };
        server.dialects.of(model).address(&server.base_url, Task::Talk, model).map(String::from)
    }

    #[test]
    fn each_kind_has_voices_where_enough_is_configured() {
        let (h, key, model, live) = (Some("https://h/v1"), Some("k"), Some("m"), Some("gpt-live-1"));
        let cases = [
            (ProviderKind::OpenAi, None, key, None, Some("wss://api.openai.com/v1/realtime?model=m")),
            (ProviderKind::OpenAi, h, key, model, Some("wss://h/v1/realtime?model=m")),
            (ProviderKind::OpenAi, h, None, model, None),
            (ProviderKind::Compatible, h, None, model, Some("wss://h/v1/realtime?model=m")),
            (ProviderKind::Compatible, h, key, None, None),
            (ProviderKind::Compatible, None, key, model, None),
            (ProviderKind::Azure, Some("https://h"), key, model, Some("wss://h/openai/v1/realtime?model=m")),
            (ProviderKind::Azure, Some("https://h"), key, None, None),
            (ProviderKind::Anthropic, h, key, model, None),
            (ProviderKind::OpenAi, None, key, live, Some("wss://api.openai.com/v1/live/sessions")),
            (ProviderKind::Compatible, h, None, live, Some("wss://h/v1/live/sessions")),
            (ProviderKind::Azure, Some("https://h"), key, live, Some("wss://h/openai/v1/live/sessions")),
        ];
        for (kind, base_url, key, model, expected) in cases {
            let found = address(&endpoint(kind, base_url, key), model);
            assert_eq!(found.as_deref(), expected, "{kind:?} {base_url:?} {key:?} {model:?}");
        }
    }

    #[test]
    fn a_second_dialect_is_a_line_of_the_table() {
        let mut dialects = DIALECTS.to_vec();
        assert!(find(&dialects, ProviderKind::Anthropic).is_none());

        static MORSE_ALONE: Dialects = Dialects::new(&MORSE, &[]);
        dialects.push((ProviderKind::Anthropic, &MORSE_ALONE));

        let found = find(&dialects, ProviderKind::Anthropic).expect("its line is there");
        assert_eq!(found.of("gpt-live-1").default_url(), MORSE.default_url());
        assert!(find(&dialects, ProviderKind::Azure).is_some(), "the others stay");
    }

    #[test]
    fn every_entry_of_a_model_names_a_dialect_that_there_is() {
        for (kind, dialects) in DIALECTS {
            let (usual, live) = (dialects.of("gpt-realtime-2.1"), dialects.of("gpt-live-1"));
            let url = "https://h/v1".parse().unwrap();
            let address = |dialect: &dyn Dialect| dialect.address(&url, Task::Talk, "m").map(String::from);
            assert_ne!(address(usual), address(live), "{kind:?}");
        }
    }
}
