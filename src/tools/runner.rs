//! Running a call: is it offered, do its arguments fit, who answers it, does the answer fit; and every run is written
//! down, also one that was refused or cut.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::run::Run;
use super::toolbox::{ToolContext, ToolResult, Tools, is_offered};
use super::{audit, builtin, catalogue, webhook};
use crate::clock;
use crate::model::{OrgTool, ToolRun, ToolRunId};
use crate::providers::ToolCall;
use crate::refusal::log_unanswered;
use crate::telemetry::trace::{InTrace as _, Kind, Span, keys};

impl Tools {
    /// Runs a call; what goes wrong is a result too. Dropping the future stops the run, which is written down all the same.
    pub async fn run(&self, call: &ToolCall, context: &ToolContext) -> ToolResult {
        let run = Run { id: ToolRunId::new(), context: context.clone(), is_test: false };
        self.run_audited(call.clone(), run).await.0
    }

    /// Runs a call of the test chat, in no conversation and marked as a test. One that changes something or reaches
    /// somebody runs only where that was confirmed; otherwise the model is told that it did not run, and there is no
    /// run of it.
    pub async fn run_in_test(
        &self,
        call: &ToolCall,
        context: &ToolContext,
        is_confirmed: bool,
    ) -> (ToolResult, Option<ToolRun>) {
        if !is_confirmed && !builtin::is_safe(&call.name) {
            return (ToolResult::failed("this is a test: the tool was not run"), None);
        }
        let run = Run { id: ToolRunId::new(), context: context.clone(), is_test: true };
        self.run_audited(call.clone(), run).await
    }

    /// Runs a call to its end or until this future is dropped, and writes it down in a task of its own.
    pub(super) async fn run_audited(&self, call: ToolCall, run: Run) -> (ToolResult, Option<ToolRun>) {
        let gone = CancellationToken::new();
        let _asker = gone.clone().drop_guard();
        let tools = self.clone();
        let traced = traced(&run);
        let place = traced.place();
        let running = async move {
            let (started, began_at) = (clock::instant(), tools.now());
            let outcome = gone.run_until_cancelled(tools.run_in_time(&call, &run, &traced)).await;
            let result =
                outcome.unwrap_or_else(|| ToolResult::failed("it was stopped: the reply was overrun"));
            if !result.is_success {
                traced.fail("tool_failed");
            }
            drop(traced);
            let record = audit::record(&call, &run, &result, began_at, started.elapsed());
            if let Err(error) = tools.parts.base.db.tool_runs().add(run.context.org, &record).await {
                log_unanswered(&error, "could not store or load tools");
            }
            (result, record)
        };
        match self.parts.base.tasks.spawn(running.in_trace(&place)).await {
            Ok((result, record)) => (result, Some(record)),
            Err(_) => (ToolResult::failed("the tool broke"), None),
        }
    }

    async fn run_in_time(&self, call: &ToolCall, run: &Run, traced: &Span) -> ToolResult {
        let timeout = Duration::from_secs(self.parts.base.settings.tool_timeout_s);
        let deadline = clock::instant() + timeout;
        match tokio::time::timeout_at(deadline, self.run_checked(call, run, deadline, traced)).await {
            Ok(result) => result,
            Err(_) => ToolResult { attempts: 1, ..ToolResult::failed("the tool did not answer in time") },
        }
    }

    async fn run_checked(&self, call: &ToolCall, run: &Run, deadline: Instant, traced: &Span) -> ToolResult {
        let tool = match self.parts.base.db.tools().get(run.context.org, &call.name).await {
            Ok(Some(tool)) if is_offered(&tool, &run.context) => tool,
            Ok(_) => return ToolResult::failed("there is no such tool"),
            Err(error) => {
                log_unanswered(&error, "could not store or load tools");
                return ToolResult::failed("the tool cannot be used now");
            }
        };
        // Only now: a model may invent a name, with a visitor's words in it.
        traced.set(keys::GEN_AI_TOOL, || tool.tool.name.clone());
        traced.rename(|| format!("execute_tool {}", tool.tool.name));
        let Ok(arguments) = serde_json::from_str::<Value>(&call.arguments) else {
            return ToolResult::failed("the arguments are not JSON");
        };
        if let Err(faults) = check(Some(&tool.tool.input_schema), &arguments) {
            return ToolResult::failed(&format!("the arguments do not fit: {faults}"));
        }
        let result = self.answer(&tool, &arguments, run, deadline).await;
        if !result.is_success {
            return result;
        }
        match check(tool.tool.output_schema.as_deref(), &result.content) {
            Ok(()) => result,
            Err(faults) => {
                tracing::info!(org.id = %run.context.org, "result of tool {} does not match its schema: {faults}", tool.tool.name);
                let failed = ToolResult::failed("the answer of the tool does not fit its schema");
                ToolResult { answered_by: result.answered_by, attempts: result.attempts, ..failed }
            }
        }
    }

    async fn answer(&self, tool: &OrgTool, arguments: &Value, run: &Run, deadline: Instant) -> ToolResult {
        if tool.tool.kind == "webhook" {
            return webhook::call(self, tool, arguments, run, deadline).await;
        }
        builtin::run(self, &tool.tool.name, arguments, run).await
    }
}

fn traced(run: &Run) -> Span {
    let span = Span::child(Kind::Internal, || "execute_tool");
    span.set(keys::GEN_AI_OPERATION, || "execute_tool");
    span.set(keys::GEN_AI_TOOL_TYPE, || "function");
    span.set(keys::ORG, || run.context.org.to_string());
    span
}

fn check(schema: Option<&str>, value: &Value) -> Result<(), String> {
    let Some(schema) = schema else { return Ok(()) };
    let schema = serde_json::from_str(schema).map_err(|_| "its schema cannot be read".to_owned())?;
    catalogue::check(&schema, value)
}
