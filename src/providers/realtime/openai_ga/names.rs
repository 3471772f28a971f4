//! Event ids we generate, by which error responses are matched to requests.

/// How the event ids of set-ups begin, by which a refusal is known.
pub(super) const SETUP_ID: &str = "evt_setup";
/// How the event ids of requests for responses begin.
pub(super) const REQUEST_ID: &str = "evt_request_";
/// How fields of a response are named among those that are left out.
pub(super) const RESPONSE_FIELDS: &str = "response.";
/// The field of a response's metadata that carries our name of the request.
pub(super) const TAG_FIELD: &str = "switchboard_request";
