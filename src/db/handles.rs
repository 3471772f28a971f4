//! The subjects of storage, each with a handle of its own.

use crate::db::{
    ActingFor, AddressBlocks, AssistantTurns, Attachments, Audit, Calls, CannedFiles, CannedReplies,
    Channels, Conversations, Credentials, Db, Deliveries, Drafts, Entries, Erasures, Export, Facts, Figures,
    Follows, Idempotency, Knowledge, Mails, MemberPictures, Members, NodeClaims, Nodes,
    NotificationChoicesOf, Notifications, Orgs, Prices, Providers, PushSubscriptions, Ratings, Recipients,
    Removal, Revocations, Search, SearchIndex, Secrets, SecurityEvents, Sessions, Settings, Submissions,
    Tickets, ToolRuns, Tools, TwoStep, Usage, Views, Visitors, Webhooks,
};

impl Db {
    /// Files of conversations.
    #[must_use]
    pub fn attachments(&self) -> Attachments<'_> {
        Attachments { db: self }
    }

    /// Platform admins who act for orgs.
    #[must_use]
    pub fn acting(&self) -> ActingFor<'_> {
        ActingFor { db: self }
    }

    /// Addresses that are shut out.
    #[must_use]
    pub fn address_blocks(&self) -> AddressBlocks<'_> {
        AddressBlocks { db: self }
    }

    /// Turns of the assistant.
    #[must_use]
    pub fn assistant_turns(&self) -> AssistantTurns<'_> {
        AssistantTurns { db: self }
    }

    /// What looks like an attack.
    #[must_use]
    pub fn security_events(&self) -> SecurityEvents<'_> {
        SecurityEvents { db: self }
    }

    /// The audit log.
    #[must_use]
    pub fn audit(&self) -> Audit<'_> {
        Audit { db: self }
    }

    /// Calls.
    #[must_use]
    pub fn calls(&self) -> Calls<'_> {
        Calls { db: self }
    }

    /// Files of canned replies.
    #[must_use]
    pub fn canned_files(&self) -> CannedFiles<'_> {
        CannedFiles { db: self }
    }

    /// Sessions of members.
    #[must_use]
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions { db: self }
    }

    /// Texts that agents insert into replies.
    #[must_use]
    pub fn canned_replies(&self) -> CannedReplies<'_> {
        CannedReplies { db: self }
    }

    /// Channels of orgs.
    #[must_use]
    pub fn channels(&self) -> Channels<'_> {
        Channels { db: self }
    }

    /// Visitors who are to be erased.
    #[must_use]
    pub fn erasures(&self) -> Erasures<'_> {
        Erasures { db: self }
    }

    /// Conversations.
    #[must_use]
    pub fn conversations(&self) -> Conversations<'_> {
        Conversations { db: self }
    }

    /// Sessions, API tokens and tokens of one use.
    #[must_use]
    pub fn credentials(&self) -> Credentials<'_> {
        Credentials { db: self }
    }

    /// Deliveries of webhooks.
    #[must_use]
    pub fn deliveries(&self) -> Deliveries<'_> {
        Deliveries { db: self }
    }

    /// What agents have begun to write.
    #[must_use]
    pub fn drafts(&self) -> Drafts<'_> {
        Drafts { db: self }
    }

    /// Entries of conversations.
    #[must_use]
    pub fn entries(&self) -> Entries<'_> {
        Entries { db: self }
    }

    /// Everything of an org, page by page.
    #[must_use]
    pub fn export(&self) -> Export<'_> {
        Export { db: self }
    }

    /// Figures of orgs.
    #[must_use]
    pub fn figures(&self) -> Figures<'_> {
        Figures { db: self }
    }

    /// Removal of orgs.
    #[must_use]
    pub fn removal(&self) -> Removal<'_> {
        Removal { db: self }
    }

    /// Facts about the installation itself, by name.
    #[must_use]
    pub fn facts(&self) -> Facts<'_> {
        Facts { db: self }
    }

    /// Which conversations agents follow.
    #[must_use]
    pub fn follows(&self) -> Follows<'_> {
        Follows { db: self }
    }

    /// Answers kept by idempotency key.
    #[must_use]
    pub fn idempotency(&self) -> Idempotency<'_> {
        Idempotency { db: self }
    }

    /// What orgs know.
    #[must_use]
    pub fn knowledge(&self) -> Knowledge<'_> {
        Knowledge { db: self }
    }

    /// Mails that wait to be sent.
    #[must_use]
    pub fn mails(&self) -> Mails<'_> {
        Mails { db: self }
    }

    /// Pictures of members.
    #[must_use]
    pub fn member_pictures(&self) -> MemberPictures<'_> {
        MemberPictures { db: self }
    }

    /// Members of orgs.
    #[must_use]
    pub fn members(&self) -> Members<'_> {
        Members { db: self }
    }

    /// How agents want to be told.
    #[must_use]
    pub fn notification_choices(&self) -> NotificationChoicesOf<'_> {
        NotificationChoicesOf { db: self }
    }

    /// What agents are told of.
    #[must_use]
    pub fn notifications(&self) -> Notifications<'_> {
        Notifications { db: self }
    }

    /// Orgs.
    #[must_use]
    pub fn orgs(&self) -> Orgs<'_> {
        Orgs { db: self }
    }

    /// Prices that the platform set itself.
    #[must_use]
    pub fn prices(&self) -> Prices<'_> {
        Prices { db: self }
    }

    /// Browsers in which agents are told of things while no page is open.
    #[must_use]
    pub fn push_subscriptions(&self) -> PushSubscriptions<'_> {
        PushSubscriptions { db: self }
    }

    /// Model providers of orgs and of the platform.
    #[must_use]
    pub fn providers(&self) -> Providers<'_> {
        Providers { db: self }
    }

    /// Processes that serve the database.
    #[must_use]
    pub fn nodes(&self) -> Nodes<'_> {
        Nodes { db: self }
    }

    /// What one node does at a time.
    #[must_use]
    pub fn node_claims(&self) -> NodeClaims<'_> {
        NodeClaims { db: self }
    }

    /// What visitors say of answers and conversations.
    #[must_use]
    pub fn ratings(&self) -> Ratings<'_> {
        Ratings { db: self }
    }

    /// Mailboxes that are written to on behalf of orgs.
    #[must_use]
    pub fn recipients(&self) -> Recipients<'_> {
        Recipients { db: self }
    }

    /// Access that has ended.
    #[must_use]
    pub fn revocations(&self) -> Revocations<'_> {
        Revocations { db: self }
    }

    /// Searching.
    #[must_use]
    pub fn search(&self) -> Search<'_> {
        Search { db: self }
    }

    /// The index of search, as its job sees it.
    #[must_use]
    pub fn search_index(&self) -> SearchIndex<'_> {
        SearchIndex { db: self }
    }

    /// Sealed secrets by org and field.
    #[must_use]
    pub fn secrets(&self) -> Secrets<'_> {
        Secrets { db: self }
    }

    /// Settings of orgs and channels, and their history.
    #[must_use]
    pub fn settings(&self) -> Settings<'_> {
        Settings { db: self }
    }

    /// Enquiries that visitors left.
    #[must_use]
    pub fn submissions(&self) -> Submissions<'_> {
        Submissions { db: self }
    }

    /// Tickets of handoffs, and the briefs they are owed.
    #[must_use]
    pub fn tickets(&self) -> Tickets<'_> {
        Tickets { db: self }
    }

    /// The audit of tools.
    #[must_use]
    pub fn tool_runs(&self) -> ToolRuns<'_> {
        ToolRuns { db: self }
    }

    /// The catalogue of tools, and what orgs set of it.
    #[must_use]
    pub fn tools(&self) -> Tools<'_> {
        Tools { db: self }
    }

    /// Two-step sign-in of members.
    #[must_use]
    pub fn two_step(&self) -> TwoStep<'_> {
        TwoStep { db: self }
    }

    /// Usage events and their sums.
    #[must_use]
    pub fn usage(&self) -> Usage<'_> {
        Usage { db: self }
    }

    /// Views of the inbox that agents save.
    #[must_use]
    pub fn views(&self) -> Views<'_> {
        Views { db: self }
    }

    /// Visitors and their tokens.
    #[must_use]
    pub fn visitors(&self) -> Visitors<'_> {
        Visitors { db: self }
    }

    /// Webhooks of orgs.
    #[must_use]
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks { db: self }
    }
}
