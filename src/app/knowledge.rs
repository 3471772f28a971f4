//! Builds the knowledge service of a running server and adds the demo's knowledge.

use rooms::User;
use std::path::Path;
use std::sync::Arc;

use crate::accounts::DemoCredentials;
use crate::encoder::Encoder;
use crate::knowledge::{Knowledge, SourceFields, demo_pairs};
use crate::org_settings::{Level, OrgSettings};
use crate::weights::load_encoder;

const DEMO_TITLE: &str = "FAQ";
/// What the widget of the demo suggests; the demo's shop knows an answer to each.
const DEMO_QUESTIONS: &[&str] = &[
    "What are your opening hours?",
    "How long does delivery take?",
    "¿Puedo devolver algo que he comprado?",
];

/// The encoder, where it was pulled. Without it, or with a damaged one, the server runs and says so.
pub(super) async fn open_encoder(data_dir: &Path) -> Option<Arc<Encoder>> {
    let data_dir = data_dir.to_owned();
    let loading = tokio::task::spawn_blocking(move || load_encoder(&data_dir));
    match loading.await.expect("reading a file does not panic") {
        Ok(Some(encoder)) => {
            tracing::info!("knowledge search uses words and vectors");
            Some(Arc::new(encoder))
        }
        Ok(None) => {
            tracing::info!(
                "questions are understood by their words; `switchboard models pull` fetches what understands meaning"
            );
            None
        }
        Err(error) => {
            let remedy =
                "questions are understood by their words only; `switchboard models pull` replaces the model";
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the sentence encoder is unavailable: {remedy}"
            );
            None
        }
    }
}

/// Gives the demo's shop something to know.
///
/// # Errors
/// When it could not be stored.
pub(super) async fn add_demo_knowledge(
    knowledge: &Knowledge,
    org_settings: &OrgSettings,
    demo: &DemoCredentials,
) -> anyhow::Result<()> {
    knowledge.sources().add(demo.org, None, Some(DEMO_TITLE), SourceFields::Pairs(demo_pairs())).await?;
    let level = Level::Org(demo.org);
    let values = [
        ("welcome_questions".to_owned(), DEMO_QUESTIONS.into()),
        // The button shows where a voice can be had: the simulated one, or a real one.
        ("voice_enabled".to_owned(), true.into()),
    ];
    let values = values.into_iter().collect();
    org_settings.change(level, &User::system(), &OrgSettings::check(level, values)?).await?;
    Ok(())
}
