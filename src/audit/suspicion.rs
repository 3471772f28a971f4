//! Who hears that an address has become suspicious.

use futures_util::future::BoxFuture;

use crate::db::DbError;
use crate::model::Suspicion;

/// Tells people of a suspicious address. `notify` does; it stands above this room.
pub trait SuspicionListener: std::fmt::Debug + Send + Sync {
    /// Queues mails and deliveries.
    fn became_suspicious<'a>(&'a self, suspicion: &'a Suspicion) -> BoxFuture<'a, Result<(), DbError>>;
}
