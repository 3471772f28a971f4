//! A summary by mail once a day for agents who want one: who waits, who was missed, where they were mentioned.
//!
//! When the next is due is stored with the agent's choices. It moves in the transaction that queues the mail, so a day has
//! one mail however often a server starts.

use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp as Moment, ToSpan};
use rooms::Timestamp;

use super::Notifier;
use super::digest_texts::{DigestTexts, Told};
use crate::clock::DAY_MS;
use crate::db::DbError;
use crate::model::{DueDigest, NewMail, NotificationKind, NotificationRecord};
use crate::refusal::log_unanswered;

/// Interval between looks for what is due.
const PERIOD: Duration = Duration::from_secs(60);
/// Agents who are read at once.
const PAGE: i64 = 200;
/// Notifications of a day that are read for one mail.
const NOTIFICATIONS_MAX: i64 = 200;

impl Notifier {
    /// Mails summaries for as long as the server runs.
    pub(super) async fn send_digests(self) {
        loop {
            self.parts.base.claims.turn_to_sweep().await;
            if let Err(error) = self.send_due_digests().await {
                log_unanswered(&error, "could not mail summaries to agents");
            }
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Queues every summary that is due; gives back how many mails.
    async fn send_due_digests(&self) -> Result<usize, DbError> {
        let (mut count, mut after) = (0, None);
        loop {
            let page = self.parts.base.db.notification_choices().digests(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(count) };
            after = Some(last.agent);
            for digest in &page {
                count += usize::from(self.send_if_due(digest).await?);
            }
        }
    }

    async fn send_if_due(&self, digest: &DueDigest) -> Result<bool, DbError> {
        let now = self.now();
        let choices = self.parts.base.db.notification_choices();
        let Some(next) = next_at(digest, now) else { return Ok(false) };
        match digest.due_at {
            // Chosen a moment ago: the first comes at the next such hour.
            None => choices.move_digest(digest, next, None, now).await.map(|_moved| false),
            Some(at) if at > now => Ok(false),
            Some(_) => {
                let mail = self.digest_mail(digest, now).await?;
                let is_moved = choices.move_digest(digest, next, mail.as_ref(), now).await?;
                Ok(is_moved && mail.is_some())
            }
        }
    }

    /// The mail, where there is something to tell.
    async fn digest_mail(&self, digest: &DueDigest, now: Timestamp) -> Result<Option<NewMail>, DbError> {
        let db = &self.parts.base.db;
        let waiting_count = db.conversations().waiting_count(digest.org).await?;
        let since = now.0 - DAY_MS;
        let mut recent = db.notifications().list(digest.org, digest.agent, None, NOTIFICATIONS_MAX).await?;
        recent.retain(|record| record.created_at > since);
        let of = |kind: NotificationKind, is_wanted: fn(&NotificationRecord) -> bool| {
            recent.iter().filter(|one| one.kind == kind.as_str() && is_wanted(one)).collect::<Vec<_>>()
        };
        let told = Told {
            waiting_count,
            missed: of(NotificationKind::Missed, |_| true),
            mentions: of(NotificationKind::Mention, |one| one.read_at.is_none()),
        };
        let link = format!("{}/console/inbox", self.parts.base.settings.link_base());
        let texts = DigestTexts::of(&digest.locale);
        Ok(texts.body(&told, &link).map(|body| NewMail {
            recipient: digest.email.clone(),
            reply_to: None,
            subject: texts.subject.to_owned(),
            body,
        }))
    }
}

/// When the next one is due after a moment: at the agent's hour of today or tomorrow. An hour that a change of the clock
/// leaves out is the moment of the change, one that comes twice counts once.
fn next_at(digest: &DueDigest, now: Timestamp) -> Option<Timestamp> {
    let zone = TimeZone::get(&digest.time_zone).ok()?;
    let hour = Time::new(i8::try_from(digest.hour).ok()?, 0, 0, 0).ok()?;
    let local = Moment::from_millisecond(now.0).ok()?.to_zoned(zone.clone());
    (0..=1).find_map(|days| {
        let date = local.date().checked_add(days.days()).ok()?;
        let at = date.to_datetime(hour).to_zoned(zone.clone()).ok()?.timestamp().as_millisecond();
        (at > now.0).then_some(Timestamp(at))
    })
}

#[cfg(test)]
mod tests {
    use rooms::{OrgId, UserId};

    use super::*;

    fn next(zone: &str, hour: u8, now: &str) -> String {
        let digest = DueDigest {
            org: OrgId(1),
            agent: UserId(2),
            email: "a@example.com".to_owned(),
            locale: "en".to_owned(),
            time_zone: zone.to_owned(),
            hour,
            due_at: None,
            seen: String::new(),
        };
        let now = Timestamp(now.parse::<Moment>().unwrap().as_millisecond());
        Moment::from_millisecond(next_at(&digest, now).unwrap().0).unwrap().to_string()
    }

    #[test]
    fn the_hour_is_that_of_the_agents_own_clock_once_a_day() {
        assert_eq!(next("Europe/Madrid", 8, "2026-11-30T06:59:59Z"), "2026-11-30T07:00:00Z");
        assert_eq!(next("Europe/Madrid", 8, "2026-11-30T07:00:00Z"), "2026-12-01T07:00:00Z");
        assert_eq!(next("America/New_York", 0, "2026-11-30T04:00:00Z"), "2026-11-30T05:00:00Z");
        // On the last Sunday of March there is no half past two, and in October there are two.
        assert_eq!(next("Europe/Madrid", 2, "2026-03-28T12:00:00Z"), "2026-03-29T01:00:00Z");
        assert_eq!(next("Europe/Madrid", 2, "2026-10-24T12:00:00Z"), "2026-10-25T00:00:00Z");
        assert_eq!(next("Europe/Madrid", 2, "2026-10-25T00:00:00Z"), "2026-10-26T01:00:00Z");
    }
}
