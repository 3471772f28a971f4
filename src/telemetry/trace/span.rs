//! One span: something with a beginning and an end.

use std::borrow::Cow;

use opentelemetry::trace::{SpanBuilder, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::trace::SdkTracer;

use super::context::TraceContext;
use super::start::the_tracer;
use crate::clock;

/// On which side of a request a span stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It answers somebody outside.
    Server,
    /// It asks somebody outside.
    Client,
    /// Neither.
    Internal,
}

/// A span that ends when it is dropped; empty where traces are off.
#[derive(Debug, Default)]
pub struct Span(Option<Context>);

impl Span {
    /// Begins a span below a place, or the first of a new trace where there is none. `name` is made only when traces
    /// are on.
    pub fn begin<N: Into<Cow<'static, str>>>(
        place: &TraceContext,
        kind: Kind,
        name: impl FnOnce() -> N,
    ) -> Self {
        let Some(tracer) = the_tracer() else { return Self(None) };
        let root = Context::new();
        Self(Some(begun(tracer, place.context().unwrap_or(&root), kind, name().into())))
    }

    /// Begins a span below where the code that asks stands; none where that is in no trace, so that what the server
    /// does by itself makes no traces of single spans.
    pub fn child<N: Into<Cow<'static, str>>>(kind: Kind, name: impl FnOnce() -> N) -> Self {
        Self::below(&TraceContext::current(), kind, name)
    }

    /// As [`Span::child`], below a place.
    pub fn below<N: Into<Cow<'static, str>>>(
        place: &TraceContext,
        kind: Kind,
        name: impl FnOnce() -> N,
    ) -> Self {
        match (the_tracer(), place.context()) {
            (Some(tracer), Some(context)) => Self(Some(begun(tracer, context, kind, name().into()))),
            _ => Self(None),
        }
    }

    /// The place inside this span.
    #[must_use]
    pub fn place(&self) -> TraceContext {
        self.0.as_ref().map_or_else(TraceContext::none, TraceContext::of)
    }

    /// Whether anybody will see what is said of it.
    #[must_use]
    pub fn is_recording(&self) -> bool {
        self.0.as_ref().is_some_and(|context| context.span().is_recording())
    }

    /// Says something of it; `key` is one of `keys`. The value is made only when it is recorded.
    pub fn set<V: Into<Value>>(&self, key: &'static str, value: impl FnOnce() -> V) {
        if let Some(context) = &self.0
            && context.span().is_recording()
        {
            context.span().set_attribute(KeyValue::new(key, value()));
        }
    }

    /// Gives it another name, once more is known.
    pub fn rename(&self, name: impl FnOnce() -> String) {
        if let Some(context) = &self.0
            && context.span().is_recording()
        {
            context.span().update_name(name());
        }
    }

    /// Marks it as failed, with a code or kind of error and never with words.
    pub fn fail(&self, error_type: &'static str) {
        self.set(super::keys::ERROR_TYPE, || error_type);
        if let Some(context) = &self.0 {
            context.span().set_status(Status::error(""));
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(context) = &self.0 {
            context.span().end_with_timestamp(clock::system_time());
        }
    }
}

fn begun(tracer: &SdkTracer, parent: &Context, kind: Kind, name: Cow<'static, str>) -> Context {
    let kind = match kind {
        Kind::Server => SpanKind::Server,
        Kind::Client => SpanKind::Client,
        Kind::Internal => SpanKind::Internal,
    };
    let builder = SpanBuilder::from_name(name).with_kind(kind).with_start_time(clock::system_time());
    parent.with_span(tracer.build_with_context(builder, parent))
}

#[cfg(test)]
mod tests {
    use super::super::queue::SpanQueue;
    use super::super::start::tracer;
    use super::*;

    fn ended_of(ratio: f64, parent: &Context, queue_max: usize, count: usize) -> SpanQueue {
        let queue = SpanQueue::new(queue_max);
        let tracer = tracer(ratio, queue.clone());
        for _ in 0..count {
            drop(Span(Some(begun(&tracer, parent, Kind::Client, "one".into()))));
        }
        queue
    }

    #[test]
    fn a_full_queue_drops_the_newest_spans_and_holds_nobody_up() {
        let queue = ended_of(1.0, &Context::new(), 3, 10);

        assert_eq!(queue.take().len(), 3);
        assert!(queue.take().is_empty());
    }

    #[test]
    fn the_ratio_decides_and_a_trace_that_was_begun_elsewhere_is_kept() {
        assert!(ended_of(0.0, &Context::new(), 10, 5).take().is_empty());
        let queue = SpanQueue::new(10);
        let sampled = begun(&tracer(1.0, queue), &Context::new(), Kind::Server, "far".into());

        let kept = ended_of(0.0, &sampled, 10, 5).take();

        assert_eq!(kept.len(), 5);
        assert_eq!(kept[0].parent_span_id, sampled.span().span_context().span_id());
    }

    #[test]
    fn a_span_says_how_it_failed_and_nothing_more() {
        let queue = SpanQueue::new(10);
        let span = Span(Some(begun(&tracer(1.0, queue.clone()), &Context::new(), Kind::Client, "x".into())));
        span.fail("silent");
        drop(span);

        let ended = queue.take().remove(0);

        assert_eq!(ended.status, Status::error(""));
        assert_eq!(ended.attributes, [KeyValue::new("error.type", "silent")]);
        assert!(ended.end_time >= ended.start_time);
    }

    #[test]
    fn where_traces_are_off_a_span_is_nothing() {
        let span = Span::begin(&TraceContext::none(), Kind::Server, || -> &'static str {
            unreachable!("no name is made")
        });

        assert!(!span.is_recording() && span.place().trace_id().is_none());
    }
}
