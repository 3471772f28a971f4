//! Builds the knowledge service of a running server and adds the demo's knowledge.

use rooms::User;

use crate::accounts::DemoCredentials;
use crate::knowledge::{Knowledge, SourceFields, demo_pairs};
use crate::org_settings::{Level, OrgSettings};

const DEMO_TITLE: &str = "FAQ";
/// What the widget of the demo suggests; the demo's shop knows an answer to each.
const DEMO_QUESTIONS: &[&str] = &[
    "What are your opening hours?",
    "How long does delivery take?",
    "¿Puedo devolver algo que he comprado?",
];

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
