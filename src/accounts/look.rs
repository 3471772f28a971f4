//! How the widget of a channel looks: what the channel says itself, otherwise what is inherited.

use super::channel_fields::DEFAULT_COLOR;
use crate::model::ChannelRecord;
use crate::org_settings::Effective;

/// How a widget looks and speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look<'a> {
    /// Its colour, `#` and six digits.
    pub color: &'a str,
    /// What it says first; empty for its own words.
    pub greeting: &'a str,
    /// Its language; `None` for the browser's.
    pub language: Option<&'a str>,
}

impl<'a> Look<'a> {
    /// The look of a channel, with the settings that hold for it. A channel with the default colour has not chosen one.
    #[must_use]
    pub fn of(channel: &'a ChannelRecord, settings: &'a Effective) -> Self {
        let has_color = !channel.color.is_empty() && channel.color != DEFAULT_COLOR;
        let inherited = Some(settings.widget_language.as_str()).filter(|language| !language.is_empty());
        Self {
            color: if has_color { &channel.color } else { &settings.widget_color },
            greeting: if channel.greeting.is_empty() { &settings.widget_greeting } else { &channel.greeting },
            language: channel.locale.as_deref().or(inherited),
        }
    }
}
