//! Headers of pages.

use axum::http::HeaderMap;
use axum::http::header::{self, HeaderName, HeaderValue};

/// What a page may use of the device: the microphone for calls, nothing else.
const DEVICE_POLICY: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                             magnetometer=(), microphone=(self), midi=(), payment=(), serial=(), usb=()";

/// Sets a header; a value that cannot be one is left out.
pub(super) fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Sets what a page may load and use, and what it tells others of where it is.
pub(super) fn put_page_policies(headers: &mut HeaderMap, content: &str) {
    put(headers, header::CONTENT_SECURITY_POLICY, content);
    put(headers, header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    put(headers, HeaderName::from_static("permissions-policy"), DEVICE_POLICY);
}
