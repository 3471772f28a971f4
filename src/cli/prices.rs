//! `switchboard price list` and `price set`: what models cost, in US dollars per million tokens, or per minute.

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::{Value, json};

use super::arguments::{needed, optional, positional, stored, text};
use super::as_shell::on_platform;
use super::listing::columns;
use super::output::{Answer, Failure};
use super::terminal::Terminal;
use crate::model::PriceRow;
use crate::usage::{nano_per_minute, nano_per_token, usd_per_million, usd_per_minute};

pub(super) fn list_command() -> Command {
    let about = "List what models cost: the prices that came with the server and those that were set";
    stored(Command::new("list").about(about))
}

pub(super) fn set_command() -> Command {
    let about = "Set what a model costs from a day on, in US dollars per million tokens";
    stored(Command::new("set").about(about))
        .arg(positional("model", "Name of the model"))
        .arg(needed("valid-from", "DAY", "First day, such as 2026-11-21"))
        .arg(dollars(needed("input", "USD", "Tokens that go in")))
        .arg(dollars(needed("output", "USD", "Tokens that come out")))
        .arg(dollars(optional("cached-input", "USD", "Tokens that go in and were cached; 0 by default")))
        .arg(dollars(optional("audio-input", "USD", "Sound that goes in; 0 by default")))
        .arg(dollars(optional("audio-output", "USD", "Sound that comes out; 0 by default")))
        .arg(dollars(optional(
            "cached-audio-input",
            "USD",
            "Cached sound, where it costs other than cached text",
        )))
        .arg(dollars(optional(
            "minute",
            "USD",
            "A minute of sound, where the model is sold by it; 0 by default",
        )))
}

fn dollars(arg: Arg) -> Arg {
    arg.value_parser(value_parser!(f64))
}

pub(super) async fn list(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    on_platform(args, terminal, async |shell| {
        shell.services.usage.load_prices().await?;
        let prices = shell.services.usage.prices_for(&shell.principal)?;
        let words = columns(&prices.rows().iter().map(row).collect::<Vec<_>>(), "There are no prices.");
        Ok(Answer::new(json!({ "prices": prices.rows().iter().map(view).collect::<Vec<_>>() }), words))
    })
    .await
}

pub(super) async fn set(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let amount = |name: &str| args.get_one::<f64>(name).copied();
    let price = PriceRow {
        minute_nano_usd: nano_per_minute(amount("minute").unwrap_or_default()),
        model: text(args, "model").to_owned(),
        valid_from: text(args, "valid-from").to_owned(),
        input_nano_usd: nano_per_token(amount("input").unwrap_or_default()),
        cached_input_nano_usd: nano_per_token(amount("cached-input").unwrap_or_default()),
        output_nano_usd: nano_per_token(amount("output").unwrap_or_default()),
        audio_input_nano_usd: nano_per_token(amount("audio-input").unwrap_or_default()),
        audio_output_nano_usd: nano_per_token(amount("audio-output").unwrap_or_default()),
        cached_audio_input_nano_usd: amount("cached-audio-input").map(nano_per_token),
    };
    on_platform(args, terminal, async |shell| {
        shell.services.usage.set_price_by(&shell.principal, price.clone()).await?;
        Ok(Answer::new(view(&price), columns(&[row(&price)], "")))
    })
    .await
}

fn row(price: &PriceRow) -> Vec<String> {
    vec![
        price.model.clone(),
        format!("from {}", price.valid_from),
        format!("{} in", usd_per_million(price.input_nano_usd)),
        format!("{} cached", usd_per_million(price.cached_input_nano_usd)),
        format!("{} out", usd_per_million(price.output_nano_usd)),
        usd_per_minute(price.minute_nano_usd).map(|usd| format!("{usd} a minute")).unwrap_or_default(),
    ]
}

fn view(price: &PriceRow) -> Value {
    json!({
        "model": price.model,
        "valid_from": price.valid_from,
        "input_usd": usd_per_million(price.input_nano_usd),
        "cached_input_usd": usd_per_million(price.cached_input_nano_usd),
        "output_usd": usd_per_million(price.output_nano_usd),
        "audio_input_usd": usd_per_million(price.audio_input_nano_usd),
        "audio_output_usd": usd_per_million(price.audio_output_nano_usd),
        "cached_audio_input_usd": price.cached_audio_input_nano_usd.map(usd_per_million),
        "minute_usd": usd_per_minute(price.minute_nano_usd),
    })
}
