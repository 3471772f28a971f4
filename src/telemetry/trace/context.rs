//! Where in a trace work stands, and how it is carried into other tasks.

use std::sync::Arc;

use futures_util::future::Either;
use opentelemetry::Context;
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _, WithContext};

use super::start::is_on;

/// A place in a trace, or none. Cheap to clone; one pointer, so that what carries it stays small.
#[derive(Debug, Clone, Default)]
pub struct TraceContext(Option<Arc<Context>>);

impl TraceContext {
    /// No place: a span begun below it is the first of its trace.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// Where the code that asks stands. To be asked before work goes to another task.
    #[must_use]
    pub fn current() -> Self {
        if !is_on() {
            return Self(None);
        }
        Context::map_current(|context| Self(context.has_active_span().then(|| Arc::new(context.clone()))))
    }

    pub(super) fn of(context: &Context) -> Self {
        Self(Some(Arc::new(context.clone())))
    }

    pub(super) fn context(&self) -> Option<&Context> {
        self.0.as_deref()
    }

    /// The id of the trace, in 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> Option<String> {
        let context = self.context()?;
        Some(context.span().span_context().trace_id().to_string())
    }
}

/// The id of the trace in which the code that asks stands.
pub(in crate::telemetry) fn current_trace_id() -> Option<String> {
    if !is_on() {
        return None;
    }
    Context::map_current(|context| {
        context.has_active_span().then(|| context.span().span_context().trace_id().to_string())
    })
}

/// A future that runs at a place of a trace.
pub trait InTrace: Future + Sized {
    /// Runs the future at this place: spans that it begins are below it, and its log lines carry the trace's id.
    fn in_trace(self, place: &TraceContext) -> Either<WithContext<Self>, Self> {
        match place.context() {
            Some(context) => Either::Left(self.with_context(context.clone())),
            None => Either::Right(self),
        }
    }
}

impl<F: Future> InTrace for F {}
