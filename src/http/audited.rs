//! Which operation is which act of the audit log, and why the others are none.
//!
//! Every operation that changes something stands here, and those that take data out; a test keeps it. What a service has
//! not recorded by itself is recorded here, after the operation has succeeded and before its answer leaves.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::api::Api;
use super::document::PREFIX;
use super::error::ApiError;
use crate::audit::{Act, Note, RequestContext};

use Rule::{Is, Not};

/// What an operation is to the audit log.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    /// It is this act.
    Is(Act),
    /// It is none, for this reason.
    Not(#[cfg_attr(not(test), expect(dead_code, reason = "people and a test read it"))] &'static str),
}

const SAID: &str = "what is said and done in a conversation stands in its own log, with who did it";
const OWN: &str = "what agents keep for themselves decides nothing for others";
const VISITORS: &str = "what visitors do stands in their conversation";
const NOTHING: &str = "it changes nothing that stays";

/// Every operation that changes something, and those that take data out.
pub(super) const RULES: &[(&str, &str, Rule)] = &[
    ("POST", "/auth/login", Is(Act::SignedIn)),
    ("POST", "/auth/link", Is(Act::SignedIn)),
    ("POST", "/auth/links", Not("whoever asks is not known, and the answer must not depend on it")),
    ("POST", "/auth/logout", Is(Act::SignedOut)),
    ("POST", "/auth/password", Is(Act::PasswordSet)),
    ("POST", "/auth/sessions/end-others", Is(Act::SessionsEnded)),
    ("DELETE", "/auth/sessions/{id}", Is(Act::SessionEnded)),
    ("POST", "/auth/socket-ticket", Not("a ticket gives no more access than the session it is made with")),
    ("PUT", "/auth/password", Is(Act::PasswordSet)),
    ("POST", "/auth/second-step", Is(Act::SignedIn)),
    ("POST", "/auth/verify", Is(Act::SignInVerified)),
    ("POST", "/auth/two-step", Not("nothing holds until a code has confirmed it")),
    ("POST", "/auth/two-step/confirm", Is(Act::TwoStepEnabled)),
    ("POST", "/auth/two-step/recovery-codes", Is(Act::RecoveryCodesMade)),
    ("POST", "/auth/two-step/end", Is(Act::TwoStepDisabled)),
    ("DELETE", "/members/{id}/two-step", Is(Act::TwoStepReset)),
    ("POST", "/auth/register", Not("whoever asks is not known, and the answer must not depend on it")),
    ("POST", "/auth/register/confirm", Is(Act::OrgMade)),
    ("POST", "/setup", Is(Act::ServerSetUp)),
    ("POST", "/members", Is(Act::MemberInvited)),
    ("PATCH", "/members/{id}", Is(Act::MemberChanged)),
    ("DELETE", "/members/{id}", Is(Act::MemberRemoved)),
    ("POST", "/members/{id}/password-link", Is(Act::PasswordLinkMade)),
    ("PUT", "/members/{id}/picture", Is(Act::MemberPictureSet)),
    ("DELETE", "/members/{id}/picture", Is(Act::MemberPictureDeleted)),
    ("POST", "/tokens", Is(Act::TokenMade)),
    ("DELETE", "/tokens/{id}", Is(Act::TokenDeleted)),
    ("POST", "/orgs", Is(Act::OrgMade)),
    ("POST", "/orgs/{id}/suspend", Is(Act::OrgSuspended)),
    ("POST", "/orgs/{id}/resume", Is(Act::OrgResumed)),
    ("DELETE", "/orgs/{id}", Is(Act::OrgDeleted)),
    ("POST", "/orgs/{id}/keep", Is(Act::OrgKept)),
    ("POST", "/orgs/{id}/acting", Is(Act::ActingBegun)),
    ("DELETE", "/orgs/{id}/acting", Not("recorded where something ended; to end it again is nothing")),
    ("GET", "/orgs/{id}/export", Is(Act::OrgExported)),
    ("POST", "/channels", Is(Act::ChannelMade)),
    ("PATCH", "/channels/{id}", Is(Act::ChannelChanged)),
    ("POST", "/channels/{id}/rotate-key", Is(Act::ChannelKeyRotated)),
    ("POST", "/channels/{id}/rotate-identity-secret", Is(Act::ChannelSecretRotated)),
    ("DELETE", "/channels/{id}/old-identity-secret", Is(Act::ChannelOldSecretEnded)),
    ("POST", "/channels/{id}/install-check", Not(NOTHING)),
    ("POST", "/channels/{id}/assistant/test", Is(Act::AssistantTested)),
    ("POST", "/channels/{id}/handoff-test", Not(NOTHING)),
    ("POST", "/settings/history/{id}/restore", Is(Act::SettingsChanged)),
    ("PATCH", "/settings", Is(Act::SettingsChanged)),
    ("PATCH", "/channels/{id}/settings", Is(Act::SettingsChanged)),
    ("PATCH", "/platform/settings", Is(Act::SettingsChanged)),
    ("POST", "/providers", Is(Act::ProviderAdded)),
    ("PATCH", "/providers/{id}", Is(Act::ProviderChanged)),
    ("DELETE", "/providers/{id}", Is(Act::ProviderRemoved)),
    ("POST", "/providers/{id}/test", Is(Act::ProviderTested)),
    ("POST", "/platform/prices", Is(Act::PriceSet)),
    ("POST", "/platform/mail-test", Is(Act::MailTried)),
    ("POST", "/knowledge/sources", Is(Act::SourceAdded)),
    ("POST", "/knowledge/files", Is(Act::SourceAdded)),
    ("PATCH", "/knowledge/sources/{id}", Is(Act::SourceChanged)),
    ("POST", "/knowledge/sources/{id}/refresh", Is(Act::SourceRead)),
    ("DELETE", "/knowledge/sources/{id}", Is(Act::SourceDeleted)),
    ("POST", "/knowledge/pairs", Is(Act::PairAdded)),
    ("PATCH", "/knowledge/pairs/{id}", Is(Act::PairChanged)),
    ("DELETE", "/knowledge/pairs/{id}", Is(Act::PairDeleted)),
    ("POST", "/knowledge/unanswered/{id}/answer", Is(Act::QuestionAnswered)),
    ("DELETE", "/knowledge/unanswered/{id}", Is(Act::QuestionDismissed)),
    ("PATCH", "/tools/{id}", Is(Act::ToolChanged)),
    ("POST", "/tools/{id}/test", Is(Act::ToolTested)),
    ("POST", "/platform/tools", Is(Act::ToolAdded)),
    ("PATCH", "/platform/tools/{id}", Is(Act::ToolChanged)),
    ("DELETE", "/platform/tools/{id}", Is(Act::ToolRemoved)),
    ("POST", "/webhooks", Is(Act::WebhookAdded)),
    ("PATCH", "/webhooks/{id}", Is(Act::WebhookChanged)),
    ("DELETE", "/webhooks/{id}", Is(Act::WebhookRemoved)),
    ("POST", "/webhooks/{id}/rotate-secret", Is(Act::WebhookSecretRotated)),
    ("DELETE", "/webhooks/{id}/old-secret", Is(Act::WebhookOldSecretEnded)),
    ("POST", "/webhooks/{id}/test", Is(Act::WebhookTested)),
    ("POST", "/webhooks/deliveries/{id}/replay", Is(Act::DeliveryReplayed)),
    ("POST", "/visitors/{id}/block", Is(Act::VisitorBlocked)),
    ("POST", "/visitors/{id}/unblock", Is(Act::VisitorUnblocked)),
    ("DELETE", "/visitors/{id}", Is(Act::VisitorErased)),
    ("GET", "/visitors/{id}/export", Is(Act::VisitorExported)),
    ("POST", "/visitors/{id}/merge", Is(Act::VisitorMerged)),
    ("POST", "/visitors/{id}/unmerge", Is(Act::VisitorUnmerged)),
    ("POST", "/security/blocks", Is(Act::AddressBlocked)),
    ("DELETE", "/security/blocks/{id}", Is(Act::AddressUnblocked)),
    ("POST", "/platform/security/blocks", Is(Act::AddressBlocked)),
    ("DELETE", "/platform/security/blocks/{id}", Is(Act::AddressUnblocked)),
    ("GET", "/calls/{id}/recording", Is(Act::RecordingHeard)),
    ("DELETE", "/calls/{id}/recording", Is(Act::RecordingDeleted)),
    ("GET", "/conversations/{id}/transcript", Is(Act::TranscriptExported)),
    ("POST", "/conversations/{id}/transcript", Is(Act::TranscriptMailed)),
    ("GET", "/canned-replies/export", Is(Act::CannedRepliesExported)),
    ("POST", "/canned-replies/import", Is(Act::CannedRepliesImported)),
    ("POST", "/canned-replies", Is(Act::CannedReplyAdded)),
    ("PATCH", "/canned-replies/{id}", Is(Act::CannedReplyChanged)),
    ("DELETE", "/canned-replies/{id}", Is(Act::CannedReplyDeleted)),
    ("POST", "/canned-replies/{id}/files", Is(Act::CannedReplyChanged)),
    ("DELETE", "/canned-replies/{id}/files/{file_id}", Is(Act::CannedReplyChanged)),
    ("POST", "/canned-replies/{id}/used", Not("a count of uses")),
    ("GET", "/audit/export", Is(Act::AuditExported)),
    ("GET", "/platform/audit/export", Is(Act::AuditExported)),
    ("GET", "/usage/export", Is(Act::UsageExported)),
    ("POST", "/views", Is(Act::ViewAdded)),
    ("PATCH", "/views/{id}", Is(Act::ViewChanged)),
    ("DELETE", "/views/{id}", Is(Act::ViewDeleted)),
    ("PUT", "/conversations/{id}/draft", Not(OWN)),
    ("POST", "/conversations/{id}/follow", Not(OWN)),
    ("DELETE", "/conversations/{id}/follow", Not(OWN)),
    ("POST", "/notifications/read", Not(OWN)),
    ("PUT", "/notifications/choices", Not(OWN)),
    ("PUT", "/notifications/push", Not(OWN)),
    ("DELETE", "/notifications/push/{id}", Not(OWN)),
    ("POST", "/attachments", Not(SAID)),
    ("POST", "/conversations", Not(SAID)),
    ("PATCH", "/conversations/{id}", Not(SAID)),
    ("POST", "/conversations/bulk", Not(SAID)),
    ("POST", "/conversations/{id}/assign", Not(SAID)),
    ("POST", "/conversations/{id}/end", Not(SAID)),
    ("POST", "/conversations/{id}/handoff", Not(SAID)),
    ("POST", "/conversations/{id}/messages", Not(SAID)),
    ("POST", "/conversations/{id}/mode", Not(SAID)),
    ("POST", "/conversations/{id}/release", Not(SAID)),
    ("POST", "/conversations/{id}/replies/{message_id}/edit", Not(SAID)),
    ("POST", "/conversations/{id}/replies/{message_id}/hold", Not(SAID)),
    ("POST", "/conversations/{id}/replies/{message_id}/send", Not(SAID)),
    ("POST", "/conversations/{id}/replies/{message_id}/stop", Not(SAID)),
    ("POST", "/conversations/{id}/reopen", Not(SAID)),
    ("POST", "/conversations/{id}/rewrite", Not(NOTHING)),
    ("POST", "/conversations/{id}/snooze", Not(SAID)),
    ("POST", "/conversations/{id}/suggestion", Not(NOTHING)),
    ("POST", "/conversations/{id}/takeover", Not(SAID)),
    ("POST", "/tickets/{id}/resolve", Not("a ticket says itself who has resolved it")),
    ("PATCH", "/submissions/{id}", Not("a submission says itself who has handled it")),
    ("POST", "/calls/{id}/end", Not(SAID)),
    ("POST", "/calls/{id}/legs", Not(SAID)),
    ("POST", "/mail/stop", Not("recipients stop mails by a link; who they are is kept as a hash only")),
    ("POST", "/mail/resume", Not("recipients stop mails by a link; who they are is kept as a hash only")),
    ("POST", "/widget/attachments", Not(VISITORS)),
    ("POST", "/widget/calls", Not(VISITORS)),
    ("POST", "/widget/calls/{id}/legs", Not(VISITORS)),
    ("POST", "/widget/conversations", Not(VISITORS)),
    ("POST", "/widget/conversations/{id}/end", Not(VISITORS)),
    ("POST", "/widget/conversations/{id}/handoff", Not(VISITORS)),
    ("POST", "/widget/conversations/{id}/messages", Not(VISITORS)),
    ("POST", "/widget/conversations/{id}/messages/{message_id}/rating", Not(VISITORS)),
    ("POST", "/widget/conversations/{id}/rating", Not(VISITORS)),
    ("POST", "/widget/conversations/{id}/retry", Not(VISITORS)),
    ("POST", "/widget/conversations/{id}/transcript", Not(VISITORS)),
    ("POST", "/widget/profile", Not(VISITORS)),
    ("POST", "/widget/sessions", Not(VISITORS)),
    ("POST", "/widget/submissions", Not(VISITORS)),
];

/// The act of an operation by method and path as it was matched.
pub(super) fn act_of(method: &Method, matched_path: &str) -> Option<Act> {
    static ACTS: LazyLock<HashMap<(&str, &str), Act>> = LazyLock::new(|| {
        let is_act = |(method, path, rule): &(&'static str, &'static str, Rule)| match rule {
            Is(act) => Some(((*method, *path), *act)),
            Not(_) => None,
        };
        RULES.iter().filter_map(is_act).collect()
    });
    ACTS.get(&(method.as_str(), matched_path.strip_prefix(PREFIX)?)).copied()
}

/// The first id in a path.
pub(super) fn subject_of(matched_path: &str, path: &str) -> Option<String> {
    // From the end: a nested router sees a path without its prefix.
    let parts = matched_path.rsplit('/').zip(path.rsplit('/'));
    let named = parts.filter(|(part, _)| part.starts_with('{')).last();
    named.map(|(_, id)| id.to_owned())
}

/// An operation that is an act.
#[derive(Debug)]
pub(super) struct Audited {
    pub(super) act: Act,
    /// The first id in its path.
    subject: Option<String>,
    is_of_platform: bool,
}

impl Audited {
    /// The operation of a request, where it is an act.
    pub(super) fn of(method: &Method, matched_path: &str, path: &str) -> Option<Self> {
        let act = act_of(method, matched_path)?;
        let is_of_platform = ["/platform/", "/orgs", "/setup"]
            .iter()
            .any(|start| matched_path.strip_prefix(PREFIX).is_some_and(|path| path.starts_with(start)));
        Some(Self { act, subject: subject_of(matched_path, path), is_of_platform })
    }

    /// Records what the service has not, where the operation succeeded; where that fails, so does the answer.
    pub(super) async fn finish(
        self,
        api: &Api,
        request: &Arc<RequestContext>,
        response: Response,
    ) -> Response {
        let is_done = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
        if !is_done || request.is_recorded() || super::create::is_replayed(&response) {
            return response;
        }
        let mut note = Note::by_request(self.act, api.hub.base().now());
        if let Some(subject) = self.subject {
            note = note.on(subject);
        }
        if self.is_of_platform {
            note = note.of_platform();
        }
        match api.audit.record(note).await {
            Ok(()) => response,
            Err(error) => ApiError::from(error).into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_operation_that_changes_something_is_an_act_or_says_why_it_is_none() {
        let document = crate::http::routes::document();
        let mut missing = Vec::new();
        let mut known = HashSet::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            let path = path.strip_prefix(PREFIX).unwrap();
            for method in operations.as_object().unwrap().keys().map(|method| method.to_uppercase()) {
                known.insert((method.clone(), path.to_owned()));
                let is_known = RULES.iter().any(|(one, at, _)| *one == method && *at == path);
                if !is_known && method != "GET" {
                    missing.push(format!("{method} {path}"));
                }
            }
        }

        assert!(missing.is_empty(), "give each a rule in src/http/audited.rs:\n{}", missing.join("\n"));
        for (method, path, rule) in RULES {
            assert!(
                known.contains(&((*method).to_owned(), (*path).to_owned())),
                "there is no {method} {path}"
            );
            assert!(!matches!(rule, Not("")), "{method} {path} says no reason");
        }
    }

    #[test]
    fn the_subject_is_the_first_id_of_the_path() {
        let of = |matched: &str, path: &str| Audited::of(&Method::DELETE, matched, path);

        let file = of("/api/v1/canned-replies/{id}/files/{file_id}", "/canned-replies/7/files/8").unwrap();
        assert_eq!((file.act, file.subject.as_deref()), (Act::CannedReplyChanged, Some("7")));
        assert!(of("/api/v1/platform/tools/{id}", "/api/v1/platform/tools/x").unwrap().is_of_platform);
        assert!(of("/api/v1/drafts", "/api/v1/drafts").is_none());
    }
}
