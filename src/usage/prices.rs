//! Prices of models by date, shipped as data and extended by the platform admin.

use crate::model::PriceRow;
use crate::org_settings::Effective;

use super::{UsageEvent, UsageKind};

/// The table that is shipped; prices as published by the providers, in billionths of a US dollar per token.
const SHIPPED: &str = include_str!("prices.json");

/// Vectors cost a small part of what words cost, with every provider of the shipped table.
const VECTORS_PART: i64 = 20;
/// Spoken tokens cost so many times what written ones do, at most, in the shipped table.
const SPOKEN_INPUT_TIMES: i64 = 8;
const SPOKEN_OUTPUT_TIMES: i64 = 4;
const MINUTE_MS: u64 = 60_000;

/// What a model without a price counts at, in billionths of a US dollar per token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FallbackPrice {
    /// Of the input.
    pub input_nano_usd: i64,
    /// Of the output.
    pub output_nano_usd: i64,
}

impl FallbackPrice {
    /// As the platform sets it, in US dollars per million tokens.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the setting's bounds are far below 2^53")]
    pub fn of(settings: &Effective) -> Self {
        let nano = |usd: f64| (usd * 1e3).round() as i64;
        Self {
            input_nano_usd: nano(settings.fallback_input_usd),
            output_nano_usd: nano(settings.fallback_output_usd),
        }
    }

    fn row(self, kind: UsageKind) -> PriceRow {
        let part = if kind == UsageKind::Embedding { VECTORS_PART } else { 1 };
        let (input, output) = (self.input_nano_usd / part, self.output_nano_usd / part);
        PriceRow {
            model: String::new(),
            valid_from: String::new(),
            input_nano_usd: input,
            cached_input_nano_usd: input,
            output_nano_usd: output,
            audio_input_nano_usd: input.saturating_mul(SPOKEN_INPUT_TIMES),
            audio_output_nano_usd: output.saturating_mul(SPOKEN_OUTPUT_TIMES),
            cached_audio_input_nano_usd: Some(input.saturating_mul(SPOKEN_INPUT_TIMES)),
            minute_nano_usd: self.minute_nano_usd(),
        }
    }

    /// Models that hear all the time hear ten tokens a second and speak twenty; those that are sold by the minute are
    /// not dearer than that.
    fn minute_nano_usd(self) -> i64 {
        let heard = self.input_nano_usd.saturating_mul(SPOKEN_INPUT_TIMES).saturating_mul(600);
        heard.saturating_add(self.output_nano_usd.saturating_mul(SPOKEN_OUTPUT_TIMES).saturating_mul(1_200))
    }
}

/// What models cost from which day on.
#[derive(Debug, Clone)]
pub struct Prices {
    rows: Vec<PriceRow>,
}

impl Prices {
    /// The shipped table, with the platform's own rows over it.
    #[must_use]
    pub fn with(own: Vec<PriceRow>) -> Self {
        let mut rows: Vec<PriceRow> = serde_json::from_str(SHIPPED).expect("a test parses the shipped table");
        rows.retain(|row| !own.iter().any(|one| one.model == row.model && one.valid_from == row.valid_from));
        rows.extend(own);
        rows.sort_by(|one, other| (&one.model, &one.valid_from).cmp(&(&other.model, &other.valid_from)));
        Self { rows }
    }

    /// Every row, by model and day.
    #[must_use]
    pub fn rows(&self) -> &[PriceRow] {
        &self.rows
    }

    /// The price of a model on a day (`YYYY-MM-DD`). A dated name such as `gpt-4o-2024-11-20` has the price of the
    /// longest name in the table that it begins with; a model that is not in the table has none.
    #[must_use]
    pub fn of(&self, model: &str, day: &str) -> Option<&PriceRow> {
        let plain = model.rsplit('/').next().unwrap_or(model);
        let fits = |row: &&PriceRow| {
            let rest = plain.strip_prefix(row.model.as_str());
            rest.is_some_and(|rest| rest.is_empty() || is_date_suffix(rest)) && *row.valid_from <= *day
        };
        self.rows.iter().filter(fits).max_by(|one, other| {
            (one.model.len(), &one.valid_from).cmp(&(other.model.len(), &other.valid_from))
        })
    }

    /// The cost of an event in billionths of a US dollar: cached input at its own price, spoken tokens at theirs.
    /// A model without a price counts at the fallback.
    #[must_use]
    pub fn cost_nano_usd(&self, event: &UsageEvent, day: &str, fallback: FallbackPrice) -> u64 {
        let unpriced;
        let price = if let Some(price) = self.of(&event.model, day) {
            price
        } else {
            unpriced = fallback.row(event.kind);
            &unpriced
        };
        let part = |tokens: u64, price: i64| tokens.saturating_mul(u64::try_from(price).unwrap_or(0));
        let cached_audio = event.cached_audio_tokens.min(event.cached_input_tokens);
        let cached_text = event.cached_input_tokens - cached_audio;
        let fresh_audio = event.audio_input_tokens.saturating_sub(cached_audio);
        let fresh = event.input_tokens.saturating_sub(event.audio_input_tokens).saturating_sub(cached_text);
        let cached_audio_price = price.cached_audio_input_nano_usd.unwrap_or(price.cached_input_nano_usd);
        let written = event.output_tokens.saturating_sub(event.audio_output_tokens);
        part(fresh, price.input_nano_usd)
            .saturating_add(part(cached_text, price.cached_input_nano_usd))
            .saturating_add(part(cached_audio, cached_audio_price))
            .saturating_add(part(fresh_audio, price.audio_input_nano_usd))
            .saturating_add(part(written, price.output_nano_usd))
            .saturating_add(part(event.audio_output_tokens, price.audio_output_nano_usd))
            .saturating_add(part(event.billed_ms, price.minute_nano_usd) / MINUTE_MS)
    }
}

/// Whether this is what providers put behind a model's name: `-2024-11-20`, `-20250929`, `-latest`.
fn is_date_suffix(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix(['-', '@']) else { return false };
    rest == "latest" || (rest.len() >= 6 && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
}

#[cfg(test)]
mod tests {
    use rooms::OrgId;

    use super::*;

    const FALLBACK: FallbackPrice = FallbackPrice { input_nano_usd: 5_000, output_nano_usd: 20_000 };

    fn event(model: &str) -> UsageEvent {
        UsageEvent {
            org: OrgId(1),
            channel: None,
            conversation: None,
            request_id: None,
            endpoint: "chat/completions",
            address: None,
            provider: "openai".into(),
            model: model.into(),
            kind: UsageKind::Chat,
            input_tokens: 1_000,
            cached_input_tokens: 400,
            cached_audio_tokens: 0,
            output_tokens: 100,
            audio_input_tokens: 0,
            audio_output_tokens: 0,
            duration_ms: 0,
            billed_ms: 0,
            latency_ms: 1,
            success: true,
            is_estimate: false,
        }
    }

    #[test]
    fn cached_tokens_have_their_own_price() {
        let prices = Prices::with(Vec::new());

        assert_eq!(
            prices.cost_nano_usd(&event("gpt-4o-mini"), "2026-11-21", FALLBACK),
            600 * 150 + 400 * 75 + 100 * 600
        );
    }

    #[test]
    fn a_model_without_a_price_counts_at_the_fallback() {
        let prices = Prices::with(Vec::new());
        let cost = |event| prices.cost_nano_usd(&event, "2026-11-21", FALLBACK);
        let spoken =
            UsageEvent { audio_input_tokens: 1_000, audio_output_tokens: 100, ..event("house-model") };
        let vectors = UsageEvent { kind: UsageKind::Embedding, ..event("house-model") };

        assert_eq!(cost(event("house-model")), 1_000 * 5_000 + 100 * 20_000);
        assert_eq!(cost(spoken), 1_000 * 40_000 + 400 * 5_000 + 100 * 80_000);
        assert_eq!(cost(vectors), 1_000 * 250 + 100 * 1_000);
        for own in ["simulated-voice", "local-voice"] {
            assert_eq!(cost(event(own)), 0, "what this house does itself costs nothing");
        }
    }

    #[test]
    fn a_model_that_is_sold_by_the_minute_costs_by_the_second() {
        let prices = Prices::with(Vec::new());
        let cost = |model, billed_ms| {
            let event = UsageEvent {
                kind: UsageKind::Voice,
                input_tokens: 0,
                cached_input_tokens: 0,
                output_tokens: 0,
                billed_ms,
                ..event(model)
            };
            prices.cost_nano_usd(&event, "2026-11-21", FALLBACK)
        };

        assert_eq!(cost("gpt-live-1", 60_000), 50_000_000);
        assert_eq!(cost("gpt-live-1", 1_000), 833_333);
        assert_eq!(cost("gpt-realtime-2.1", 60_000), 0, "it counts tokens");
        assert!(cost("house-voice", 60_000) > 50_000_000, "one without a price is not for nothing");
    }

    #[test]
    fn counts_that_cannot_be_are_clamped_before_they_cost() {
        let absurd = UsageEvent {
            input_tokens: u64::MAX,
            cached_input_tokens: u64::MAX,
            cached_audio_tokens: u64::MAX,
            output_tokens: u64::MAX,
            audio_input_tokens: u64::MAX,
            audio_output_tokens: u64::MAX,
            ..event("gpt-4o")
        };

        let counted = absurd.plausible();

        assert_eq!((counted.input_tokens, counted.output_tokens), (10_000_000, 10_000_000));
        let parts = UsageEvent {
            input_tokens: 10,
            cached_input_tokens: 20,
            cached_audio_tokens: 30,
            audio_input_tokens: 5,
            output_tokens: 1,
            audio_output_tokens: 2,
            ..event("gpt-4o")
        };
        let parts = parts.plausible();
        assert_eq!(
            (parts.cached_input_tokens, parts.cached_audio_tokens, parts.audio_output_tokens),
            (10, 5, 1)
        );
    }

    #[test]
    fn writing_that_is_counted_by_time_alone_counts_as_tokens() {
        let written = UsageEvent {
            kind: UsageKind::Transcription,
            input_tokens: 0,
            cached_input_tokens: 0,
            output_tokens: 0,
            duration_ms: 60_000,
            ..event("whisper-of-the-house")
        };

        let counted = written.plausible();

        assert_eq!((counted.input_tokens, counted.audio_input_tokens, counted.is_estimate), (610, 610, true));
    }

    #[test]
    fn a_dated_name_has_the_price_of_its_model_and_a_sibling_does_not() {
        let prices = Prices::with(Vec::new());
        let model = |name| prices.of(name, "2026-11-21").map(|row| row.model.as_str());

        assert_eq!(model("gpt-4o-2024-11-20"), Some("gpt-4o"));
        assert_eq!(model("openai/gpt-4o-mini"), Some("gpt-4o-mini"));
        assert_eq!(model("gpt-4o-audio-preview"), None);
        assert_eq!(model("llama3.2"), None);
    }

    #[test]
    fn a_price_holds_from_its_day_on() {
        let cheaper = PriceRow {
            model: "gpt-4o".into(),
            valid_from: "2027-01-01".into(),
            input_nano_usd: 1,
            cached_input_nano_usd: 1,
            output_nano_usd: 1,
            audio_input_nano_usd: 0,
            audio_output_nano_usd: 0,
            cached_audio_input_nano_usd: None,
            minute_nano_usd: 0,
        };
        let prices = Prices::with(vec![cheaper]);

        assert_eq!(prices.of("gpt-4o", "2026-12-31").map(|row| row.input_nano_usd), Some(2_500));
        assert_eq!(prices.of("gpt-4o", "2027-01-01").map(|row| row.input_nano_usd), Some(1));
        assert!(prices.of("gpt-4o", "2020-01-01").is_none());
    }
}
