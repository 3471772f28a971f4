//! Reads a `traceparent` (W3C Trace Context). Whoever sends one joins our spans to a trace of theirs and decides whether
//! they are sampled, so callers pass one on only from a proxy that the operator trusts.

use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;

use super::context::TraceContext;
use super::start::is_on;

/// Offers the propagator one header. `tracestate` is left out: other systems put what they like into it, and it would
/// be sent on with every span.
struct Header<'a>(&'a str);

impl Extractor for Header<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == "traceparent").then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}

/// The place that a `traceparent` names; none where traces are off or it is malformed.
#[must_use]
pub fn parent_of(traceparent: &str) -> TraceContext {
    if !is_on() {
        return TraceContext::none();
    }
    parse(traceparent)
}

fn parse(traceparent: &str) -> TraceContext {
    let read = TraceContextPropagator::new().extract_with_context(&Context::new(), &Header(traceparent));
    if read.span().span_context().is_valid() { TraceContext::of(&read) } else { TraceContext::none() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_is_taken_as_the_standard_has_it_and_nothing_else_is() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let good = parse(&format!("00-{trace}-00f067aa0ba902b7-01"));

        assert_eq!(good.trace_id().as_deref(), Some(trace));
        let zeroes = "0".repeat(32);
        for bad in [
            "",
            "00",
            "00-xyz-00f067aa0ba902b7-01",
            &format!("ff-{trace}-00f067aa0ba902b7-01"),
            &format!("00-{trace}-0000000000000000-01"),
            &format!("00-{zeroes}-00f067aa0ba902b7-01"),
            &format!("00-{}-00f067aa0ba902b7-01", trace.to_uppercase()),
        ] {
            assert_eq!(parse(bad).trace_id(), None, "{bad}");
        }
    }
}
