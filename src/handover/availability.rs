//! What a visitor who asks for a person is told at once: who is there, how long others waited, and when people are
//! there again. All of it is counted or measured; nothing is promised.

use jiff::Zoned;
use jiff::civil::Weekday;
use rooms::Head;
use serde_json::{Value, json};

use super::job::Job;
use super::scene::Scene;
use super::service::Handover;
use super::texts::Texts;

/// Waits of handoffs older than this say nothing of today: 30 days, in milliseconds.
const MEASURED_FOR_MS: i64 = 30 * 24 * 3_600 * 1_000;
/// Minimum measured waits for an estimate.
const MEASURED_MIN: usize = 3;
/// A wait longer than this is no answer to give: one hour, in milliseconds.
const TELLABLE_WAIT_MS: i64 = 3_600 * 1_000;

/// Who is there for a visitor who asks for a person.
#[derive(Debug, Default)]
pub(super) struct WhoIsThere {
    /// Agents who say that they are online or busy.
    pub(super) online_count: usize,
    /// The median of recent waits, in milliseconds; `None` where too few were measured.
    pub(super) usual_wait_ms: Option<i64>,
    /// The visitor's place among those who wait, from 1.
    pub(super) place: u64,
    /// When people are there again; `None` within the hours, and where there are none.
    pub(super) reopens: Option<Zoned>,
    /// Whether the hours say that nobody is there.
    pub(super) is_closed: bool,
    today: Option<Weekday>,
}

impl Handover {
    /// Looks who is there. What storage does not tell is left out.
    pub(super) async fn who_is_there(&self, job: Job, scene: &Scene, head: &Head) -> WhoIsThere {
        let now = self.parts.base.now();
        let hours = scene.settings.hours.as_ref();
        let is_closed = hours.is_some_and(|hours| !hours.is_open(now.0));
        let db = &self.parts.base.db;
        let (online_count, waits, place) = tokio::join!(
            self.online_count(job.org),
            db.conversations().waits_until_takeover(job.org, now.plus_ms(-MEASURED_FOR_MS)),
            db.conversations().place_in_queue(job.org, job.conversation, head),
        );
        let reopens = hours.filter(|_| is_closed).and_then(|hours| hours.next_opening(now.0));
        let zone = reopens.as_ref().map(|reopens| reopens.time_zone().clone());
        let today = zone
            .and_then(|zone| Some(jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(zone).weekday()));
        WhoIsThere {
            online_count,
            usual_wait_ms: waits.ok().and_then(median),
            place: place.unwrap_or(1),
            reopens,
            is_closed,
            today,
        }
    }

    /// How many agents of an org are there to answer.
    pub(super) async fn online_count(&self, org: rooms::OrgId) -> usize {
        let statuses = self.parts.hub.agent_statuses(org).await;
        statuses.values().filter(|status| matches!(**status, "online" | "busy")).count()
    }
}

impl WhoIsThere {
    /// Whether somebody can come now.
    pub(super) fn is_somebody_here(&self) -> bool {
        self.online_count > 0 && !self.is_closed
    }

    /// The facts, for clients that word them themselves.
    pub(super) fn facts(&self) -> Value {
        json!({
            "online": self.online_count,
            "usual_wait_seconds": self.usual_wait_ms.map(|ms| ms / 1_000),
            "position": self.place,
            "reopens_at": self.reopens.as_ref().map(|at| at.timestamp().to_string()),
        })
    }

    /// The facts as sentences.
    pub(super) fn sentences(&self, words: &Texts) -> String {
        if !self.is_somebody_here() {
            return match &self.reopens {
                Some(at) => words.closed_until.replace("{when}", &self.when(at, words)),
                None if self.is_closed => words.out_of_hours.to_owned(),
                None => words.nobody_here.to_owned(),
            };
        }
        let mut told = match self.online_count {
            1 => words.one_online.to_owned(),
            count => words.many_online.replace("{count}", &count.to_string()),
        };
        if let Some(wait_ms) = self.usual_wait_ms.filter(|ms| *ms <= TELLABLE_WAIT_MS) {
            let minutes = (wait_ms + 59_999) / 60_000;
            told.push(' ');
            match minutes {
                ..=1 => told.push_str(words.usually_a_minute),
                _ => told.push_str(&words.usually_minutes.replace("{count}", &minutes.to_string())),
            }
        }
        if self.place > 1 {
            told.push(' ');
            told.push_str(&words.place.replace("{count}", &self.place.to_string()));
        }
        told
    }

    fn when(&self, at: &Zoned, words: &Texts) -> String {
        let time = at.strftime("%H:%M");
        if self.today == Some(at.weekday()) {
            return words.at_time.replace("{time}", &time.to_string());
        }
        let day = usize::try_from(at.weekday().to_monday_zero_offset()).unwrap_or(0);
        format!("{} {time}", words.days[day])
    }
}

fn median(mut waits: Vec<i64>) -> Option<i64> {
    waits.sort_unstable();
    (waits.len() >= MEASURED_MIN).then(|| waits[waits.len() / 2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handover::texts::texts_of;

    fn at(text: &str) -> Option<Zoned> {
        text.parse().ok()
    }

    #[test]
    fn those_who_are_here_are_counted_and_the_wait_is_what_was_measured() {
        let mut there =
            WhoIsThere { online_count: 2, usual_wait_ms: Some(150_000), place: 3, ..WhoIsThere::default() };
        assert_eq!(
            there.sentences(texts_of(Some("en"))),
            "I have asked the team. 2 people are here. Somebody usually comes within 3 minutes. You are number 3 in line."
        );
        there = WhoIsThere { online_count: 1, place: 1, ..WhoIsThere::default() };
        assert_eq!(there.sentences(texts_of(Some("es"))), "He avisado al equipo. Hay una persona.");
        there.usual_wait_ms = Some(7_200_000);
        assert!(!there.sentences(texts_of(None)).contains("usually"), "hours are no comfort");
    }

    #[test]
    fn when_people_are_there_again_is_said_in_their_own_time() {
        let mut there = WhoIsThere {
            is_closed: true,
            online_count: 4,
            reopens: at("2026-11-30T09:00:00+01:00[Europe/Madrid]"),
            today: Some(Weekday::Saturday),
            ..WhoIsThere::default()
        };
        assert_eq!(there.sentences(texts_of(Some("en"))), "Nobody is here until Monday 09:00.");
        assert_eq!(there.facts()["reopens_at"], "2026-11-30T08:00:00Z");
        there.today = Some(Weekday::Monday);
        assert_eq!(there.sentences(texts_of(Some("es"))), "No hay nadie hasta las 09:00.");
    }

    #[test]
    fn nobody_is_nobody() {
        let there = WhoIsThere::default();
        assert_eq!(there.sentences(texts_of(None)), "Nobody of the team is here right now.");
    }

    #[test]
    fn a_few_waits_say_nothing() {
        assert_eq!(median(vec![1, 2]), None);
        assert_eq!(median(vec![9_000, 1_000, 2_000]), Some(2_000));
    }
}
