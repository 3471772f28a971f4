//! Files of canned replies: added by whoever may change the reply, read by whoever may use it.

use std::collections::HashMap;

use bytes::Bytes;
use rooms::{Attachment, AttachmentId};

use super::canned_replies::CannedReplies;
use crate::auth::{Principal, Right};
use crate::model::{CannedFile, CannedFileQuota, CannedFilesFull, CannedReplyId, CannedReplyRecord};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

impl CannedReplies<'_> {
    /// The files of these canned replies, which stand in the order of their ids.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn files_of(
        self,
        principal: &Principal,
        replies: &[CannedReplyRecord],
    ) -> Result<HashMap<CannedReplyId, Vec<Attachment>>, ServiceError> {
        Right::UseCannedReplies.check(principal)?;
        let mut files: HashMap<CannedReplyId, Vec<Attachment>> = HashMap::new();
        if let ([first, ..], [.., last]) = (replies, replies) {
            let stored = self.base.db.canned_files();
            for CannedFile { reply, file } in stored.between(principal.org, first.id, last.id).await? {
                files.entry(reply).or_default().push(file);
            }
        }
        Ok(files)
    }

    /// Adds a file, which is checked, to a canned reply that the caller may change.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `too_large` beyond a limit.
    pub async fn add_file(
        self,
        principal: &Principal,
        id: &str,
        file: Attachment,
        bytes: Bytes,
    ) -> Result<Attachment, ServiceError> {
        let reply = self.changeable(principal, id).await?.id;
        let max_bytes = self.base.settings.canned_file_max_bytes;
        if bytes.len() > max_bytes {
            let words = format!("a file of a canned reply has at most {max_bytes} bytes");
            return Err(ServiceError::new(ErrorCode::TooLarge, words));
        }
        let file = CannedFile { reply, file };
        let (quota, now) = (self.file_quota(), self.base.now());
        let added = self.base.db.canned_files().add(principal.org, &file, &bytes, quota, now).await?;
        let added = added.ok_or_else(ServiceError::not_found)?;
        added.map_err(|full| {
            let words = match full {
                CannedFilesFull::Reply => format!("a canned reply has at most {} files", quota.reply_max),
                CannedFilesFull::Org => {
                    let max_bytes = quota.org_max_bytes;
                    format!("the files of an org's canned replies have at most {max_bytes} bytes together")
                }
            };
            ServiceError::new(ErrorCode::TooLarge, words)
        })?;
        Ok(file.file)
    }

    /// A file of a canned reply that the caller may use, and its bytes.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn file(
        self,
        principal: &Principal,
        id: &str,
        file: &str,
    ) -> Result<(Attachment, Bytes), ServiceError> {
        Right::UseCannedReplies.check(principal)?;
        let (reply, file) = (parse_id(id)?, parse_id::<AttachmentId>(file)?);
        let reply = self.find(principal, reply).await?;
        let files = self.files_of(principal, std::slice::from_ref(&reply)).await?;
        let known = files.into_values().flatten().find(|known| known.id == file);
        let known = known.ok_or_else(ServiceError::not_found)?;
        let bytes = self.base.db.canned_files().bytes(principal.org, reply.id, file).await?;
        Ok((known, bytes.ok_or_else(ServiceError::not_found)?.into()))
    }

    /// Deletes a file of a canned reply that the caller may change.
    ///
    /// # Errors
    /// `forbidden`, `not_found` for the canned reply.
    pub async fn delete_file(self, principal: &Principal, id: &str, file: &str) -> Result<(), ServiceError> {
        let reply = self.changeable(principal, id).await?.id;
        Ok(self.base.db.canned_files().delete(principal.org, reply, parse_id(file)?).await?)
    }

    fn file_quota(self) -> CannedFileQuota {
        let settings = &self.base.settings;
        let stored = |max: usize| i64::try_from(max).unwrap_or(i64::MAX);
        CannedFileQuota {
            reply_max: stored(settings.canned_reply_files_max),
            org_max_bytes: stored(settings.org_canned_files_max_bytes),
        }
    }
}

fn parse_id<I: std::str::FromStr>(id: &str) -> Result<I, ServiceError> {
    id.parse().map_err(|_| ServiceError::not_found())
}
