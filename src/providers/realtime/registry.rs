//! Which dialect each kind of provider speaks. A dialect is a folder beside this file and its lines in the table.

use url::Url;

use super::connection::RealtimeEndpoint;
use super::dialect::Dialect;
use super::openai_ga;
use crate::outbound::Trust;
use crate::providers::{Endpoint, ProviderKind};

/// A kind of provider and its dialect; kinds that are not named have no voices.
type Spoken = (ProviderKind, &'static dyn Dialect);

const DIALECTS: &[Spoken] = &[
    (ProviderKind::OpenAi, &openai_ga::OPENAI),
    (ProviderKind::Compatible, &openai_ga::COMPATIBLE),
    (ProviderKind::Azure, &openai_ga::AZURE),
];

/// How the scripted provider is known in usage events.
const SIMULATED: &str = "simulated";
/// The model that it names itself.
const SIMULATED_MODEL: &str = "simulated-voice";

/// The dialect that a kind of provider speaks, where it has voices.
#[must_use]
pub fn dialect_of(kind: ProviderKind) -> Option<&'static dyn Dialect> {
    find(DIALECTS, kind)
}

fn find(dialects: &[Spoken], kind: ProviderKind) -> Option<&'static dyn Dialect> {
    dialects.iter().find(|(known, _)| *known == kind).map(|(_, dialect)| *dialect)
}

/// The voices of a configured provider, called `provider` in usage events; `None` where it has none, or where what is
/// configured is not enough. `model` is its own voice model, where it names one.
#[must_use]
pub fn realtime_endpoint(
    provider: &str,
    endpoint: &Endpoint,
    model: Option<String>,
) -> Option<RealtimeEndpoint> {
    let dialect = dialect_of(endpoint.kind)?;
    if !dialect.is_usable(endpoint.key.is_some(), model.is_some()) {
        return None;
    }
    let default_url = || dialect.default_url().map(|url| Url::parse(url).expect("a constant"));
    Some(RealtimeEndpoint {
        provider: provider.to_owned(),
        dialect,
        model,
        base_url: endpoint.base_url.clone().or_else(default_url)?,
        key: endpoint.key.clone(),
        trust: endpoint.trust,
        is_simulated: false,
    })
}

/// The scripted provider's voices.
#[must_use]
pub fn simulated_endpoint(base_url: Url) -> RealtimeEndpoint {
    RealtimeEndpoint {
        provider: SIMULATED.to_owned(),
        dialect: &openai_ga::COMPATIBLE,
        model: Some(SIMULATED_MODEL.to_owned()),
        base_url,
        key: None,
        trust: Trust::Platform,
        is_simulated: true,
    }
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
        voices.dialect.address(&voices.base_url, Task::Talk, "m").map(String::from)
    }

    #[test]
    fn each_kind_has_voices_where_enough_is_configured() {
        let (h, key, model) = (Some("https://h/v1"), Some("k"), Some("m"));
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

        dialects.push((ProviderKind::Anthropic, &MORSE));

        let found = find(&dialects, ProviderKind::Anthropic).expect("its line is there");
        assert_eq!(found.default_url(), MORSE.default_url());
        assert!(find(&dialects, ProviderKind::Azure).is_some(), "the others stay");
    }
}
