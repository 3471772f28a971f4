//! TLS for outgoing connections: the system's certificates, and Mozilla's for systems that have none.

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use std::sync::{Arc, LazyLock};

/// Reading the system's certificates takes a while, so every client shares one configuration.
static CLIENT: LazyLock<Arc<ClientConfig>> = LazyLock::new(|| Arc::new(make()));

/// Chooses ring for every TLS connection of the process. Repeating it changes nothing.
pub fn install_crypto_provider() {
    // An error means that a provider is already installed, which is fine.
    let _chosen_before = ring::default_provider().install_default();
}

/// The system's certificates that can be used, each in DER, for clients that bring their own TLS.
#[must_use]
pub fn system_certificates() -> Vec<Vec<u8>> {
    let found = rustls_native_certs::load_native_certs().certs;
    let is_usable = |one: &CertificateDer<'_>| RootCertStore::empty().add(one.clone().into_owned()).is_ok();
    found.into_iter().filter(is_usable).map(|one| one.to_vec()).collect()
}

/// For WebSockets, which know no newer protocol than HTTP/1.1.
pub(super) fn websocket_config() -> Arc<ClientConfig> {
    Arc::clone(&CLIENT)
}

/// For HTTP, version 2 preferred.
pub(super) fn http_config() -> ClientConfig {
    let mut config = ClientConfig::clone(&CLIENT);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

fn make() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
