//! Tells of suspicious addresses: the org's webhooks and owners, or whoever runs the server.

use futures_util::future::BoxFuture;
use rooms::OrgId;
use serde_json::json;

use super::Notifier;
use super::events::event;
use crate::audit::SuspicionListener;
use crate::db::DbError;
use crate::model::{EventKind, NewMail, Suspicion};

impl SuspicionListener for Notifier {
    fn became_suspicious<'a>(&'a self, suspicion: &'a Suspicion) -> BoxFuture<'a, Result<(), DbError>> {
        Box::pin(async move {
            match suspicion.org {
                Some(org) => self.tell_org(org, suspicion).await,
                None => self.tell_platform(suspicion).await,
            }
        })
    }
}

impl Notifier {
    async fn tell_org(&self, org: OrgId, suspicion: &Suspicion) -> Result<(), DbError> {
        let data = json!({ "address": suspicion.address, "event_count": suspicion.event_count, "hours": 24 });
        let event = event(EventKind::AddressSuspicious, org, &data, self.now());
        self.parts.base.db.deliveries().publish(org, event, self.now()).await?;
        let settings = self.parts.org_settings.effective(org, None).await?;
        if !settings.security_mails {
            return Ok(());
        }
        let owners = self.addresses(org, &[]).await?;
        let mails: Vec<NewMail> = owners.into_iter().map(|to| self.mail(to, suspicion)).collect();
        self.queue_mails(org, &mails).await
    }

    async fn tell_platform(&self, suspicion: &Suspicion) -> Result<(), DbError> {
        for (org, address) in self.parts.base.db.members().platform_admins().await? {
            self.queue_mails(org, &[self.mail(address, suspicion)]).await?;
        }
        Ok(())
    }

    fn mail(&self, recipient: String, suspicion: &Suspicion) -> NewMail {
        let Suspicion { address, event_count, .. } = suspicion;
        let link = self.parts.base.settings.public_url.as_ref().map_or_else(String::new, |url| {
            let base = url.as_str().trim_end_matches('/');
            format!("\n\nLook at it, and block it where you want: {base}/console/security")
        });
        NewMail {
            recipient,
            reply_to: None,
            subject: format!("Suspicious address: {address}"),
            body: format!(
                "The address {address} caused {event_count} security events in the last 24 hours, such as wrong \
                 passwords or requests over a limit.{link}\n\nOf one address there is one such mail a day.\n"
            ),
        }
    }
}
