//! Visitors and their tokens.

use rooms::{OrgId, Timestamp, User, UserId, UserKind};

use super::entrance::{KnownVisitor, NamedBy};
use super::page_visits::{TRAIL_MAX, add_page_visit};
use super::stored_page::{main_visitor, parse_attributes, parse_page, stored_attributes, stored_page};
use crate::db::delivery::deliveries;
use crate::db::engine::database::Tx;
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{Happening, NewVisitor, PageVisit, VisitorChange, VisitorPass, VisitorRecord};

#[derive(sqlx::FromRow)]
struct VisitorRow {
    id: String,
    org_id: String,
    channel_id: String,
    external_id: Option<String>,
    name: String,
    email: Option<String>,
    verified: bool,
    profile_verified: bool,
    locale: Option<String>,
    page: Option<String>,
    phone: Option<String>,
    attributes: Option<String>,
    merged_into: Option<String>,
    merged_name: Option<String>,
}

impl VisitorRow {
    fn into_record(self) -> Result<VisitorRecord, DbError> {
        let id = self.id.clone();
        let parse = || {
            Some(VisitorRecord {
                id: self.id.parse().ok()?,
                org: self.org_id.parse().ok()?,
                channel: self.channel_id.parse().ok()?,
                external_id: self.external_id,
                name: self.name.into(),
                email: self.email,
                verified: self.verified,
                profile_verified: self.profile_verified,
                locale: self.locale,
                page: self.page.as_deref().and_then(parse_page),
                phone: self.phone,
                attributes: parse_attributes(self.attributes.as_deref()),
                merged_into: main_visitor(self.merged_into.as_deref(), self.merged_name.as_deref()),
            })
        };
        parse().ok_or(DbError::Corrupt { what: "visitor", id })
    }
}

macro_rules! select_visitors {
    ($rest:literal) => {
        concat!(
            "select v.id, v.org_id, v.channel_id, v.external_id, v.name, v.email, v.verified, v.profile_verified, v.locale, v.page, v.phone, v.attributes, v.merged_into, pv.name as merged_name ",
            "from visitors v left join visitors pv on pv.id = v.merged_into ", $rest
        )
    };
}

handle!(
    /// Visitors and their tokens.
    Visitors
);

impl Visitors<'_> {
    /// Adds a visitor, or finds the one of the same channel and external id.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(self, new: &NewVisitor, now: Timestamp) -> Result<VisitorRecord, DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into visitors (id, org_id, channel_id, external_id, name, email, verified, created_at, seen_at, profile_verified) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9) \
                 on conflict (channel_id, external_id) where external_id is not null do nothing",
            )
            .bind(new.id.to_string())
            .bind(new.org.to_string())
            .bind(new.channel.to_string())
            .bind(new.external_id.as_deref())
            .bind(&new.name)
            .bind(new.email.as_deref())
            .bind(new.verified)
            .bind(now.0)
            .bind(new.profile_verified)
            .execute(connection)
            .await?;
        });
        let row: VisitorRow = on_tx!(&mut tx, connection => {
            sqlx::query_as(select_visitors!("where v.org_id = $1 and (v.id = $2 or (v.channel_id = $3 and v.external_id = $4))"))
                .bind(new.org.to_string())
                .bind(new.id.to_string())
                .bind(new.channel.to_string())
                .bind(new.external_id.as_deref())
                .fetch_one(connection)
                .await?
        });
        tx.commit().await?;
        row.into_record()
    }

    /// Makes a visitor who was unknown until now the one of an external id; false where somebody else is.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn identify(self, org: OrgId, id: UserId, external_id: &str) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let changed = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update visitors set external_id = $1, verified = true \
                 where id = $2 and org_id = $3 and external_id is null and not exists \
                 (select 1 from visitors o where o.channel_id = visitors.channel_id and o.external_id = $1)",
            )
            .bind(external_id)
            .bind(id.to_string())
            .bind(org.to_string())
            .execute(connection)
            .await
            .map(|done| done.rows_affected())
            .map_err(DbError::unique("external id"))
        });
        let changed = match changed {
            Ok(changed) => changed != 0,
            Err(DbError::Taken { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        tx.commit().await?;
        Ok(changed)
    }

    /// Notes that the site vouched for a visitor.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn verify(self, org: OrgId, id: UserId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update visitors set verified = true where id = $1 and org_id = $2")
                .bind(id.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Gives a visitor a token.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add_token(
        self,
        org: OrgId,
        visitor: UserId,
        token_hash: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into visitor_tokens (token_hash, org_id, visitor_id, created_at, expires_at) \
                 values ($1, $2, $3, $4, $5)",
            )
            .bind(token_hash)
            .bind(org.to_string())
            .bind(visitor.to_string())
            .bind(now.0)
            .bind(expires_at.0)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// The visitor whom a token names.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn by_token(self, token_hash: &str, now: Timestamp) -> Result<Option<VisitorRecord>, DbError> {
        let row: Option<VisitorRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_visitors!("join visitor_tokens t on t.visitor_id = v.id where t.token_hash = $1 and t.expires_at > $2"))
                .bind(token_hash)
                .bind(now.0)
                .fetch_optional(pool)
                .await?
        });
        row.map(VisitorRow::into_record).transpose()
    }

    /// What a token lets in; from memory where it was asked before.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn pass(self, token_hash: &str, now: Timestamp) -> Result<Option<VisitorPass>, DbError> {
        let entrance = self.db.entrance();
        if let Some(token) = entrance.tokens.get(token_hash)
            && let Some(visitor) = entrance.visitors.get(&token.visitor)
        {
            return Ok(Some(pass(token, visitor)).filter(|pass| pass.expires_at > now));
        }
        let (at, visitor_at) = (entrance.tokens.read_at(), entrance.visitors.read_at());
        let statement = "select v.id, v.org_id, v.channel_id, v.name, t.expires_at from visitor_tokens t \
                         join visitors v on v.id = t.visitor_id where t.token_hash = $1 and t.expires_at > $2";
        let row: Option<(String, String, String, String, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(token_hash).bind(now.0).fetch_optional(pool).await?
        });
        let Some((id, org, channel, name, expires_at)) = row else { return Ok(None) };
        let parse = || {
            let token = NamedBy { visitor: id.parse().ok()?, expires_at: Timestamp(expires_at) };
            let (org, channel) = (org.parse().ok()?, channel.parse().ok()?);
            Some((token, KnownVisitor { org, channel, name: name.into() }))
        };
        let parsed = parse();
        let Some((token, visitor)) = parsed else { return Err(DbError::Corrupt { what: "visitor", id }) };
        entrance.tokens.keep(token_hash.into(), token, at);
        entrance.visitors.keep(token.visitor, visitor.clone(), visitor_at);
        Ok(Some(pass(token, visitor)))
    }

    /// A visitor of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: UserId) -> Result<Option<VisitorRecord>, DbError> {
        let row: Option<VisitorRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_visitors!("where v.id = $1 and v.org_id = $2"))
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        row.map(VisitorRow::into_record).transpose()
    }

    /// Remembers what was learnt of a visitor.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn change(
        self,
        org: OrgId,
        id: UserId,
        change: &VisitorChange,
        now: Timestamp,
    ) -> Result<(), DbError> {
        self.commit_change(self.db.begin().await?, org, id, change, now).await
    }

    /// Stores a change as the end of a transaction. Who is let in by a token is known by name, so only a new name makes
    /// them unknown.
    async fn commit_change(
        self,
        mut tx: Tx,
        org: OrgId,
        id: UserId,
        change: &VisitorChange,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let changing = change.name.as_ref().map(|_| self.db.entrance().visitors.change(id));
        store_change(&mut tx, org, id, change, now).await?;
        let has_deliveries = self.tell_of_contact(&mut tx, org, id, change, now).await?;
        match changing {
            Some(changing) => changing.commit(tx.commit()).await?,
            None => tx.commit().await?,
        }
        if has_deliveries {
            self.db.outgoing().wake_deliveries();
        }
        Ok(())
    }

    /// Tells the webhooks of the org what was learnt of a visitor; the page they are on is not told.
    async fn tell_of_contact(
        self,
        tx: &mut Tx,
        org: OrgId,
        id: UserId,
        change: &VisitorChange,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let is_told = change.name.is_some()
            || change.email.is_some()
            || change.phone.is_some()
            || change.attributes.is_some();
        if !is_told || !self.db.outgoing().wants(org) {
            return Ok(false);
        }
        let row: Option<VisitorRow> = on_tx!(tx, connection => {
            sqlx::query_as(select_visitors!("where v.id = $1 and v.org_id = $2"))
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(connection)
                .await?
        });
        match row.map(VisitorRow::into_record).transpose()? {
            Some(visitor) => {
                let happening = Happening::ContactUpdated(&visitor);
                deliveries::tell(self.db.outgoing(), tx, org, happening, now).await
            }
            None => Ok(false),
        }
    }

    /// Changes a visitor to what `decide` makes of what is stored of them, in one transaction; `None` where there is no
    /// such visitor. What it refuses changes nothing.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn update<R>(
        self,
        org: OrgId,
        id: UserId,
        now: Timestamp,
        decide: impl FnOnce(&VisitorRecord) -> Result<VisitorChange, R>,
    ) -> Result<Option<Result<VisitorRecord, R>>, DbError> {
        let mut tx = self.db.begin().await?;
        let statement = if tx.is_postgres() {
            select_visitors!("where v.id = $1 and v.org_id = $2 for update of v")
        } else {
            select_visitors!("where v.id = $1 and v.org_id = $2")
        };
        let row: Option<VisitorRow> = on_tx!(&mut tx, connection => {
            sqlx::query_as(statement)
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(connection)
                .await?
        });
        let Some(record) = row.map(VisitorRow::into_record).transpose()? else { return Ok(None) };
        let change = match decide(&record) {
            Ok(change) => change,
            Err(refusal) => return Ok(Some(Err(refusal))),
        };
        self.commit_change(tx, org, id, &change, now).await?;
        Ok(Some(Ok(record.with(change))))
    }

    /// The pages a visitor was on, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn page_visits(self, org: OrgId, visitor: UserId) -> Result<Vec<PageVisit>, DbError> {
        let rows: Vec<(String, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select page, viewed_at from visitor_pages where org_id = $1 and visitor_id = $2 order by id desc limit $3",
            )
            .bind(org.to_string())
            .bind(visitor.to_string())
            .bind(TRAIL_MAX)
            .fetch_all(pool)
            .await?
        });
        let visits = rows
            .into_iter()
            .filter_map(|(page, at)| Some(PageVisit { page: parse_page(&page)?, at: Timestamp(at) }));
        Ok(visits.collect())
    }
}

async fn store_change(
    tx: &mut Tx,
    org: OrgId,
    id: UserId,
    change: &VisitorChange,
    now: Timestamp,
) -> Result<(), DbError> {
    on_tx!(&mut *tx, connection => {
        sqlx::query(
            "update visitors set name = coalesce($1, name), email = coalesce($2, email), \
             locale = coalesce($3, locale), page = coalesce($4, page), seen_at = $5, \
             profile_verified = coalesce($8, profile_verified), phone = coalesce($9, phone), \
             attributes = coalesce($10, attributes), browser = coalesce($11, browser), \
             address = coalesce($12, address), address_at = case when $12 is null then address_at else $5 end where id = $6 and org_id = $7",
        )
        .bind(change.name.as_deref())
        .bind(change.email.as_deref())
        .bind(change.locale.as_deref())
        .bind(change.page.as_ref().map(stored_page))
        .bind(now.0)
        .bind(id.to_string())
        .bind(org.to_string())
        .bind(change.profile_verified)
        .bind(change.phone.as_deref())
        .bind(change.attributes.as_deref().map(stored_attributes))
        .bind(change.browser.as_deref())
        .bind(change.address.as_deref())
        .execute(connection)
        .await?;
    });
    match &change.page {
        Some(page) => add_page_visit(tx, org, id, page, now).await,
        None => Ok(()),
    }
}

fn pass(token: NamedBy, visitor: KnownVisitor) -> VisitorPass {
    VisitorPass {
        org: visitor.org,
        channel: visitor.channel,
        user: User { id: token.visitor, kind: UserKind::Visitor, name: visitor.name },
        expires_at: token.expires_at,
    }
}
