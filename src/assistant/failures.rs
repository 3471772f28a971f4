//! Decides when to hand off instead of replying: by the visitor's words, or after failed replies.

use rooms::User;

use super::service::Assistant;
use super::turn::{LIMIT_REACHED, USAGE_UNKNOWN};
use crate::handover::{Job, Scene, is_urgent, text_of};
use crate::insight::{self, Reading, Sentiment};

/// Failures in a row after which a person is asked for.
const FAILURES_MAX: u8 = 2;
/// Open tickets of one visitor above which displeasure calls a person.
const TICKETS_MAX: usize = 2;

impl Assistant {
    /// Why what is asked calls for a person before any answer (PRODUCT.md section 2), if it does.
    pub(super) fn calls_for_a_person(scene: &Scene) -> Option<&'static str> {
        if !scene.channel.handoff_enabled {
            return None;
        }
        let fresh = scene.asked.iter().filter(|entry| entry.seq > scene.released_at).filter_map(text_of);
        let question = fresh.collect::<Vec<_>>().join("\n");
        if is_urgent(scene, &question) {
            return Some("high_priority");
        }
        let Reading { sentiment, is_complex, .. } = insight::read(&question);
        if sentiment != Sentiment::Negative || !scene.settings.sentiment_handoff {
            return None;
        }
        if is_complex {
            return Some("sentiment");
        }
        (scene.open_tickets.len() > TICKETS_MAX).then_some("open_tickets")
    }

    pub(super) fn record_success(&self, job: Job) {
        self.failures.remove(&job.conversation);
        let assistant = self.clone();
        self.spawn(async move {
            let rolled = async {
                let settings = assistant.parts.org_settings.effective(job.org, Some(job.channel)).await?;
                assistant.roll_summary(job, settings.history_turns).await
            };
            if let Err(error) = rolled.await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not store or load a summary"
                );
            }
        });
    }

    /// A reply could not be made: after the second in a row, at a limit, or where nobody knows whether one is reached,
    /// a person is asked for.
    pub(super) async fn after_failure(&self, job: Job, by: &User, code: &str) {
        if code == LIMIT_REACHED {
            self.hand_off(job, by, LIMIT_REACHED).await;
            return;
        }
        let count = if code == USAGE_UNKNOWN {
            FAILURES_MAX
        } else {
            let mut count = self.failures.entry(job.conversation).or_insert(0);
            *count = count.saturating_add(1);
            *count
        };
        if count >= FAILURES_MAX {
            self.hand_off(job, by, "assistant_failed").await;
        }
    }
}
