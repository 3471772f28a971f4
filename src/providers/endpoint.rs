//! Address, credentials and API of a provider.

use super::error::ProviderError;
use crate::outbound::Trust;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

const OPENAI_URL: &str = "https://api.openai.com/v1";
const ANTHROPIC_URL: &str = "https://api.anthropic.com/v1";
/// The newest dated version that is generally available; it knows streaming, tools and usage.
const AZURE_API_VERSION: &str = "2024-10-21";
/// Models that think first are quiet for long, but most servers send something meanwhile.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);

/// Whose wire format is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProviderKind {
    /// OpenAI itself.
    OpenAi,
    /// Any server with OpenAI's chat completions, such as Ollama, vLLM or OpenRouter.
    Compatible,
    /// Azure OpenAI: models are named by their deployment, in the path.
    Azure,
    /// Anthropic's messages.
    Anthropic,
}

/// How a model is told of tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ToolCalling {
    /// By the provider's own fields.
    Native,
    /// In the prompt, for models without such fields; calls are read from the text.
    Prompt,
}

/// One provider as it is configured. Its key is never shown.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Whose wire format is spoken.
    pub kind: ProviderKind,
    /// Where it stands; needed for `Compatible` and `Azure`, and instead of the usual place for the others.
    pub base_url: Option<Url>,
    /// What it knows us by; local servers need none.
    pub key: Option<SecretString>,
    /// Who configured it.
    pub trust: Trust,
    /// How its models are told of tools.
    pub tool_calling: ToolCalling,
    /// The version of Azure's interface, where it is not the one we know best.
    pub azure_api_version: Option<String>,
    /// A provider that sends no byte for this long has failed.
    pub silence_timeout: Duration,
}

impl Endpoint {
    /// Makes an endpoint at the usual place, with native tools and without a key.
    pub fn new(kind: ProviderKind, trust: Trust) -> Self {
        Self {
            kind,
            base_url: None,
            key: None,
            trust,
            tool_calling: ToolCalling::Native,
            azure_api_version: None,
            silence_timeout: SILENCE_TIMEOUT,
        }
    }

    /// The URL of an operation such as `chat/completions`, below the base URL. Azure has one per model.
    pub(super) fn operation_url(&self, model: &str, operation: &[&str]) -> Result<Url, ProviderError> {
        let mut url = self.base()?;
        {
            let not_a_base = |()| ProviderError::Blocked { reason: "the base URL takes no path".to_owned() };
            let mut path = url.path_segments_mut().map_err(not_a_base)?;
            path.pop_if_empty();
            if self.kind == ProviderKind::Azure {
                path.extend(["openai", "deployments", model]);
            }
            path.extend(operation);
        }
        if self.kind == ProviderKind::Azure {
            let version = self.azure_api_version.as_deref().unwrap_or(AZURE_API_VERSION);
            url.query_pairs_mut().append_pair("api-version", version);
        }
        Ok(url)
    }

    fn base(&self) -> Result<Url, ProviderError> {
        let usual = match (&self.base_url, self.kind) {
            (Some(url), _) => return Ok(url.clone()),
            (None, ProviderKind::OpenAi) => OPENAI_URL,
            (None, ProviderKind::Anthropic) => ANTHROPIC_URL,
            (None, ProviderKind::Compatible | ProviderKind::Azure) => {
                return Err(ProviderError::Blocked { reason: "no base URL is set".to_owned() });
            }
        };
        Ok(Url::parse(usual).expect("a constant that a test reads"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(kind: ProviderKind, base: Option<&str>) -> String {
        let mut endpoint = Endpoint::new(kind, Trust::Platform);
        endpoint.base_url = base.map(|base| base.parse().unwrap());
        endpoint.operation_url("my model", &["chat", "completions"]).unwrap().to_string()
    }

    #[test]
    fn operations_stand_below_the_base_url() {
        let cases = [
            (ProviderKind::OpenAi, None, "https://api.openai.com/v1/chat/completions"),
            (ProviderKind::Anthropic, None, "https://api.anthropic.com/v1/chat/completions"),
            (ProviderKind::Compatible, Some("http://h:1/v1/"), "http://h:1/v1/chat/completions"),
            (ProviderKind::Compatible, Some("http://h/a?b=c"), "http://h/a/chat/completions?b=c"),
            (
                ProviderKind::Azure,
                Some("https://x.openai.azure.com/"),
                "https://x.openai.azure.com/openai/deployments/my%20model/chat/completions?api-version=2024-10-21",
            ),
        ];
        for (kind, base, expected) in cases {
            assert_eq!(url(kind, base), expected);
        }
    }

    #[test]
    fn a_model_name_cannot_leave_its_place_in_the_path() {
        let mut endpoint = Endpoint::new(ProviderKind::Azure, Trust::Org);
        endpoint.base_url = Some("https://x.example/".parse().unwrap());

        let url = endpoint.operation_url("../../a?b#c", &["embeddings"]).unwrap();

        assert_eq!(url.path(), "/openai/deployments/..%2F..%2Fa%3Fb%23c/embeddings");
    }

    #[test]
    fn without_a_place_nothing_is_called() {
        let endpoint = Endpoint::new(ProviderKind::Compatible, Trust::Org);

        let error = endpoint.operation_url("m", &["embeddings"]).unwrap_err();

        assert!(matches!(error, ProviderError::Blocked { .. }));
    }

    #[test]
    fn names_on_the_wire_stay() {
        let kinds =
            [ProviderKind::OpenAi, ProviderKind::Compatible, ProviderKind::Azure, ProviderKind::Anthropic];

        let names = serde_json::to_string(&kinds).unwrap();

        assert_eq!(names, r#"["openai","compatible","azure","anthropic"]"#);
    }
}
