//! Pictures of members: set by themselves or by whoever manages them, seen by colleagues and by visitors of the org.

use std::net::IpAddr;

use bytes::Bytes;
use rooms::{OrgId, UserId};
use sha2::{Digest as _, Sha256};

use super::Accounts;
use super::rights::Manager;
use crate::auth::{Principal, Right};
use crate::ids;
use crate::model::{MemberPicture, MemberRecord};
use crate::pictures::{PictureError, PictureKind, clean};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

/// Maximum size of a member's picture in bytes.
pub const MEMBER_PICTURE_MAX_BYTES: usize = 1_048_576;
/// It is shown small: 4,096 by 4,096 pixels.
const MAX_PIXELS: u64 = 16_777_216;

/// Pictures of members of the caller's org.
#[derive(Debug, Clone, Copy)]
pub struct MemberPictures<'a> {
    pub(super) accounts: &'a Accounts,
}

impl MemberPictures<'_> {
    /// Sets the picture of a member; `me` is the caller.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `bad_request` and `too_large` for the picture.
    pub async fn set(
        self,
        principal: &Principal,
        id: &str,
        bytes: Bytes,
    ) -> Result<MemberRecord, ServiceError> {
        let member = self.changeable(principal, id).await?;
        let picture = read(&bytes)?;
        let stored = self.accounts.db().member_pictures();
        stored.set(member.org, member.id, &picture, self.accounts.now()).await?;
        Ok(MemberRecord { picture: Some(picture.sha256), ..member })
    }

    /// Deletes the picture of a member; `me` is the caller. Without one nothing changes.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn delete(self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        let member = self.changeable(principal, id).await?;
        Ok(self.accounts.db().member_pictures().delete(member.org, member.id).await?)
    }

    /// The picture of a member of the caller's org, where they have one; `me` is the caller.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn get(self, principal: &Principal, id: &str) -> Result<Option<MemberPicture>, ServiceError> {
        Right::ListMembers.check(principal)?;
        let member = self.member(principal, id).await?;
        self.of(member.org, member.id).await
    }

    /// The picture of an active member of the org of a channel, as pages with its widget show it.
    ///
    /// # Errors
    /// `not_found` for the key and for the member; `forbidden` for the origin.
    pub async fn get_for_visitors(
        self,
        channel_key: &str,
        id: &str,
        address: IpAddr,
        origin: Option<&str>,
        host: Option<&str>,
    ) -> Result<Option<MemberPicture>, ServiceError> {
        let channel = self.accounts.channel_of_key(channel_key).await?.ok_or_else(ServiceError::not_found)?;
        self.accounts.check_address(address, channel.org)?;
        self.accounts.check_channel_origin(&channel, origin, host)?;
        let id: UserId = id.parse().map_err(|_| ServiceError::not_found())?;
        let member = self.accounts.directory().member(channel.org, id).await?;
        if member.active { self.of(channel.org, id).await } else { Err(ServiceError::not_found()) }
    }

    async fn of(self, org: OrgId, member: UserId) -> Result<Option<MemberPicture>, ServiceError> {
        Ok(self.accounts.db().member_pictures().get(org, member).await?)
    }

    async fn changeable(self, principal: &Principal, id: &str) -> Result<MemberRecord, ServiceError> {
        let manager = Manager::of(principal)?;
        let member = self.member(principal, id).await?;
        manager.may_set_picture(&member)?;
        Ok(member)
    }

    async fn member(self, principal: &Principal, id: &str) -> Result<MemberRecord, ServiceError> {
        if id == "me" {
            Right::ReadOwnAccount.check(principal)?;
            return self.accounts.directory().member(principal.org, principal.user.id).await;
        }
        self.accounts.members().get(principal, id).await
    }
}

/// The picture in a file, without what the file tells of whoever took it.
fn read(bytes: &[u8]) -> Result<MemberPicture, ServiceError> {
    let bad_request = |words: String| ServiceError::new(ErrorCode::BadRequest, words);
    if bytes.len() > MEMBER_PICTURE_MAX_BYTES {
        let words = format!("a member's picture has at most {MEMBER_PICTURE_MAX_BYTES} bytes");
        return Err(ServiceError::new(ErrorCode::TooLarge, words));
    }
    if !matches!(PictureKind::of(bytes), Some(PictureKind::Png | PictureKind::Jpeg | PictureKind::Webp)) {
        return Err(bad_request("a member's picture is PNG, JPEG or WebP".to_owned()));
    }
    let picture = clean(bytes, MAX_PIXELS).map_err(|error| match error {
        PictureError::TooManyPixels { .. } => ServiceError::new(ErrorCode::TooLarge, error.to_string()),
        error => bad_request(error.to_string()),
    })?;
    if picture.is_moving {
        return Err(bad_request("a member's picture does not move".to_owned()));
    }
    Ok(MemberPicture {
        content_type: picture.kind.media_type().to_owned(),
        sha256: ids::hex(&Sha256::digest(&picture.bytes)),
        bytes: picture.bytes,
    })
}
