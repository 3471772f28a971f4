//! Work of a stage.

use futures_util::future::BoxFuture;

use super::error::StageError;

/// Something that a stage is working on; dropping it ends it.
pub(super) type Job<T> = BoxFuture<'static, Result<T, StageError>>;
