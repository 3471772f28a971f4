//! Searching what an org wrote and whom it talked to.

use std::time::Duration;

use rooms::{OrgId, Timestamp};

use super::search_query::parse;
use super::search_snippet::{SnippetPart, snippet};
use super::search_text::text_of;
use crate::auth::{Principal, Right};
use crate::base::Base;
use crate::clock::{self, DAY_MS};
use crate::db::WindowOutcome;
use crate::limits::Shares;
use crate::model::{SearchHit, SearchKind, SearchRequest, SearchWindow, search_place};
use crate::refusal::ServiceError;

/// Searches at the same time: fewer than reading connections, so that histories are read besides.
pub(super) const AT_ONCE: usize = 2;
/// The first stretch of time that is looked at; each further one is so many times longer.
const FIRST_WINDOW_DAYS: i64 = 1;
const WINDOW_GROWTH: i64 = 8;
/// No further window is begun after so long: the caller gets what was found, and where it goes on.
const SEARCH_TIME: Duration = Duration::from_millis(500);

/// What is searched for, besides words.
#[derive(Debug, Clone, Default)]
pub struct SearchFilter {
    /// What conversations must be; its phrases are not used.
    pub request: SearchRequest,
    /// Only what was written from then on.
    pub from: Option<Timestamp>,
    /// Only what was written before.
    pub to: Option<Timestamp>,
    /// The place below which it goes on.
    pub below: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// What a search found, the newest first.
#[derive(Debug, Clone)]
pub struct SearchResult {
    /// The things with their snippets.
    pub items: Vec<(SearchHit, Vec<SnippetPart>)>,
    /// The place below which it goes on; `None` where everything was looked at.
    pub next: Option<i64>,
    /// Whether something committed may not be searchable yet.
    pub is_behind: bool,
}

/// Searching in the caller's org.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    base: &'a Base,
    at_once: &'a Shares<OrgId>,
}

impl<'a> Search<'a> {
    pub(super) fn new(base: &'a Base, at_once: &'a Shares<OrgId>) -> Self {
        Self { base, at_once }
    }

    /// Finds what has all the words of `query`, and fits the filter, the newest first.
    ///
    /// # Errors
    /// `forbidden` to visitors, `bad_request` for a query without words or with too many, `unavailable` where not even
    /// the newest day could be looked at in time.
    pub async fn find(
        self,
        principal: &Principal,
        query: &str,
        filter: SearchFilter,
    ) -> Result<SearchResult, ServiceError> {
        Right::Search.check(principal)?;
        let phrases = parse(query).map_err(|bad| ServiceError::bad_request(bad.to_string()))?;
        let request = SearchRequest { phrases, ..filter.request };
        // Asked first: what is committed while it is searched is not missing from it.
        let is_behind = self.base.db.search_index().is_behind(principal.org).await?;
        let _turn = self.at_once.take(principal.org).await;
        let ends = SearchWindow {
            from: filter.from.map_or(0, search_place),
            to: filter
                .below
                .map_or(i64::MAX, |below| below.saturating_sub(1))
                .min(filter.to.map_or(i64::MAX, |to| search_place(to).saturating_sub(1))),
        };
        let (hits, next) = self.look(principal.org, &request, ends, filter.limit).await?;
        let items = hits
            .into_iter()
            .map(|hit| {
                let name = (hit.kind == SearchKind::Visitor).then_some(hit.visitor_name.as_str());
                let parts = snippet(&text_of(name, &hit.text), &request.phrases);
                (hit, parts)
            })
            .collect();
        Ok(SearchResult { items, next, is_behind })
    }

    /// Looks from the newest stretch of time to the oldest until there is enough, or no time left.
    async fn look(
        self,
        org: OrgId,
        request: &SearchRequest,
        ends: SearchWindow,
        limit: i64,
    ) -> Result<(Vec<SearchHit>, Option<i64>), ServiceError> {
        let started = clock::instant();
        let enough = usize::try_from(limit).unwrap_or(0);
        let mut hits: Vec<SearchHit> = Vec::new();
        let mut to = ends.to;
        let mut days = FIRST_WINDOW_DAYS;
        let db = self.base.db.search();
        if let Some(few) = db.few_conversations(org, request).await?
            && let WindowOutcome::Found(mut hits) =
                db.window_of_few(org, (request, &few), ends, limit + 1).await?
        {
            let is_all = hits.len() <= enough;
            hits.truncate(enough);
            return Ok(if is_all { (hits, None) } else { take_next(hits) });
        }
        while to >= ends.from {
            if started.elapsed() >= SEARCH_TIME {
                return Ok((hits, Some(to.saturating_add(1))));
            }
            let window = SearchWindow { from: self.window_start(to, days).max(ends.from), to };
            // One more than asked for tells whether there is a next page.
            let missing = limit + 1 - i64::try_from(hits.len()).unwrap_or(0);
            match db.window(org, request, window, missing).await? {
                WindowOutcome::Found(found) => hits.extend(found),
                WindowOutcome::TooLong if days == FIRST_WINDOW_DAYS => return Err(ServiceError::try_again()),
                WindowOutcome::TooLong => return Ok((hits, Some(to.saturating_add(1)))),
            }
            if hits.len() > enough {
                hits.truncate(enough);
                return Ok(take_next(hits));
            }
            if window.from <= ends.from {
                break;
            }
            to = window.from - 1;
            days = days.saturating_mul(WINDOW_GROWTH);
        }
        Ok((hits, None))
    }

    /// Where a window begins that ends at a place; nothing is written in the future but by a clock that was wrong.
    fn window_start(self, to: i64, days: i64) -> i64 {
        let newest = search_place(self.base.now());
        to.min(newest).saturating_sub(search_place(Timestamp(days.saturating_mul(DAY_MS))))
    }
}

fn take_next(hits: Vec<SearchHit>) -> (Vec<SearchHit>, Option<i64>) {
    let next = hits.last().map(|last| last.place);
    (hits, next)
}
