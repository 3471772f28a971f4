//! The tables that hold what is of an org, in the order in which they are emptied: what refers to a thing stands before
//! it. A test compares them with the schema.

/// What belongs to the org besides, once its conversations are gone.
pub(super) const OF_ORGS: &[&str] = &[
    "conversations",
    "search_docs",
    "visitor_blocks",
    "visitor_consents",
    "erasures",
    "visitor_merges",
    "visitor_pages",
    "transcript_recipients",
    "visitor_tokens",
    "visitors",
    "search_pending",
    "views",
    "canned_reply_files",
    "canned_replies",
    "notification_choices",
    "push_subscriptions",
    "assignment_turns",
    "member_pictures",
    "two_step_sign_ins",
    "recovery_codes",
    "knowledge_vectors",
    "knowledge_chunks",
    "knowledge_pairs",
    "knowledge_sources",
    "knowledge_revisions",
    "knowledge_unanswered",
    "tool_runs",
    "assistant_turns",
    "org_tools",
    "submissions",
    "webhook_deliveries",
    "webhooks",
    "mails",
    "mail_stops",
    "channels",
    "settings",
    "setting_changes",
    "providers",
    "usage_events",
    "usage_days",
    "usage_hours",
    "secrets",
    "address_blocks",
    "security_alerts",
    "api_tokens",
    "one_time_tokens",
    "agent_sessions",
    "members",
];

/// What names an org and outlives it, until it is forgotten by its age: live sockets must still hear that their access has
/// ended, and the audit log, from which rows are removed at its old end only, says what was done until the end.
#[cfg(test)]
pub(super) const OUTLIVE_ORGS: &[&str] = &["revocations", "audit_chains", "audit_rows", "security_events"];
