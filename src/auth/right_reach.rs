//! What an act is besides which member may do it: whether the shell may, and who acts for an org; which rights it takes of
//! an API token, whether it takes a fresh sign-in, and what is lost by a block, by a suspension of the org, and while
//! two-step sign-in is not set up.

use super::{Principal, Right};
use crate::model::TokenRights;

impl Right {
    /// Which rights an API token must have to act by it. A request that only reads takes none but those of the caller.
    pub(super) fn level(self) -> TokenRights {
        match self {
            Self::ReadConversation
            | Self::ListConversations
            | Self::ReadRatings
            | Self::WatchInbox
            | Self::Search
            | Self::ReadTickets
            | Self::ReadSubmissions
            | Self::ListCalls
            | Self::HearRecording
            | Self::ReadOwnAccount
            | Self::ListMembers
            | Self::ListOwnTokens
            | Self::ReadChannels
            | Self::ReadSettings
            | Self::ReadSettingHistory
            | Self::ReadKnowledge
            | Self::ReadTools
            | Self::ReadAssistantLog
            | Self::ReadUsage
            | Self::ReadUsageEvents
            | Self::ReadPrices
            | Self::ListOrgs
            | Self::ReadPlatformHealth => TokenRights::Read,
            Self::BeginOwnConversation
            | Self::BeginForVisitor
            | Self::Converse
            | Self::Rate
            | Self::WriteNote
            | Self::RequestHandoff
            | Self::TakeOver
            | Self::SuperviseReplies
            | Self::AskForSuggestions
            | Self::MailTranscript
            | Self::TagConversation
            | Self::ActInBulk
            | Self::BlockVisitor
            | Self::MergeVisitors
            | Self::SetPresence
            | Self::UploadFile
            | Self::UseWidget
            | Self::UploadAsMember
            | Self::UseCannedReplies
            | Self::KeepDrafts
            | Self::SaveViews
            | Self::Follow
            | Self::ReadNotifications
            | Self::ResolveTicket
            | Self::HandleSubmission
            | Self::StartCall
            | Self::JoinCall
            | Self::EndCall
            | Self::RenameSelf
            | Self::SetOwnPicture => TokenRights::Write,
            _ => TokenRights::Admin,
        }
    }

    /// Whether the caller's org is suspended, and may not do it now: its people read, look after their own account, and
    /// export. What is of the platform goes on.
    pub(super) fn is_lost_by_suspension(self, principal: &Principal) -> bool {
        let is_lost = self.level() != TokenRights::Read
            && !self.is_of_own_account()
            && !self.is_of_platform()
            && !matches!(self, Self::OpenSocket | Self::ExportOwnOrg | Self::SetPresence);
        let standing = &principal.standing;
        is_lost && !standing.is_reading && standing.suspended_orgs.has(principal.org)
    }

    /// Whether it is about the platform and not about the caller's org.
    pub(super) fn is_of_platform(self) -> bool {
        matches!(
            self,
            Self::ListOrgs
                | Self::CreateOrg
                | Self::SuspendOrg
                | Self::DeleteOrg
                | Self::ExportOrg
                | Self::ActForOrg
                | Self::ManagePlatformSettings
                | Self::ManagePlatformProviders
                | Self::ChangePlatformProviders
                | Self::ManageToolCatalogue
                | Self::SetPrices
                | Self::ReadPlatformHealth
                | Self::TryMail
        )
    }

    /// Whether it gives or takes access, or touches keys: whoever finds an open browser must not do it, so it takes a
    /// sign-in that is not long ago. API tokens are not asked.
    pub(super) fn is_sensitive(self) -> bool {
        matches!(
            self,
            Self::ManageOwnTwoStep
                | Self::SetAccess
                | Self::ManageOwnTokens
                | Self::CreateServerToken
                | Self::ManageChannelSecrets
                | Self::ChangeProviders
                | Self::ChangePlatformProviders
                | Self::SuspendOrg
                | Self::DeleteOrg
                | Self::ExportOrg
                | Self::ActForOrg
                | Self::ExportOwnOrg
        )
    }

    /// Whether it sets an org up: members, channels, settings, providers, knowledge, tools, and what to read of them.
    fn sets_org_up(self) -> bool {
        matches!(
            self,
            Self::ListMembers
                | Self::ManageMembers
                | Self::SetAccess
                | Self::ManageOwners
                | Self::ManageTokens
                | Self::ReadChannels
                | Self::ManageChannels
                | Self::ManageChannelSecrets
                | Self::ReadSettings
                | Self::ChangeSettings
                | Self::ChangeTechnicalSettings
                | Self::ReadSettingHistory
                | Self::ManageProviders
                | Self::ChangeProviders
                | Self::ReadKnowledge
                | Self::ChangeKnowledge
                | Self::ReadTools
                | Self::ManageTools
                | Self::ManageWebhooks
                | Self::ReadAudit
                | Self::ManageSecurity
                | Self::ReadUsage
                | Self::ReadUsageEvents
                | Self::ReadPrices
        )
    }

    /// Whether a platform admin may do it who acts for an org: what sets it up, nothing of what its people and visitors say,
    /// and no key that would outlive the hour.
    pub(super) fn is_open_to_acting(self) -> bool {
        self.sets_org_up()
            || matches!(self, Self::ChangeTechnicalSettingsWhereLet | Self::TestAssistant | Self::ReadRatings)
    }

    /// Whether whoever has the shell of the server may do it: what sets orgs and the platform up, nothing of what people say,
    /// and nothing that is about a person's own account.
    pub(super) fn is_open_to_shell(self) -> bool {
        self.sets_org_up()
            || matches!(
                self,
                Self::CreateServerToken
                    | Self::ManagePlatformAdmins
                    | Self::ListOrgs
                    | Self::CreateOrg
                    | Self::SuspendOrg
                    | Self::DeleteOrg
                    | Self::ExportOrg
                    | Self::ManagePlatformSettings
                    | Self::ManagePlatformProviders
                    | Self::ChangePlatformProviders
                    | Self::ManageToolCatalogue
                    | Self::SetPrices
                    | Self::ReadPlatformAudit
                    | Self::ManagePlatformSecurity
                    | Self::ReadPlatformHealth
            )
    }

    /// Whether it is about the caller's own account and nothing else.
    pub(super) fn is_of_own_account(self) -> bool {
        matches!(
            self,
            Self::ReadOwnAccount
                | Self::RefreshSignIn
                | Self::ChangeOwnPassword
                | Self::EndOwnSessions
                | Self::ManageOwnTwoStep
                | Self::RenameSelf
                | Self::SetOwnPicture
        )
    }

    /// Whether a blocked visitor may not do it; they go on reading.
    pub(super) fn is_lost_by_block(self) -> bool {
        matches!(
            self,
            Self::Converse
                | Self::Rate
                | Self::MailTranscript
                | Self::RequestHandoff
                | Self::UploadFile
                | Self::StartCall
        )
    }
}
