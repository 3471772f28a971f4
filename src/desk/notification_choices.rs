//! How an agent wants to be told of things: what they chose, its defaults, and what follows for a moment.

use std::collections::BTreeMap;

use rooms::Timestamp;

use super::quiet_hours;
use crate::auth::{Principal, Right};
use crate::base::Base;
use crate::model::{NotificationChoices, NotificationKind, NotificationWay};
use crate::refusal::ServiceError;

const LAST_HOUR: u8 = 23;

/// The caller's own choices.
#[derive(Debug, Clone, Copy)]
pub struct OwnChoices<'a> {
    base: &'a Base,
}

impl<'a> OwnChoices<'a> {
    pub(super) fn new(base: &'a Base) -> Self {
        Self { base }
    }

    /// How the caller wants to be told, of every kind.
    ///
    /// # Errors
    /// `forbidden` to visitors and servers.
    pub async fn get(self, principal: &Principal) -> Result<NotificationChoices, ServiceError> {
        Right::ReadNotifications.check(principal)?;
        let (org, agent) = (principal.org, principal.user.id);
        let chosen = self.base.db.notification_choices().of(&[(org, agent)]).await?.remove(&agent);
        Ok(chosen.map_or_else(defaults, with_defaults))
    }

    /// Stores how the caller wants to be told; kinds that are not named are told as by default.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for unknown kinds, ways, zones and times.
    pub async fn set(
        self,
        principal: &Principal,
        choices: NotificationChoices,
    ) -> Result<NotificationChoices, ServiceError> {
        Right::ReadNotifications.check(principal)?;
        check(&choices).map_err(ServiceError::bad_request)?;
        let choices = with_defaults(choices);
        let (org, agent) = (principal.org, principal.user.id);
        self.base.db.notification_choices().put(org, agent, &choices, self.base.now()).await?;
        Ok(choices)
    }
}

/// What holds for who chose nothing.
pub(super) fn defaults() -> NotificationChoices {
    let ways = NotificationKind::ALL.into_iter().map(|kind| (kind.as_str().to_owned(), default_ways(kind)));
    NotificationChoices {
        ways: ways.collect(),
        quiet: None,
        has_quiet_weekends: false,
        has_push_preview: false,
        digest_hour: None,
        locale: "en".to_owned(),
        time_zone: "UTC".to_owned(),
    }
}

/// The ways in which an agent is told of a kind at a moment: when it is quiet, by the bell alone.
pub(super) fn ways_now(
    choices: &NotificationChoices,
    kind: NotificationKind,
    now: Timestamp,
) -> Vec<NotificationWay> {
    let chosen = choices.ways.get(kind.as_str()).cloned().unwrap_or_else(|| default_ways(kind));
    let mut ways: Vec<NotificationWay> =
        chosen.iter().filter_map(|way| NotificationWay::parse(way)).collect();
    if quiet_hours::is_quiet(choices, now) {
        ways.retain(|way| *way == NotificationWay::Bell);
    }
    ways
}

/// Whoever waits for a person is announced aloud, everything else is quieter; the desktop shows nothing before the
/// agent has allowed it in their browser, and nothing is pushed to a browser that did not subscribe.
fn default_ways(kind: NotificationKind) -> Vec<String> {
    use NotificationWay::{Bell, Desktop, Push, Sound};
    let ways: &[NotificationWay] = match kind {
        NotificationKind::Handoff
        | NotificationKind::Call
        | NotificationKind::VisitorWrote
        | NotificationKind::Assigned => &[Bell, Sound, Desktop, Push],
        NotificationKind::Mention => &[Bell, Desktop, Push],
        NotificationKind::Limit | NotificationKind::Missed | NotificationKind::Followed => &[Bell],
    };
    ways.iter().map(|way| way.as_str().to_owned()).collect()
}

fn with_defaults(choices: NotificationChoices) -> NotificationChoices {
    let mut ways: BTreeMap<String, Vec<String>> = defaults().ways;
    ways.extend(choices.ways);
    NotificationChoices { ways, ..choices }
}

fn check(choices: &NotificationChoices) -> Result<(), String> {
    for (kind, ways) in &choices.ways {
        if NotificationKind::parse(kind).is_none() {
            return Err("ways names an unknown kind of notification".to_owned());
        }
        let is_known = ways.iter().all(|way| NotificationWay::parse(way).is_some());
        if !is_known || ways.len() > NotificationWay::ALL.len() {
            return Err(format!("ways of {kind} must be some of bell, sound, desktop and push"));
        }
    }
    if choices.digest_hour.is_some_and(|hour| hour > LAST_HOUR) {
        return Err("digest_hour must be 0 to 23".to_owned());
    }
    if !matches!(choices.locale.as_str(), "en" | "es") {
        return Err("locale must be en or es".to_owned());
    }
    quiet_hours::check(choices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::QuietHours;

    #[test]
    fn in_quiet_hours_the_bell_alone_is_left() {
        let quiet = QuietHours { from: "00:00".to_owned(), to: "12:00".to_owned() };
        let choices = NotificationChoices { quiet: Some(quiet), ..defaults() };
        let noon = 12 * 3_600_000;

        let at = |now| ways_now(&choices, NotificationKind::Call, Timestamp(now));

        assert_eq!(at(0), [NotificationWay::Bell]);
        assert_eq!(at(noon), NotificationWay::ALL);
    }

    #[test]
    fn kinds_without_a_choice_have_the_default_and_unknown_words_are_refused() {
        let choose = |kind: &str, ways: &[&str]| {
            let ways = ways.iter().map(|way| (*way).to_owned()).collect();
            NotificationChoices { ways: BTreeMap::from([(kind.to_owned(), ways)]), ..defaults() }
        };

        let mute = with_defaults(choose("call", &[]));
        assert_eq!(ways_now(&mute, NotificationKind::Call, Timestamp(0)), []);
        assert_eq!(ways_now(&mute, NotificationKind::Missed, Timestamp(0)), [NotificationWay::Bell]);
        for bad in [choose("weather", &[]), choose("call", &["pigeon"]), choose("call", &["bell"; 5])] {
            assert!(check(&bad).is_err());
        }
        assert_eq!(check(&mute), Ok(()));
    }
}
