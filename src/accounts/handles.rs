//! The subjects of accounts, each with a handle of its own.

use super::Accounts;
use super::acting::ActingFor;
use super::blocking::Blocking;
use super::channels::Channels;
use super::conversations::Conversations;
use super::identity::Identities;
use super::install_check::InstallCheck;
use super::mail_links::MailLinks;
use super::member_pictures::MemberPictures;
use super::members::Members;
use super::merging::Merging;
use super::orgs::Orgs;
use super::passwords::PasswordLinks;
use super::registration::Registration;
use super::setup::FirstSetup;
use super::sign_in::Sessions;
use super::tickets::Tickets;
use super::tokens::Tokens;
use super::two_step::TwoStepSignIn;
use super::widget::WidgetSessions;

impl Accounts {
    /// Channels of the caller's org.
    #[must_use]
    pub fn channels(&self) -> Channels<'_> {
        Channels { accounts: self }
    }

    /// Members of the caller's org.
    #[must_use]
    pub fn members(&self) -> Members<'_> {
        Members { accounts: self }
    }

    /// Pictures of members of the caller's org.
    #[must_use]
    pub fn member_pictures(&self) -> MemberPictures<'_> {
        MemberPictures { accounts: self }
    }

    /// Orgs, for platform admins.
    #[must_use]
    pub fn orgs(&self) -> Orgs<'_> {
        Orgs { accounts: self }
    }

    /// Platform admins who act for orgs.
    #[must_use]
    pub fn acting(&self) -> ActingFor<'_> {
        ActingFor { accounts: self }
    }

    /// Tickets of the caller's org.
    #[must_use]
    pub fn tickets(&self) -> Tickets<'_> {
        Tickets { accounts: self }
    }

    /// API tokens.
    #[must_use]
    pub fn tokens(&self) -> Tokens<'_> {
        Tokens { accounts: self }
    }

    /// Links that members ask for by mail.
    #[must_use]
    pub fn mail_links(&self) -> MailLinks<'_> {
        MailLinks { accounts: self }
    }

    /// Links that set a password.
    #[must_use]
    pub fn password_links(&self) -> PasswordLinks<'_> {
        PasswordLinks { accounts: self }
    }

    /// The first set-up of the server.
    #[must_use]
    pub fn first_setup(&self) -> FirstSetup<'_> {
        FirstSetup { accounts: self }
    }

    /// Registration of orgs.
    #[must_use]
    pub fn registration(&self) -> Registration<'_> {
        Registration { accounts: self }
    }

    /// Blocking visitors.
    #[must_use]
    pub fn blocking(&self) -> Blocking<'_> {
        Blocking { accounts: self }
    }

    /// Looking whether a channel is installed.
    #[must_use]
    pub fn install_check(&self) -> InstallCheck<'_> {
        InstallCheck { accounts: self }
    }

    /// Merging visitors who are one person.
    #[must_use]
    pub fn merging(&self) -> Merging<'_> {
        Merging { accounts: self }
    }

    /// Starting conversations.
    #[must_use]
    pub fn conversations(&self) -> Conversations<'_> {
        Conversations { accounts: self }
    }

    /// Sessions of widgets.
    #[must_use]
    pub fn widget_sessions(&self) -> WidgetSessions<'_> {
        WidgetSessions { accounts: self }
    }

    /// Sign-in, sign-out and socket tickets.
    #[must_use]
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions { accounts: self }
    }

    /// Two-step sign-in.
    #[must_use]
    pub fn two_step(&self) -> TwoStepSignIn<'_> {
        TwoStepSignIn { accounts: self }
    }

    /// Visitors whose identity a site asserts.
    #[must_use]
    pub fn identities(&self) -> Identities<'_> {
        Identities { accounts: self }
    }
}
