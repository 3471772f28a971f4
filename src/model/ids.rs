//! Ids of what is stored, one type each; those that rooms decide with stand in `rooms`.

/// An id that the server makes itself.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        rooms::id!($(#[$doc])* $name);

        impl $name {
            /// A new one.
            #[must_use]
            pub fn new() -> Self {
                Self(crate::ids::new_number())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
}

id!(
    /// A canned reply.
    CannedReplyId
);
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
    /// A turn of the assistant; later ones are greater.
    AssistantTurnId
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
    /// A process that serves the database, from its start to its end.
    NodeId
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
    /// Something an agent is told of; later ones are greater.
    NotificationId
);
id!(
    /// A view of the inbox that an agent has saved; later ones are greater.
    ViewId
);
id!(
    /// A browser of an agent that takes pushes; later ones are greater.
    PushSubscriptionId
);
id!(
    /// An address or range that is blocked; later ones are greater.
    AddressBlockId
);
id!(
    /// The session of an agent who signed in; not its token.
    SessionId
);
