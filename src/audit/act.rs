//! The acts that the audit log knows.

macro_rules! acts {
    ($($name:ident = $text:literal,)*) => {
        /// An act that stands in the audit log.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "the names are the documentation; docs/operate/audit.md lists them")]
        pub enum Act { $($name,)* }

        impl Act {
            /// Every act.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name in the log: what it is done to, a dot, what is done.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

acts! {
    SignedIn = "session.sign_in",
    SignedOut = "session.sign_out",
    SignInVerified = "session.verify",
    SessionEnded = "session.end",
    SessionsEnded = "session.end_others",
    PasswordSet = "password.set",
    PasswordLinkMade = "password.link",
    MemberInvited = "member.invite",
    MemberChanged = "member.change",
    MemberRemoved = "member.remove",
    MemberPictureSet = "member.picture",
    MemberPictureDeleted = "member.picture_delete",
    TokenMade = "token.create",
    TokenDeleted = "token.delete",
    TwoStepEnabled = "two_step.enable",
    TwoStepDisabled = "two_step.disable",
    TwoStepReset = "two_step.reset",
    RecoveryCodesMade = "two_step.codes",
    OrgMade = "org.create",
    OrgRenamed = "org.rename",
    OrgSuspended = "org.suspend",
    OrgResumed = "org.resume",
    OrgDeleted = "org.delete",
    OrgKept = "org.keep",
    OrgExported = "org.export",
    ActingBegun = "org.act",
    ActingEnded = "org.act_end",
    ServerSetUp = "server.set_up",
    MasterKeyRotated = "server.rotate_key",
    ChannelMade = "channel.create",
    ChannelChanged = "channel.change",
    ChannelKeyRotated = "channel.rotate_key",
    ChannelSecretRotated = "channel.rotate_identity_secret",
    ChannelOldSecretEnded = "channel.end_old_secret",
    SettingsChanged = "settings.change",
    ProviderAdded = "provider.add",
    ProviderChanged = "provider.change",
    ProviderRemoved = "provider.remove",
    ProviderTested = "provider.test",
    AssistantTested = "assistant.test",
    PriceSet = "price.set",
    MailTried = "mail.try",
    SourceAdded = "knowledge.add",
    SourceChanged = "knowledge.change",
    SourceRead = "knowledge.refresh",
    SourceDeleted = "knowledge.delete",
    PairAdded = "pair.add",
    PairChanged = "pair.change",
    PairDeleted = "pair.delete",
    QuestionAnswered = "question.answer",
    QuestionDismissed = "question.dismiss",
    ToolChanged = "tool.change",
    ToolTested = "tool.test",
    ToolAdded = "tool.add",
    ToolRemoved = "tool.remove",
    WebhookAdded = "webhook.add",
    WebhookChanged = "webhook.change",
    WebhookRemoved = "webhook.remove",
    WebhookTested = "webhook.test",
    WebhookSecretRotated = "webhook.rotate_secret",
    WebhookOldSecretEnded = "webhook.end_old_secret",
    DeliveryReplayed = "webhook.replay",
    VisitorBlocked = "visitor.block",
    VisitorUnblocked = "visitor.unblock",
    VisitorMerged = "visitor.merge",
    VisitorUnmerged = "visitor.unmerge",
    VisitorErased = "visitor.erase",
    VisitorExported = "visitor.export",
    AddressBlocked = "address.block",
    AddressUnblocked = "address.unblock",
    RecordingDeleted = "recording.delete",
    RecordingHeard = "recording.read",
    TranscriptExported = "conversation.export",
    TranscriptMailed = "conversation.mail",
    CannedReplyAdded = "canned_reply.add",
    CannedReplyChanged = "canned_reply.change",
    CannedReplyDeleted = "canned_reply.delete",
    CannedRepliesExported = "canned_reply.export",
    CannedRepliesImported = "canned_reply.import",
    ViewAdded = "view.add",
    ViewChanged = "view.change",
    ViewDeleted = "view.delete",
    AuditExported = "audit.export",
    UsageExported = "usage.export",
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_say_on_what() {
        let names: HashSet<_> = Act::ALL.iter().map(|act| act.name()).collect();

        assert_eq!(names.len(), Act::ALL.len());
        for name in names {
            let (thing, deed) = name.split_once('.').expect("a dot");
            let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            assert!(is_plain(thing) && is_plain(deed) && !thing.is_empty() && !deed.is_empty(), "{name}");
        }
    }

    #[test]
    fn the_guide_and_the_page_know_every_act() {
        let root = env!("CARGO_MANIFEST_DIR");
        let read = |path: &str| std::fs::read_to_string(format!("{root}/{path}")).expect("a file");
        let guide = read("docs/operate/audit.md");
        let words =
            ["en", "es"].map(|it| read(&format!("web/console/src/admin/protection/locales/{it}.json")));
        let filter = read("web/console/src/admin/protection/audit-rows.ts");

        for act in Act::ALL {
            let name = act.name();
            let thing = name.split('.').next().unwrap_or_default();
            assert!(guide.contains(&format!("`{name}`")), "docs/operate/audit.md does not say {name}");
            for words in &words {
                assert!(words.contains(&format!("\"act.{name}\"")), "the page has no word for {name}");
                assert!(
                    words.contains(&format!("\"audit.thing.{thing}\"")),
                    "the page has no word for {thing}"
                );
            }
            assert!(filter.contains(&format!("'{thing}'")), "the page cannot filter by {thing}");
        }
    }
}
