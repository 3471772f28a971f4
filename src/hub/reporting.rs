//! What connections do that looks like an attack, for the security events.

use rooms::ConversationId;

use super::client::Client;
use crate::guard::ForeignId;
use crate::model::SecurityKind;
use crate::wire::ErrorCode;

impl Client {
    /// Reports an event of this connection.
    pub(super) fn report(&self, kind: SecurityKind) {
        self.hub().base().guard.report(self.connection().security_event(kind));
    }

    /// Reports an event that was refused, where that says something: over a limit, or a conversation that is not known.
    pub(super) fn report_refusal(&self, code: ErrorCode, conversation: Option<ConversationId>) {
        match (code, conversation) {
            (ErrorCode::RateLimited, _) => self.report(SecurityKind::RateLimitHit),
            (ErrorCode::NotFound, Some(id)) => {
                let connection = self.connection();
                self.hub().base().guard.report_unknown_id(ForeignId {
                    org: connection.principal.org,
                    id: id.to_string(),
                    event: connection.security_event(SecurityKind::CrossOrgRefused),
                });
            }
            _ => {}
        }
    }
}
