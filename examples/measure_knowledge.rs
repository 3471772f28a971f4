//! Prints the table of docs/understand/knowledge.md: how well questions are answered without a provider.
//!
//! `cargo run --example measure_knowledge [DATA_DIR]`; with a data directory into which the sentence encoder was
//! pulled (`switchboard models pull`, default `./data`), also with meaning.

use std::path::PathBuf;
use std::sync::Arc;

use switchboard::weights::load_encoder;

#[path = "../tests/knowledge/measure.rs"]
mod measure;

use measure::Half;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let data_dir = std::env::args().nth(1).map_or_else(|| PathBuf::from("./data"), PathBuf::from);
    println!(
        "| found by | language | questions | right first | among three | answered | right of these | answered or offered | off-topic answered | off-topic offered choices |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    print_rows("words", None).await?;
    match load_encoder(&data_dir)? {
        Some(encoder) => print_rows("words and meaning", Some(Arc::new(encoder))).await?,
        None => println!(
            "\nThere is no encoder in {}; pull it with `switchboard models pull`.",
            data_dir.display()
        ),
    }
    Ok(())
}

async fn print_rows(
    found_by: &str,
    encoder: Option<Arc<switchboard::encoder::Encoder>>,
) -> anyhow::Result<()> {
    let data = tempfile::tempdir()?;
    let knowledge = measure::knowledge(data.path(), encoder).await;
    for (half, name) in [(Half::Reported, "held out"), (Half::Calibration, "calibration"), (Half::All, "all")]
    {
        for language in ["en", "es"] {
            let row = measure::measure(&knowledge, language, half).await;
            println!(
                "| {found_by} | {language} | {} ({name}) | {:.0} % | {:.0} % | {:.0} % | {:.0} % ({} of {}, {} in the language asked) | {:.0} % | {} of {} | {} of {} |",
                row.asked,
                row.percent(row.first),
                row.percent(row.first_three),
                row.percent(row.sure),
                row.precision(),
                row.sure_right,
                row.sure,
                row.sure_in_language,
                row.percent(row.offered),
                row.off_topic_sure,
                row.off_topic,
                row.off_topic_unsure,
                row.off_topic,
            );
        }
    }
    Ok(())
}
