//! Ids of what is stored, one type each; those that rooms decide with stand in `rooms`.

use std::fmt;
use std::str::FromStr;

use rooms::{EntryId, ParseIdError};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u128);

        impl $name {
            /// A new one.
            #[must_use]
            pub fn new() -> Self {
                Self(crate::ids::new_uuid().as_u128())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        // Written and read as every id is.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&EntryId(self.0), f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                text.parse::<EntryId>().map(|id| Self(id.0))
            }
        }
    };
}

id!(
    /// A source of knowledge: a file, a page, a set of questions and answers.
    SourceId
);
id!(
    /// A question with its answer.
    PairId
);
id!(
    /// A passage: what is found and shown as one piece.
    PassageId
);
id!(
    /// A question that could not be answered.
    UnansweredId
);
id!(
    /// A run of a tool; later ones are greater.
    ToolRunId
);
id!(
    /// An enquiry; later ones are greater.
    SubmissionId
);
id!(
    /// A webhook.
    WebhookId
);
id!(
    /// A delivery of a webhook; later ones are greater.
    DeliveryId
);
id!(
    /// A queued mail.
    MailId
);
id!(
    /// A model provider of an org or of the platform.
    ProviderId
);
id!(
    /// A change of a setting; later ones are greater.
    SettingChangeId
);
id!(
    /// A use of a model or a voice; later ones are greater.
    UsageEventId
);
id!(
    /// The session of an agent who signed in; not its token.
    SessionId
);
