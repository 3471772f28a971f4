//! Creates the chat client for an endpoint.

use super::anthropic_request::message_request;
use super::anthropic_stream::MessageReader;
use super::contract::{ChatProvider, ChatRequest, ChatStream};
use super::openai_request::{Counting, Extent, completion_body, has_own_fields};
use super::openai_stream::CompletionReader;
use super::prompt_tools::PromptTools;
use super::stream::{read_events, read_whole};
use super::traced_stream::traced_stream;
use crate::outbound::Gateway;
use crate::providers::endpoint::{Endpoint, ProviderKind, ToolCalling};
use crate::providers::error::ProviderError;
use crate::providers::traced::{name_of, traced};
use crate::providers::transport::Call;
use crate::telemetry::trace::InTrace as _;
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// Makes a chat provider. Nothing is checked or sent before it is asked something; every call checks its address.
pub fn connect(endpoint: Endpoint, gateway: &Gateway) -> Arc<dyn ChatProvider> {
    let tool_calling = endpoint.tool_calling;
    let direct = Arc::new(Direct { endpoint, gateway: gateway.clone() });
    match tool_calling {
        ToolCalling::Native => direct,
        ToolCalling::Prompt => Arc::new(PromptTools::new(direct)),
    }
}

/// A provider with its tools in fields of its own.
#[derive(Debug, Clone)]
struct Direct {
    endpoint: Endpoint,
    gateway: Gateway,
}

impl ChatProvider for Direct {
    fn chat(&self, request: ChatRequest) -> BoxFuture<'static, Result<ChatStream, ProviderError>> {
        let direct = self.clone();
        Box::pin(async move {
            let kind = direct.endpoint.kind;
            let traced = traced("chat", name_of(kind), &request.model);
            let asking = async {
                match kind {
                    ProviderKind::Anthropic => direct.ask_for_message(request).await,
                    kind => direct.ask_for_completion(request, kind).await,
                }
            };
            match asking.in_trace(&traced.place()).await {
                Ok(answer) => Ok(traced_stream(answer, traced)),
                Err(error) => {
                    traced.fail(error.kind());
                    Err(error)
                }
            }
        })
    }
}

impl Direct {
    async fn ask_for_message(&self, request: ChatRequest) -> Result<ChatStream, ProviderError> {
        let call = Call::new(&self.endpoint, &self.gateway, &request.model, &["messages"])?;
        let answer = call.post(&message_request(request)).await?;
        let request_id = answer.request_id(&call.scrubber);
        Ok(read_events(answer, MessageReader::new(call.scrubber, request_id)))
    }

    async fn ask_for_completion(
        &self,
        request: ChatRequest,
        kind: ProviderKind,
    ) -> Result<ChatStream, ProviderError> {
        let call = Call::new(&self.endpoint, &self.gateway, &request.model, &["chat", "completions"])?;
        let mut extent = Extent { counting: Counting::Asked, sends_own_fields: has_own_fields(&request) };
        let mut answer = loop {
            match call.post(&completion_body(request.clone(), kind, extent)?).await {
                Err(ProviderError::Refused { status: 400 | 422, detail })
                    if extent.counting == Counting::Asked && detail.contains("stream_options") =>
                {
                    extent.counting = Counting::LeftOut;
                }
                // Some servers refuse their own output as input.
                Err(ProviderError::Refused { status: 400 | 422, .. }) if extent.sends_own_fields => {
                    extent.sends_own_fields = false;
                }
                asked => break asked?,
            }
        };
        let request_id = answer.request_id(&call.scrubber);
        let reader = CompletionReader::new(call.scrubber, request_id);
        // Servers without streaming ignore the option.
        if answer.is_json() {
            let whole = answer.read_whole().await?;
            return read_whole(&String::from_utf8_lossy(&whole), reader);
        }
        Ok(read_events(answer, reader))
    }
}
