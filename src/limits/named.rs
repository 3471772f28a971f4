//! The rate limits of the server by name, built from the settings: one call counts, measures and refuses.

use super::event_budgets::EventBudgets;
use super::limiter::Limiter;
use super::refused::refuse;
use super::shared::{SharedHasher, Spent, Untold};
use super::source::Source;
use super::token_bucket::Pace;
use crate::config::Settings;
use crate::refusal::ServiceError;
use std::num::{NonZeroU32, NonZeroU64};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A limit by count and time for each source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Visitor messages, by address.
    VisitorMessages,
    /// Files of visitors, by address.
    VisitorUploads,
    /// Widget requests that read, by address.
    WidgetReads,
    /// Pictures of members that visitors ask for, by address.
    MemberPictures,
    /// What visitors tell of themselves, by address.
    VisitorUpdates,
    /// Pages that visitors tell of, by address.
    PageViews,
    /// Messages left in the offline form, by address and by visitor.
    OfflineForms,
    /// Mails of offline forms, by org.
    OrgOfflineMails,
    /// Conversations ended, by address.
    ConversationEnds,
    /// Calls begun by visitors, by address.
    CallStarts,
    /// Ratings, by address.
    Ratings,
    /// Transcripts by mail, by address and by mailbox.
    TranscriptMails,
    /// Transcripts by mail, by org.
    OrgTranscriptMails,
    /// Mails that tell of replies, by org and mailbox.
    ReplyMails,
    /// REST requests, by API token.
    RestRequests,
    /// Sign-in attempts, by address, by account and address, and by known device.
    LoginAttempts,
    /// Sign-in attempts from anywhere but known devices, by account.
    AccountAttempts,
    /// Codes of two-step sign-in, by account and by known device.
    TwoStepAttempts,
    /// Links to sign in or to choose a password by mail, by address and by member.
    SignInMails,
    /// Invitations by mail, by org.
    InviteMails,
    /// Orgs that are asked for, by address.
    Registrations,
    /// Orgs that are asked for, together.
    AllRegistrations,
    /// Wrong tokens, by address.
    BadTokens,
    /// Suggestions and rewritings, by agent.
    Suggestions,
    /// Looks at sites for the widget, by session or token.
    InstallChecks,
    /// Questions in the test chat, by member.
    AssistantTests,
    /// Replies of the assistant, by conversation.
    AssistantReplies,
    /// Answers to what is said in the calls of one conversation.
    CallAnswers,
}

impl Limit {
    const ALL: [Self; 28] = [
        Self::VisitorMessages,
        Self::VisitorUploads,
        Self::WidgetReads,
        Self::MemberPictures,
        Self::VisitorUpdates,
        Self::PageViews,
        Self::OfflineForms,
        Self::OrgOfflineMails,
        Self::ConversationEnds,
        Self::CallStarts,
        Self::Ratings,
        Self::TranscriptMails,
        Self::OrgTranscriptMails,
        Self::ReplyMails,
        Self::RestRequests,
        Self::LoginAttempts,
        Self::AccountAttempts,
        Self::TwoStepAttempts,
        Self::SignInMails,
        Self::InviteMails,
        Self::Registrations,
        Self::AllRegistrations,
        Self::BadTokens,
        Self::Suggestions,
        Self::InstallChecks,
        Self::AssistantTests,
        Self::AssistantReplies,
        Self::CallAnswers,
    ];

    /// Its setting, whose name is also its label in metrics.
    fn setting(self, settings: &Settings) -> (&'static str, u32) {
        match self {
            Self::VisitorMessages => ("visitor_messages_per_minute", settings.visitor_messages_per_minute),
            Self::VisitorUploads => ("visitor_uploads_per_minute", settings.visitor_uploads_per_minute),
            Self::WidgetReads => ("widget_reads_per_minute", settings.widget_reads_per_minute),
            Self::MemberPictures => ("member_pictures_per_minute", settings.member_pictures_per_minute),
            Self::VisitorUpdates => ("visitor_updates_per_minute", settings.visitor_updates_per_minute),
            Self::PageViews => ("page_views_per_minute", settings.page_views_per_minute),
            Self::OfflineForms => ("offline_forms_per_hour", settings.offline_forms_per_hour),
            Self::OrgOfflineMails => ("org_offline_mails_per_hour", settings.org_offline_mails_per_hour),
            Self::ConversationEnds => ("conversation_ends_per_minute", settings.conversation_ends_per_minute),
            Self::CallStarts => ("call_starts_per_minute", settings.call_starts_per_minute),
            Self::Ratings => ("ratings_per_minute", settings.ratings_per_minute),
            Self::TranscriptMails => ("transcript_mails_per_hour", settings.transcript_mails_per_hour),
            Self::OrgTranscriptMails => {
                ("org_transcript_mails_per_hour", settings.org_transcript_mails_per_hour)
            }
            Self::ReplyMails => ("reply_mails_per_hour", settings.reply_mails_per_hour),
            Self::RestRequests => ("rest_requests_per_minute", settings.rest_requests_per_minute),
            Self::LoginAttempts => ("login_attempts_per_minute", settings.login_attempts_per_minute),
            Self::AccountAttempts => ("account_attempts_per_minute", settings.account_attempts_per_minute),
            Self::TwoStepAttempts => ("two_step_attempts_per_hour", settings.two_step_attempts_per_hour),
            Self::SignInMails => ("sign_in_mails_per_hour", settings.sign_in_mails_per_hour),
            Self::InviteMails => ("invite_mails_per_hour", settings.invite_mails_per_hour),
            Self::Registrations => ("registrations_per_hour", settings.registrations_per_hour),
            Self::AllRegistrations => ("all_registrations_per_hour", settings.all_registrations_per_hour),
            Self::BadTokens => ("bad_tokens_per_minute", settings.bad_tokens_per_minute),
            Self::Suggestions => ("suggestions_per_minute", settings.suggestions_per_minute),
            Self::InstallChecks => ("install_checks_per_minute", settings.install_checks_per_minute),
            Self::AssistantTests => ("assistant_tests_per_minute", settings.assistant_tests_per_minute),
            Self::AssistantReplies => ("assistant_replies_per_hour", settings.assistant_replies_per_hour),
            Self::CallAnswers => ("call_answers_per_hour", settings.call_answers_per_hour),
        }
    }
}

/// A limit with its counts.
#[derive(Debug)]
struct Counted {
    name: &'static str,
    allowed: u32,
    limiter: Limiter,
    refused_count: AtomicU64,
}

/// How a limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitState {
    /// Its setting.
    pub name: &'static str,
    /// What the setting says, for each source; 0 with `limits = off`.
    pub allowed: u32,
    /// How many sources are counted now: those that could not use their whole burst again.
    pub source_count: usize,
    /// How often it was passed since the start.
    pub refused_count: u64,
}

impl Counted {
    fn new(limit: Limit, settings: &Settings) -> Self {
        let (name, count) = limit.setting(settings);
        let limiter = match (NonZeroU32::new(count).filter(|_| settings.limits), limit) {
            (None, _) => Limiter::lifted(),
            (
                Some(count),
                Limit::AssistantReplies
                | Limit::CallAnswers
                | Limit::TranscriptMails
                | Limit::OrgTranscriptMails
                | Limit::OfflineForms
                | Limit::OrgOfflineMails
                | Limit::ReplyMails
                | Limit::TwoStepAttempts
                | Limit::SignInMails
                | Limit::InviteMails
                | Limit::Registrations
                | Limit::AllRegistrations,
            ) => Limiter::per_hour(count),
            (Some(count), _) => Limiter::per_minute(count),
        };
        let allowed = if settings.limits { count } else { 0 };
        Self { name, allowed, limiter, refused_count: AtomicU64::new(0) }
    }
}

/// Every limit by count and time. With `limits = off` all of them allow everything.
#[derive(Debug)]
pub struct Limits {
    /// In the order of `Limit::ALL`.
    counted: [Counted; Limit::ALL.len()],
    events_per_3s: Option<NonZeroU32>,
    joins_per_minute: Option<NonZeroU32>,
    reads_per_minute: Option<NonZeroU32>,
    history: Option<(u64, NonZeroU64)>,
    /// What the other nodes are to be told, where there are others.
    untold: OnceLock<Untold>,
}

impl Limits {
    /// Takes the limits from the settings.
    pub fn new(settings: &Settings) -> Self {
        let count = |count: u32| NonZeroU32::new(count).filter(|_| settings.limits);
        Self {
            counted: Limit::ALL.map(|limit| Counted::new(limit, settings)),
            events_per_3s: count(settings.events_per_3s),
            joins_per_minute: count(settings.joins_per_minute),
            reads_per_minute: count(settings.reads_per_minute),
            history: NonZeroU64::new(settings.history_bytes_per_s)
                .filter(|_| settings.limits)
                .map(|per_s| (settings.history_burst_bytes, per_s)),
            untold: OnceLock::new(),
        }
    }

    /// Counts from now on together with other nodes, which know the same secret. To be called before anybody is counted.
    pub fn share(&self, secret: [u8; 32]) {
        let hasher = SharedHasher::new(secret);
        self.counted.iter().for_each(|counted| counted.limiter.share(&hasher));
        // Set once.
        let _set_already = self.untold.set(Untold::default());
    }

    /// What was counted here since the last call, for the other nodes.
    pub fn take_spent(&self) -> Vec<Spent> {
        self.untold.get().map(Untold::take).unwrap_or_default()
    }

    /// Counts what another node has counted.
    pub fn spend(&self, spent: Spent) {
        if let Some(counted) = self.counted.get(usize::from(spent.limit)) {
            counted.limiter.spend(spent.key, spent.count);
        }
    }

    /// Counts one more of `source` towards a limit.
    ///
    /// # Errors
    /// `rate_limited` with the time to wait; the refusal is in the metrics then.
    pub fn count(&self, limit: Limit, source: Source<'_>) -> Result<(), ServiceError> {
        let Counted { name, limiter, refused_count, .. } = &self.counted[limit as usize];
        let counted = limiter.check(&source.key()).map_err(|wait| {
            refused_count.fetch_add(1, Ordering::Relaxed);
            refuse(name, wait.0)
        })?;
        if let (Some(untold), Some(key)) = (self.untold.get(), counted) {
            untold.note(limit as u8, key);
        }
        Ok(())
    }

    /// Makes the budgets of a new connection that may be in `rooms_max` rooms.
    pub fn event_budgets(&self, rooms_max: usize) -> EventBudgets {
        // Whoever comes back may join every room again at once.
        let rooms = u32::try_from(rooms_max).unwrap_or(u32::MAX);
        let joins = self.joins_per_minute.map(|joins| joins.saturating_add(rooms));
        EventBudgets::new(self.events_per_3s, joins, self.reads_per_minute)
    }

    /// Makes the pace at which a new connection gets history.
    pub fn history_pace(&self) -> Pace {
        Pace::new(self.history)
    }

    /// Forgets keys that have been quiet. To be called about once a minute.
    pub fn sweep(&self) {
        self.counted.iter().for_each(|counted| counted.limiter.sweep());
    }

    /// How every limit stands.
    pub fn states(&self) -> Vec<LimitState> {
        let state = |one: &Counted| LimitState {
            name: one.name,
            allowed: one.allowed,
            source_count: one.limiter.key_count(),
            refused_count: one.refused_count.load(Ordering::Relaxed),
        };
        self.counted.iter().map(state).collect()
    }

    /// How many keys are remembered.
    pub fn key_count(&self) -> usize {
        self.counted.iter().map(|counted| counted.limiter.key_count()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Budget, ErrorCode};

    const A: Source<'_> = Source::Token("a");

    #[test]
    fn the_settings_say_how_much_is_allowed() {
        let limits = Limits::new(&Settings { visitor_messages_per_minute: 2, ..Settings::defaults() });

        assert!(limits.count(Limit::VisitorMessages, A).is_ok());
        assert!(limits.count(Limit::VisitorMessages, A).is_ok());
        let refused = limits.count(Limit::VisitorMessages, A).unwrap_err().report();
        assert_eq!(refused.code, ErrorCode::RateLimited);
        assert!(refused.retry_after_ms.is_some_and(|wait_ms| wait_ms > 0));
        assert!(limits.count(Limit::WidgetReads, A).is_ok());
    }

    #[test]
    fn a_limit_says_how_often_it_was_passed() {
        let limits = Limits::new(&Settings { ratings_per_minute: 1, ..Settings::defaults() });
        let of_ratings = || limits.states()[Limit::Ratings as usize];
        assert_eq!((of_ratings().allowed, of_ratings().refused_count), (1, 0));

        for _ in 0..3 {
            let _refused_twice = limits.count(Limit::Ratings, A);
        }

        let state = of_ratings();
        assert_eq!((state.name, state.refused_count, state.source_count), ("ratings_per_minute", 2, 1));
    }

    #[test]
    fn nodes_that_tell_each_other_allow_together_what_one_allows() {
        let settings = Settings { ratings_per_minute: 4, ..Settings::defaults() };
        let (one, other, stranger) = (Limits::new(&settings), Limits::new(&settings), Limits::new(&settings));
        one.share([7; 32]);
        other.share([7; 32]);
        stranger.share([8; 32]);
        for _ in 0..3 {
            one.count(Limit::Ratings, A).unwrap();
        }
        let told = one.take_spent();
        assert_eq!((told.len(), told[0].count), (1, 3));
        for spent in told {
            other.spend(spent);
            stranger.spend(spent);
        }

        assert!(other.count(Limit::Ratings, A).is_ok());
        assert!(other.count(Limit::Ratings, A).is_err(), "four at both together");
        assert!(other.count(Limit::Ratings, Source::Token("b")).is_ok(), "of one source only");
        assert!(one.take_spent().is_empty(), "each is told once, and what others told never");
        assert!((0..4).all(|_| stranger.count(Limit::Ratings, A).is_ok()), "another secret is another key");
    }

    #[test]
    fn each_limit_stands_at_its_own_place() {
        for (place, limit) in Limit::ALL.into_iter().enumerate() {
            assert_eq!(limit as usize, place, "{limit:?}");
        }
    }

    #[test]
    fn limits_off_lifts_every_count() {
        let limits = Limits::new(&Settings { limits: false, ..Settings::defaults() });
        let mut budgets = limits.event_budgets(20);

        for _ in 0..1_000 {
            for limit in Limit::ALL {
                assert!(limits.count(limit, A).is_ok());
            }
            assert!(budgets.count(Budget::Events, 0).is_ok());
            assert!(budgets.count(Budget::Joins, 0).is_ok());
            assert_eq!(limits.history_pace().spend(u64::MAX, 0), 0);
        }
    }
}
