//! `doctor` checks for costs: a price for every configured model.

use std::collections::BTreeSet;

use super::finding::{Finding, Verdict, finding};
use crate::db::Inspection;
use crate::model::ProviderRecord;
use crate::usage::Prices;

/// Models that are named; more are counted.
const NAMED_MAX: usize = 5;

/// Whether a price is known of every model of a provider, on a day (`YYYY-MM-DD`).
pub(super) fn prices(inspection: Option<&Inspection>, today: &str) -> Finding {
    let name = "prices";
    let known = inspection.and_then(|found| found.calls.as_ref().zip(found.prices.as_ref()));
    let Some((setup, own)) = known else {
        let words = "not known: there is no database of this release that can be read";
        return finding(name, Verdict::Fine, words);
    };
    let prices = Prices::with(own.clone());
    let unpriced: BTreeSet<&str> = setup
        .providers
        .iter()
        .flat_map(models)
        .filter(|model| !model.is_empty() && prices.of(model, today).is_none())
        .collect();
    if unpriced.is_empty() {
        return finding(name, Verdict::Fine, "every model of a provider has a price");
    }
    let named: Vec<&str> = unpriced.iter().take(NAMED_MAX).copied().collect();
    let more = unpriced.len() - named.len();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let words = format!(
        "no price is known of {}{more}: they count at the fallback price; set one, 0 for models of your own \
         (POST /api/v1/platform/prices)",
        named.join(", ")
    );
    finding(name, Verdict::Doubtful, words)
}

fn models(provider: &ProviderRecord) -> impl Iterator<Item = &str> {
    std::iter::once(provider.model.as_str()).chain(provider.voice_model.as_deref())
}
