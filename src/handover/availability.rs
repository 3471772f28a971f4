//! What a visitor who asks for a person is told at once: who is there, how long others waited, and when people are
//! there again. All of it is counted or measured; nothing is promised.

use jiff::Zoned;
use jiff::civil::Weekday;
use rooms::{Head, OrgId, Timestamp, User};
use serde_json::{Value, json};

use super::job::Job;
use super::scene::Scene;
use super::service::Handover;
use super::texts::Texts;
use crate::org_settings::Effective;

/// Waits of handoffs older than this say nothing of today: 30 days, in milliseconds.
const MEASURED_FOR_MS: i64 = 30 * 24 * 3_600 * 1_000;
/// Minimum measured waits for an estimate.
const MEASURED_MIN: usize = 3;
/// A wait longer than this is no answer to give: one hour, in milliseconds.
const TELLABLE_WAIT_MS: i64 = 3_600 * 1_000;

/// Maximum number of agents whom a visitor is shown.
const PEOPLE_MAX: usize = 3;

/// How long a measured wait is shown before it is measured again, in milliseconds.
const MEASURED_AGAIN_MS: i64 = 60_000;

/// Whether people are there to answer now, for a visitor who has not asked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    /// Agents who say that they are online or busy.
    pub online_count: usize,
    /// Some of them, where visitors may know.
    pub people: Vec<User>,
    /// Whether it is within the hours; always, where there are none.
    pub is_open: bool,
    /// When the hours begin again; `None` within them.
    pub reopens_at: Option<Timestamp>,
    /// The median of recent waits, in milliseconds; `None` where too few were measured.
    pub usual_wait_ms: Option<i64>,
}

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
        let (online_count, usual_wait_ms, place) = tokio::join!(
            self.online_count(job.org),
            self.measure_usual_wait_ms(job.org, now),
            db.conversations().place_in_queue(job.org, job.conversation, head),
        );
        let reopens = hours.filter(|_| is_closed).and_then(|hours| hours.next_opening(now.0));
        let zone = reopens.as_ref().map(|reopens| reopens.time_zone().clone());
        let today = zone
            .and_then(|zone| Some(jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(zone).weekday()));
        WhoIsThere { online_count, usual_wait_ms, place: place.unwrap_or(1), reopens, is_closed, today }
    }

    /// Whether people of an org are there to answer now, by the hours of these settings. What storage does not tell is
    /// left out.
    pub async fn availability(&self, org: OrgId, settings: &Effective) -> Availability {
        let now = self.parts.base.now();
        let hours = settings.hours.as_ref();
        let is_open = hours.is_none_or(|hours| hours.is_open(now.0));
        let reopens = hours.filter(|_| !is_open).and_then(|hours| hours.next_opening(now.0));
        let (mut here, usual_wait_ms) = tokio::join!(self.agents_here(org), self.usual_wait_ms(org, now));
        let online_count = here.len();
        // Those who are free first, and always in the same order.
        here.sort_by_key(|(user, status)| (*status != "online", user.id));
        let shown = if settings.show_people { PEOPLE_MAX } else { 0 };
        Availability {
            online_count,
            people: here.into_iter().take(shown).map(|(user, _)| user).collect(),
            is_open,
            reopens_at: reopens.map(|at| Timestamp(at.timestamp().as_millisecond())),
            usual_wait_ms,
        }
    }

    /// The median of an org's recent waits, in milliseconds, measured at most once a minute.
    async fn usual_wait_ms(&self, org: OrgId, now: Timestamp) -> Option<i64> {
        if let Some(measured) = self.measured_waits.get(&org)
            && now.0 - measured.0.0 < MEASURED_AGAIN_MS
        {
            return measured.1;
        }
        self.measure_usual_wait_ms(org, now).await
    }

    /// The median of an org's recent waits, in milliseconds.
    async fn measure_usual_wait_ms(&self, org: OrgId, now: Timestamp) -> Option<i64> {
        let since = now.plus_ms(-MEASURED_FOR_MS);
        let waits = self.parts.base.db.conversations().waits_until_takeover(org, since).await.ok()?;
        let usual = median(waits);
        self.measured_waits.insert(org, (now, usual));
        usual
    }

    /// How many agents of an org are there to answer.
    pub(super) async fn online_count(&self, org: OrgId) -> usize {
        self.agents_here(org).await.len()
    }

    /// Agents of an org who say that they are online or busy.
    async fn agents_here(&self, org: OrgId) -> Vec<(User, &'static str)> {
        let mut agents = self.parts.hub.agents(org).await;
        agents.retain(|(_, status)| matches!(*status, "online" | "busy"));
        agents
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
