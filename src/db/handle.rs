//! What a handle on one subject of storage is.

/// Makes a handle: it borrows the database and is copied freely.
macro_rules! handle {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<'a> {
            pub(in crate::db) db: &'a $crate::db::Db,
        }
    };
}
pub(super) use handle;
