//! Answers of REST that say something of an attack, for the security events.

use axum::extract::Request;
use axum::http::{StatusCode, header};

use super::api::Api;
use super::audited::subject_of;
use super::document::PREFIX;
use super::error::ApiError;
use crate::audit::RequestContext;
use crate::guard::ForeignId;
use crate::model::{SecurityEvent, SecurityKind};
use crate::wire::ErrorCode;

/// Where a wrong password or link is tried; wrong tokens are reported where tokens are read.
const SIGN_INS: [&str; 4] = ["/auth/login", "/auth/link", "/auth/password", "/setup"];

/// What has to be known of a request once it is answered.
#[derive(Debug)]
pub(super) struct Watched {
    is_sign_in: bool,
    has_credentials: bool,
    /// The first id in its path.
    subject: Option<String>,
}

impl Watched {
    pub(super) fn of(request: &Request, matched_path: Option<&str>) -> Self {
        let matched = matched_path.unwrap_or_default();
        let path = matched.strip_prefix(PREFIX).unwrap_or_default();
        let headers = request.headers();
        Self {
            is_sign_in: SIGN_INS.contains(&path),
            has_credentials: [header::AUTHORIZATION, header::COOKIE]
                .iter()
                .any(|name| headers.contains_key(name)),
            subject: subject_of(matched, request.uri().path()),
        }
    }

    /// Reports what a refusal says.
    pub(super) fn report(self, api: &Api, request: &RequestContext, refusal: &ApiError) {
        let guard = &api.hub.base().guard;
        let event = |kind| request.security_event(kind);
        match refusal.error.code {
            ErrorCode::RateLimited => guard.report(event(SecurityKind::RateLimitHit)),
            ErrorCode::Unauthenticated if self.is_sign_in => guard.report(event(SecurityKind::AuthFailure)),
            // A page that is not signed in asks who it is; that is no error of anybody.
            ErrorCode::Unauthenticated if !self.has_credentials => {}
            ErrorCode::NotFound if refusal.status == StatusCode::NOT_FOUND => {
                if let (Some(id), Some((org, _))) = (self.subject, request.caller()) {
                    let event = SecurityEvent { org: Some(*org), ..event(SecurityKind::CrossOrgRefused) };
                    guard.report_unknown_id(ForeignId { org: *org, id, event });
                }
                guard.report_error(event(SecurityKind::RepeatedErrors));
            }
            // Reported where it was refused.
            ErrorCode::Forbidden if refusal.error.reason == Some("address_blocked") => {}
            _ => guard.report_error(event(SecurityKind::RepeatedErrors)),
        }
    }
}
