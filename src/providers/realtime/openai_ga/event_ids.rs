//! Event ids we generate, by which error responses are matched to requests.

/// Prefix of the event ids of session updates, which identifies their errors.
pub(super) const SETUP_ID: &str = "evt_setup";
/// Prefix of the event ids of response requests.
pub(super) const REQUEST_ID: &str = "evt_request_";
/// How fields of a response are named among those that are left out.
pub(super) const RESPONSE_FIELDS: &str = "response.";
/// Metadata field of a response that contains our event id.
pub(super) const TAG_FIELD: &str = "switchboard_request";
