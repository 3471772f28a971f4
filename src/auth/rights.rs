//! Who may do what: the one table of rights. Every service asks here, once per act.
//!
//! A right is decided by the kind of the caller and by their role, before anything is looked up, so a refusal tells
//! nothing of ids. What belongs to somebody is a second question, asked by whoever looks it up: another org's things
//! and other visitors' conversations do not exist. `docs/understand/roles.md` is printed from this file.

use super::{Principal, PrincipalKind};
use crate::model::Role;
use crate::wire::WireError;

macro_rules! rights {
    ($($heading:literal { $(#[doc = $sentence:literal] $name:ident,)* })*) => {
        /// An act that takes a right.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Right { $($(#[doc = $sentence] $name,)*)* }

        impl Right {
            /// Every right by its heading in the guide, with its sentence.
            #[cfg(test)]
            const GUIDE: &'static [(&'static str, &'static [(Self, &'static str)])] =
                &[$(($heading, &[$((Self::$name, $sentence),)*]),)*];
        }
    };
}

rights! {
    "Conversations" {
        /// Join and read a conversation; a visitor only their own.
        ReadConversation,
        /// List and look at every conversation of the org.
        ListConversations,
        /// Begin a conversation of one's own.
        BeginOwnConversation,
        /// Begin a conversation for a visitor.
        BeginForVisitor,
        /// Write messages, type, tell how far one has read, ask for another try, end the conversation.
        Converse,
        /// Rate answers of the assistant and closed conversations; only one's own.
        Rate,
        /// Read figures of ratings.
        ReadRatings,
        /// Write notes.
        WriteNote,
        /// Ask for a person.
        RequestHandoff,
        /// Take a conversation over, release it, assign it.
        TakeOver,
        /// Choose when the assistant's replies go out, and hold, send, change or stop one.
        SuperviseReplies,
        /// Let the assistant draft a reply, and rewrite one's own words.
        AskForSuggestions,
        /// Have a transcript mailed; a visitor only of their own conversation.
        MailTranscript,
        /// Set labels and priority.
        TagConversation,
        /// Assign, label, close or snooze many conversations at once.
        ActInBulk,
        /// Block visitors, and take it back.
        BlockVisitor,
        /// Merge visitors who are one person, and take it back.
        MergeVisitors,
        /// Export and erase what is stored of visitors.
        ManageVisitorData,
        /// Subscribe to the inbox.
        WatchInbox,
        /// Set one's own presence.
        SetPresence,
        /// Upload files to a conversation.
        UploadFile,
        /// Use the paths of the widget.
        UseWidget,
        /// Use the paths for uploads of members.
        UploadAsMember,
    }
    "Desk" {
        /// Read, use and export canned replies of the org, and keep personal ones.
        UseCannedReplies,
        /// Create, change and delete canned replies of the org.
        ManageCannedReplies,
        /// Search messages, notes, visitors and tickets.
        Search,
        /// Keep drafts of one's own.
        KeepDrafts,
        /// Save views of the inbox, of one's own and of the org, and change those.
        SaveViews,
        /// Change and delete views of the org that others have saved.
        ManageViews,
        /// Follow conversations that others answer.
        Follow,
        /// Read one's own notifications, and choose how to be told.
        ReadNotifications,
    }
    "Tickets and submissions" {
        /// Read tickets.
        ReadTickets,
        /// Resolve tickets.
        ResolveTicket,
        /// Read submissions.
        ReadSubmissions,
        /// Set the status of a submission.
        HandleSubmission,
    }
    "Calls" {
        /// Begin a call.
        StartCall,
        /// List and look at calls.
        ListCalls,
        /// Join a running call, to listen or to take it.
        JoinCall,
        /// End a running call.
        EndCall,
        /// Listen to a recording.
        HearRecording,
        /// Remove a recording.
        RemoveRecording,
    }
    "Members and tokens" {
        /// See one's own account, and where one is signed in.
        ReadOwnAccount,
        /// Open sockets from the console.
        OpenSocket,
        /// Show once more who one is, for sensitive acts.
        RefreshSignIn,
        /// Choose a new password for oneself.
        ChangeOwnPassword,
        /// End sessions of one's own.
        EndOwnSessions,
        /// Set up and end two-step sign-in of one's own account, and make new recovery codes.
        ManageOwnTwoStep,
        /// List members.
        ListMembers,
        /// Rename oneself.
        RenameSelf,
        /// Set and delete one's own picture.
        SetOwnPicture,
        /// Change the names, pictures and capacity of agents and admins.
        ManageMembers,
        /// Invite agents and admins, set their roles, remove them, make links for their passwords, end their two-step sign-in.
        SetAccess,
        /// Do the same to owners, and make owners.
        ManageOwners,
        /// Do the same to platform admins.
        ManagePlatformAdmins,
        /// List one's own API tokens.
        ListOwnTokens,
        /// Make and delete one's own API tokens.
        ManageOwnTokens,
        /// List and delete every API token of the org.
        ManageTokens,
        /// Make API tokens that act as the server of the org.
        CreateServerToken,
    }
    "Channels and settings" {
        /// Read channels.
        ReadChannels,
        /// Make and change channels.
        ManageChannels,
        /// Rotate the keys and secrets of channels, and say whose tokens their visitors bring.
        ManageChannelSecrets,
        /// Read the settings of the org and of its channels.
        ReadSettings,
        /// Change business settings of the org and of its channels.
        ChangeSettings,
        /// Change technical settings and providers of the org at all times.
        ChangeTechnicalSettings,
        /// Do the same while the platform's `owners_set_technical` is on.
        ChangeTechnicalSettingsWhereLet,
        /// Read who changed which setting of the org.
        ReadSettingHistory,
        /// Export everything of the org.
        ExportOwnOrg,
        /// Read and try the providers of the org; takes a right to technical settings as well.
        ManageProviders,
        /// Add, change and remove the providers of the org, with their keys; takes a right to technical settings as well.
        ChangeProviders,
    }
    "Assistant" {
        /// Read the log of the assistant's turns.
        ReadAssistantLog,
        /// Ask a channel's assistant in a test chat, and see what went into its answer.
        TestAssistant,
    }
    "Knowledge, tools, webhooks" {
        /// Read knowledge, search it, see unanswered questions.
        ReadKnowledge,
        /// Change knowledge: what stands there is said in the org's name.
        ChangeKnowledge,
        /// Read the catalogue of tools as the org has it.
        ReadTools,
        /// Enable, configure and test tools, and read their runs.
        ManageTools,
        /// Read, change and test webhooks, and read and replay their deliveries.
        ManageWebhooks,
    }
    "Protection" {
        /// Read and export the audit log of the org.
        ReadAudit,
        /// Read the security events of the org, see addresses of its visitors, and block addresses from its widget.
        ManageSecurity,
    }
    "Usage" {
        /// See what the org used today and this month.
        ReadUsage,
        /// See usage by day and by request.
        ReadUsageEvents,
        /// Read prices.
        ReadPrices,
    }
    "Platform" {
        /// List orgs.
        ListOrgs,
        /// Make and rename orgs.
        CreateOrg,
        /// Suspend orgs, and let them go on.
        SuspendOrg,
        /// Arrange the removal of orgs, and take that back.
        DeleteOrg,
        /// Export everything of any org.
        ExportOrg,
        /// Act for an org for a while: set it up as its owner could, without its conversations.
        ActForOrg,
        /// Read and change the settings of the platform, and read their history.
        ManagePlatformSettings,
        /// Read and try the providers of the platform.
        ManagePlatformProviders,
        /// Add, change and remove the providers of the platform, with their keys.
        ChangePlatformProviders,
        /// Change the catalogue of tools.
        ManageToolCatalogue,
        /// Set prices.
        SetPrices,
        /// Read and export the audit log of the platform.
        ReadPlatformAudit,
        /// Read all security events, and block addresses from the server.
        ManagePlatformSecurity,
        /// See the health of the server, its nodes, and how near its limits are.
        ReadPlatformHealth,
        /// Have a mail sent to oneself, to see whether mails leave the server.
        TryMail,
    }
}

impl Right {
    /// Whether a caller of this kind, with this role, may do it.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one table, a line for each right and kind of caller")]
    pub fn allows(self, kind: PrincipalKind) -> bool {
        use PrincipalKind::{Agent, Server, Shell, Visitor};
        match (self, kind) {
            (
                Self::ReadConversation
                | Self::BeginOwnConversation
                | Self::Converse
                | Self::Rate
                | Self::MailTranscript
                | Self::RequestHandoff
                | Self::UploadFile
                | Self::UseWidget
                | Self::StartCall,
                Visitor { .. },
            ) => true,
            (_, Visitor { .. }) => false,
            (
                Self::ReadConversation
                | Self::ListConversations
                | Self::ReadRatings
                | Self::BeginForVisitor
                | Self::WriteNote
                | Self::RequestHandoff
                | Self::Search
                | Self::ReadTickets
                | Self::ReadSubmissions
                | Self::ListCalls
                | Self::ListMembers
                | Self::ReadChannels
                | Self::ReadSettings
                | Self::ReadKnowledge
                | Self::ReadTools
                | Self::ReadUsage
                | Self::ReadPrices,
                Server,
            ) => true,
            (_, Server) => false,
            (right, Shell) => right.is_open_to_shell(),
            (
                Self::ReadConversation
                | Self::ListConversations
                | Self::ReadRatings
                | Self::BeginForVisitor
                | Self::Converse
                | Self::WriteNote
                | Self::TakeOver
                | Self::SuperviseReplies
                | Self::AskForSuggestions
                | Self::MailTranscript
                | Self::TagConversation
                | Self::ActInBulk
                | Self::BlockVisitor
                | Self::MergeVisitors
                | Self::WatchInbox
                | Self::SetPresence
                | Self::UploadFile
                | Self::UploadAsMember
                | Self::UseCannedReplies
                | Self::Search
                | Self::KeepDrafts
                | Self::SaveViews
                | Self::Follow
                | Self::ReadNotifications
                | Self::ReadTickets
                | Self::ResolveTicket
                | Self::ReadSubmissions
                | Self::HandleSubmission
                | Self::ListCalls
                | Self::JoinCall
                | Self::EndCall
                | Self::HearRecording
                | Self::ReadOwnAccount
                | Self::OpenSocket
                | Self::RefreshSignIn
                | Self::ChangeOwnPassword
                | Self::EndOwnSessions
                | Self::ManageOwnTwoStep
                | Self::ListMembers
                | Self::RenameSelf
                | Self::SetOwnPicture
                | Self::ListOwnTokens
                | Self::ManageOwnTokens
                | Self::ReadChannels
                | Self::ReadSettings
                | Self::ReadKnowledge
                | Self::ReadTools
                | Self::ReadUsage
                | Self::ReadPrices,
                Agent { .. },
            ) => true,
            (
                Self::ManageCannedReplies
                | Self::ManageViews
                | Self::RemoveRecording
                | Self::ManageVisitorData
                | Self::ManageMembers
                | Self::SetAccess
                | Self::ManageTokens
                | Self::CreateServerToken
                | Self::ManageChannels
                | Self::ManageChannelSecrets
                | Self::ChangeSettings
                | Self::ReadSettingHistory
                | Self::ManageProviders
                | Self::ChangeProviders
                | Self::ChangeKnowledge
                | Self::ManageTools
                | Self::ReadAssistantLog
                | Self::TestAssistant
                | Self::ManageWebhooks
                | Self::ReadAudit
                | Self::ManageSecurity
                | Self::ReadUsageEvents,
                Agent { role, .. },
            ) => role >= Role::Admin,
            (
                Self::ManageOwners | Self::ChangeTechnicalSettingsWhereLet | Self::ExportOwnOrg,
                Agent { role, .. },
            ) => role >= Role::Owner,
            (
                Self::ManagePlatformAdmins
                | Self::ChangeTechnicalSettings
                | Self::ListOrgs
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
                | Self::ReadPlatformAudit
                | Self::ManagePlatformSecurity
                | Self::ReadPlatformHealth
                | Self::TryMail,
                Agent { platform_admin, .. },
            ) => platform_admin,
            (
                Self::BeginOwnConversation
                | Self::Rate
                | Self::RequestHandoff
                | Self::UseWidget
                | Self::StartCall,
                Agent { .. },
            ) => false,
        }
    }

    /// Whether the caller may do it.
    ///
    /// # Errors
    /// `forbidden`, with the reason `acting` for what whoever acts for an org may not do in it, `blocked` for what a blocked
    /// visitor may not do, `org_suspended`, and `token_rights` for what an API token was not given; `two_step_required` to a member who
    /// has to set up two-step sign-in first; `fresh_sign_in_required` for sensitive acts.
    pub fn check(self, principal: &Principal) -> Result<(), WireError> {
        if !self.allows(principal.kind) {
            return Err(WireError::forbidden(self.refusal()));
        }
        if principal.standing.is_acting && !self.is_open_to_acting() {
            return Err(WireError::acting());
        }
        if !principal.standing.is_set_up && !self.is_of_own_account() {
            return Err(WireError::two_step_required());
        }
        if self.is_lost_by_suspension(principal) {
            return Err(WireError::org_suspended());
        }
        if !principal.standing.is_reading && principal.standing.rights < self.level() {
            return Err(WireError::token_rights(self.level().as_str()));
        }
        if !principal.standing.is_fresh && self.is_sensitive() {
            return Err(WireError::fresh_sign_in_required());
        }
        if self.is_lost_by_block() { principal.check_not_blocked() } else { Ok(()) }
    }

    /// What a caller is told who may not.
    fn refusal(self) -> &'static str {
        match self {
            Self::ReadConversation
            | Self::ListConversations
            | Self::ReadRatings
            | Self::Converse
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
            | Self::WatchInbox
            | Self::SetPresence
            | Self::UseCannedReplies
            | Self::Search
            | Self::KeepDrafts
            | Self::SaveViews
            | Self::Follow
            | Self::ReadNotifications
            | Self::ListCalls
            | Self::JoinCall
            | Self::EndCall
            | Self::HearRecording
            | Self::ListOwnTokens
            | Self::ManageOwnTokens => "your kind of user may not do this",
            Self::UploadFile => "your kind of user may not upload files",
            Self::UploadAsMember => "this path is for agents",
            Self::UseWidget => "this path is for visitors",
            Self::BeginOwnConversation => "only visitors have a conversation of their own",
            Self::StartCall => "visitors begin calls",
            Self::Rate => "visitors rate",
            Self::ReadOwnAccount
            | Self::OpenSocket
            | Self::RefreshSignIn
            | Self::ChangeOwnPassword
            | Self::EndOwnSessions
            | Self::ManageOwnTwoStep => "only members have an account",
            Self::ManageOwners => "only owners manage owners",
            Self::ManagePlatformAdmins => "only platform admins manage platform admins",
            _ => "your role may not do this",
        }
    }
}

#[cfg(test)]
#[path = "rights_tests.rs"]
mod tests;
