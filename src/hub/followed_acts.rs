//! What another process has done, another node or the shell: what this one keeps of it is read again.
//!
//! The act's row of the audit log says so in the transaction of the act itself (`db::audit::append`), and it is found
//! among the revocations, also by the process that did it, which reads again what it knows. Whatever is read from the
//! database every time needs nothing of this.

use std::collections::HashSet;

use rooms::{ChannelId, OrgId, User};

use super::registry::Hub;
use crate::audit::Security;
use crate::db::DbError;
use crate::refusal::log_unanswered;

impl Hub {
    /// Makes hold what was done to an org, or to the platform.
    pub(super) async fn follow_act(&self, org: OrgId, act: &str) {
        let thing = act.split('.').next().unwrap_or_default();
        let outcome = match thing {
            "settings" => self.settings_changed_elsewhere(org).await,
            "channel" => self.channels_changed_elsewhere(org).await,
            "webhook" => self.db().webhooks().follow_changes().await,
            "address" => self.blocks_changed_elsewhere().await,
            "visitor" => self.visitors_changed_elsewhere().await,
            _ => Ok(()),
        };
        if let Err(error) = outcome {
            log_unanswered(
                &error,
                "could not take up what another process has changed; a restart of this server does",
            );
        }
        self.listeners().iter().for_each(|listener| listener.act_done(act));
    }

    /// Makes changed channels of an org hold in live rooms too.
    async fn channels_changed_elsewhere(&self, org: OrgId) -> Result<(), DbError> {
        self.db().channels().forget();
        let live: HashSet<ChannelId> =
            self.rooms.iter().filter(|room| room.facts.org == org).map(|room| room.facts.channel).collect();
        for id in live {
            if let Some(channel) = self.db().channels().get(org, id).await? {
                self.channel_changed(&channel).await;
            }
        }
        Ok(())
    }

    /// Makes hold which visitors are blocked, and what they are called.
    async fn visitors_changed_elsewhere(&self) -> Result<(), DbError> {
        self.db().visitors().forget();
        for (org, visitor) in self.db().visitors().follow_blocks().await? {
            self.visitor_blocked(org, visitor, &User::system());
        }
        Ok(())
    }

    /// Closes what is open from addresses that are blocked now.
    async fn blocks_changed_elsewhere(&self) -> Result<(), DbError> {
        Security::new(self.base.clone()).recover().await?;
        self.close_shut_out();
        Ok(())
    }
}
