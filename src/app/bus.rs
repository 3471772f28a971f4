//! The bus of this process, where it is one of several nodes.

use anyhow::Context as _;

use crate::base::Base;
use crate::bus::Bus;
use crate::crypto::hmac_sha256_hex;
use crate::db::Mark;

/// The means of a node that hears the others, and counts with them. Those of a server by itself stay as they are.
///
/// # Errors
/// When the bus does not answer.
pub(super) async fn join_bus(base: Base, mark: &Mark) -> anyhow::Result<Base> {
    use secrecy::ExposeSecret as _;
    let Some(address) = &base.settings.bus else { return Ok(base) };
    let installation =
        mark.installation().context("the database does not say which installation it is of")?;
    let bus = Bus::connect(address.0.expose_secret(), installation, base.node, &base.tasks, &base.stop)
        .await
        .context("could not join the bus; is Redis or Valkey there, and the address right?")?;
    base.limits.share(secret_of(installation));
    Ok(Base { bus, ..base })
}

/// What the nodes hash the keys of limits with: known to whoever has the database, and to nobody else.
fn secret_of(installation: &str) -> [u8; 32] {
    let mut secret = [0; 32];
    let digest = hmac_sha256_hex(installation.as_bytes(), b"keys of limits");
    secret.iter_mut().zip(digest.bytes()).for_each(|(byte, digit)| *byte = digit);
    secret
}
