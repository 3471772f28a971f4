//! Spans of what models are asked, with the names of OpenTelemetry's conventions for generative AI. No span holds
//! anything that was asked or answered.

use super::endpoint::ProviderKind;
use crate::telemetry::trace::{Kind, Span, keys};

/// Begins the span of an operation, below where it is asked for.
pub(super) fn traced(operation: &'static str, provider: &'static str, model: &str) -> Span {
    let span = Span::child(Kind::Client, || format!("{operation} {model}"));
    span.set(keys::GEN_AI_OPERATION, || operation);
    span.set(keys::GEN_AI_PROVIDER, || provider);
    span.set(keys::GEN_AI_MODEL, || model.to_owned());
    span
}

/// A kind of provider as the conventions name it.
pub(super) fn name_of(kind: ProviderKind) -> &'static str {
    match kind {
        // Whoever speaks as OpenAI does is taken for it, as the conventions want.
        ProviderKind::OpenAi | ProviderKind::Compatible => "openai",
        ProviderKind::Azure => "azure.ai.openai",
        ProviderKind::Anthropic => "anthropic",
    }
}

/// The same, by the name that a provider of voices has in usage events.
pub(super) fn provider_name(name: &str) -> &'static str {
    match name {
        "azure" => "azure.ai.openai",
        "anthropic" => "anthropic",
        "simulated" => "simulated",
        "local" => "local",
        _ => "openai",
    }
}
