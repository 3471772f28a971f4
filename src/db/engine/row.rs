//! Records from rows of either engine, each field from the column of its name.

use rooms::{CallId, ChannelId, ConversationId, EntryId, OrgId, TicketId, UserId};
use sqlx::{ColumnIndex, Decode, Row, Type};

use crate::model::{
    AddressBlockId, AssistantTurnId, CannedReplyId, DeliveryId, MailId, NodeId, NotificationId, ProviderId,
    SessionId, SettingChangeId, SubmissionId, ToolRunId, UsageEventId, ViewId, WebhookId,
};

/// What a field of a record can be read from.
pub(in crate::db) trait Column: Sized {
    /// As the engines store it.
    type Stored;

    /// The value of a column.
    ///
    /// # Errors
    /// Why what is stored is not one of ours.
    fn read(stored: Self::Stored) -> Result<Self, sqlx::error::BoxDynError>;
}

macro_rules! stored_as_it_is {
    ($($kind:ty),*) => {
        $(impl Column for $kind {
            type Stored = Self;

            fn read(stored: Self) -> Result<Self, sqlx::error::BoxDynError> {
                Ok(stored)
            }
        })*
    };
}

stored_as_it_is!(String, i64, bool);

macro_rules! stored_as_text {
    ($($id:ty),* $(,)?) => {
        $(impl Column for $id {
            type Stored = String;

            fn read(stored: String) -> Result<Self, sqlx::error::BoxDynError> {
                Ok(stored.parse()?)
            }
        })*
    };
}

stored_as_text!(
    OrgId,
    ChannelId,
    ConversationId,
    UserId,
    TicketId,
    CallId,
    ToolRunId,
    AssistantTurnId,
    SubmissionId,
    WebhookId,
    DeliveryId,
    MailId,
    NodeId,
    ProviderId,
    SettingChangeId,
    UsageEventId,
    SessionId,
    AddressBlockId,
    CannedReplyId,
    EntryId,
    NotificationId,
    ViewId
);

impl<T: Column> Column for Option<T> {
    type Stored = Option<T::Stored>;

    fn read(stored: Self::Stored) -> Result<Self, sqlx::error::BoxDynError> {
        stored.map(T::read).transpose()
    }
}

/// Reads one column.
pub(in crate::db) fn read<'r, R: Row, T: Column>(row: &'r R, column: &'static str) -> sqlx::Result<T>
where
    T::Stored: Decode<'r, R::Database> + Type<R::Database>,
    &'static str: ColumnIndex<R>,
{
    let decoded = T::read(row.try_get(column)?);
    decoded.map_err(|source| sqlx::Error::ColumnDecode { index: column.to_owned(), source })
}

/// Lets queries give a record of the model; a part after `with` is a record in columns of the same row.
macro_rules! record {
    ($record:ident { $($field:ident),* $(,)? } $(with $part:ident)?) => {
        record!(@of sqlx::sqlite::SqliteRow, $record [$($field),*] [$($part)?]);
        record!(@of sqlx::postgres::PgRow, $record [$($field),*] [$($part)?]);
    };
    (@of $row:ty, $record:ident [$($field:ident),*] [$($part:ident)?]) => {
        impl sqlx::FromRow<'_, $row> for $record {
            fn from_row(row: &$row) -> sqlx::Result<Self> {
                Ok(Self {
                    $($part: sqlx::FromRow::from_row(row)?,)?
                    $($field: $crate::db::engine::row::read(row, stringify!($field))?,)*
                })
            }
        }
    };
}
pub(in crate::db) use record;
