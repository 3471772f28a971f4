//! Metrics as OTLP: counters and histograms are cumulative since the start of the process.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics,
    ScopeMetrics, Sum,
};
use opentelemetry_proto::tonic::resource::v1::Resource;

use super::exposition::{Family, Sample, families};

/// The bound of the last bucket, which has none in OTLP.
const NO_BOUND: &str = "+Inf";

type Labels<'a> = [(&'a str, String)];

/// When the counters began, and now.
#[derive(Debug, Clone, Copy)]
struct Times {
    start_ns: u64,
    now_ns: u64,
}

/// All metrics of a text in Prometheus' format as one request.
pub(super) fn request(
    text: &str,
    resource: &[KeyValue],
    started: SystemTime,
    now: SystemTime,
) -> ExportMetricsServiceRequest {
    let times = Times { start_ns: nanoseconds(started), now_ns: nanoseconds(now) };
    let metrics = families(text).iter().filter_map(|family| metric(family, times)).collect();
    let scope = InstrumentationScope { name: "switchboard".to_owned(), ..InstrumentationScope::default() };
    let scope_metrics = vec![ScopeMetrics { scope: Some(scope), metrics, schema_url: String::new() }];
    let resource = Resource { attributes: resource.to_vec(), ..Resource::default() };
    let all = ResourceMetrics { resource: Some(resource), scope_metrics, schema_url: String::new() };
    ExportMetricsServiceRequest { resource_metrics: vec![all] }
}

fn metric(family: &Family<'_>, times: Times) -> Option<Metric> {
    let cumulative = AggregationTemporality::Cumulative as i32;
    let numbers = || family.samples.iter().map(|sample| number(sample, times)).collect();
    let data = match family.kind {
        "counter" => {
            Data::Sum(Sum { data_points: numbers(), aggregation_temporality: cumulative, is_monotonic: true })
        }
        "gauge" => Data::Gauge(Gauge { data_points: numbers() }),
        "histogram" => Data::Histogram(Histogram {
            data_points: histograms(&family.samples, times),
            aggregation_temporality: cumulative,
        }),
        _ => return None,
    };
    Some(Metric {
        name: family.name.to_owned(),
        description: family.help.to_owned(),
        data: Some(data),
        ..Metric::default()
    })
}

fn number(sample: &Sample<'_>, times: Times) -> NumberDataPoint {
    NumberDataPoint {
        attributes: attributes(&sample.labels),
        start_time_unix_nano: times.start_ns,
        time_unix_nano: times.now_ns,
        value: Some(Number::AsDouble(sample.value)),
        ..NumberDataPoint::default()
    }
}

/// The buckets of one set of labels stand together, in the order of their bounds, before its sum and count.
fn histograms(samples: &[Sample<'_>], times: Times) -> Vec<HistogramDataPoint> {
    let mut points: Vec<HistogramDataPoint> = Vec::new();
    let mut below = 0;
    let mut point = HistogramDataPoint::default();
    for sample in samples {
        let count = whole(sample.value);
        match sample.suffix {
            "_bucket" => {
                let bound = sample.labels.iter().find(|(name, _)| *name == "le");
                let bound = bound.map(|(_, bound)| bound.as_str()).filter(|bound| *bound != NO_BOUND);
                point.explicit_bounds.extend(bound.and_then(|bound| bound.parse::<f64>().ok()));
                point.bucket_counts.push(count.saturating_sub(below));
                below = count;
            }
            "_sum" => point.sum = Some(sample.value),
            "_count" => {
                let point = std::mem::take(&mut point);
                below = 0;
                points.push(HistogramDataPoint {
                    attributes: attributes(&sample.labels),
                    start_time_unix_nano: times.start_ns,
                    time_unix_nano: times.now_ns,
                    count,
                    ..point
                });
            }
            _ => {}
        }
    }
    points
}

fn attributes(labels: &Labels<'_>) -> Vec<KeyValue> {
    let attribute = |(name, value): &(&str, String)| KeyValue {
        key: (*name).to_owned(),
        value: Some(AnyValue { value: Some(Value::StringValue(value.clone())) }),
        ..KeyValue::default()
    };
    labels.iter().map(attribute).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are whole and not negative"
)]
fn whole(value: f64) -> u64 {
    value as u64
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since_1970 = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_1970.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn every_kind_of_metric_becomes_its_own() {
        let text = "# HELP a_total Help\n# TYPE a_total counter\na_total{x=\"1\"} 3\na_total{x=\"2\"} 4\n\
                    # TYPE b gauge\nb 2.5\n\
                    # TYPE c histogram\nc_bucket{r=\"p\",le=\"1\"} 2\nc_bucket{r=\"p\",le=\"2.5\"} 5\n\
                    c_bucket{r=\"p\",le=\"+Inf\"} 6\nc_sum{r=\"p\"} 9.5\nc_count{r=\"p\"} 6\n\
                    c_bucket{r=\"q\",le=\"+Inf\"} 1\nc_sum{r=\"q\"} 7\nc_count{r=\"q\"} 1\n";

        let at = UNIX_EPOCH + Duration::from_secs(1);
        let sent = request(text, &[], at, at + Duration::from_secs(1));

        let metrics = &sent.resource_metrics[0].scope_metrics[0].metrics;
        let [counter, gauge, histogram] = &metrics[..] else { panic!("{metrics:?}") };
        let Some(Data::Sum(sum)) = &counter.data else { panic!("{counter:?}") };
        assert!(sum.is_monotonic && sum.data_points.len() == 2 && counter.description == "Help");
        assert_eq!(sum.data_points[1].value, Some(Number::AsDouble(4.0)));
        let times = (sum.data_points[0].start_time_unix_nano, sum.data_points[0].time_unix_nano);
        assert_eq!(times, (1_000_000_000, 2_000_000_000));
        assert!(matches!(&gauge.data, Some(Data::Gauge(gauge)) if gauge.data_points.len() == 1));
        let Some(Data::Histogram(histogram)) = &histogram.data else { panic!("{histogram:?}") };
        let [first, second] = &histogram.data_points[..] else { panic!("{histogram:?}") };
        assert_eq!((&first.explicit_bounds[..], &first.bucket_counts[..]), (&[1.0, 2.5][..], &[2, 3, 1][..]));
        assert_eq!((first.count, first.sum, first.attributes.len()), (6, Some(9.5), 1));
        assert_eq!((second.count, &second.bucket_counts[..]), (1, &[1][..]));
    }
}
