//! How an agent wants to be told of things.

use std::collections::BTreeMap;

use rooms::{OrgId, Timestamp, UserId};

/// A way in which an agent is told of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NotificationWay {
    /// In the list behind the bell.
    Bell,
    /// By a sound of an open page.
    Sound,
    /// By a notification of the desktop, from an open page.
    Desktop,
    /// By the push service of a browser, while no page is open.
    Push,
}

impl NotificationWay {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Bell, Self::Sound, Self::Desktop, Self::Push];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bell => "bell",
            Self::Sound => "sound",
            Self::Desktop => "desktop",
            Self::Push => "push",
        }
    }

    /// A way by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == name)
    }
}

/// Hours in which an agent is told of things by the bell alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuietHours {
    /// When they begin, as `HH:MM`.
    pub from: String,
    /// When they end, as `HH:MM`; before `from` it is that of the next day.
    pub to: String,
}

/// How an agent wants to be told, by the name of each kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationChoices {
    /// The names of the ways, by the name of the kind.
    pub ways: BTreeMap<String, Vec<String>>,
    /// The quiet hours, where the agent has some.
    pub quiet: Option<QuietHours>,
    /// Whether all of Saturday and Sunday is quiet.
    pub has_quiet_weekends: bool,
    /// Whether a push holds the beginning of what was written.
    pub has_push_preview: bool,
    /// The hour at which a summary is mailed; `None` for no mails.
    pub digest_hour: Option<u8>,
    /// The language of mails: `en` or `es`.
    pub locale: String,
    /// The zone of quiet hours, weekends and mails, of the IANA database.
    pub time_zone: String,
}

/// A summary that an agent wants by mail once a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDigest {
    /// In which org.
    pub org: OrgId,
    /// Whose.
    pub agent: UserId,
    /// To which address.
    pub email: String,
    /// In which language.
    pub locale: String,
    /// In whose hours.
    pub time_zone: String,
    /// At which hour.
    pub hour: u8,
    /// When the next is due; `None` where that was never said.
    pub due_at: Option<Timestamp>,
    /// The choices as they were read.
    pub seen: String,
}
