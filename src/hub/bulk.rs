//! The same act in many conversations: each is whole or untouched, and answers for itself.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::stream::{FuturesOrdered, StreamExt as _};

use super::actor::{Actor, Target};
use super::command::Command;
use super::registry::Hub;
use super::room_handle::Acted;
use crate::auth::{Principal, Right};
use crate::limits::Source;
use crate::refusal::ServiceError;

/// Maximum conversations of one request.
const CONVERSATIONS_MAX: usize = 500;

impl Hub {
    /// Does the same in each of these conversations; the outcomes are in their order. Each act is an act of its own, as
    /// by [`Hub::act`]: a refusal in one changes nothing in the others. An org has only a share of the acts that run at
    /// once, so that however many it asks for, others are not kept waiting. `command` makes the command of each, or is
    /// why the request makes none.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for no conversation, too many, or one that stands twice; nothing has changed then.
    pub async fn act_in_many(
        self: &Arc<Self>,
        principal: &Principal,
        source: Source<'_>,
        conversations: &[String],
        command: Result<impl Fn() -> Command, ServiceError>,
    ) -> Result<Vec<Result<Acted, ServiceError>>, ServiceError> {
        Right::ActInBulk.check(principal)?;
        check_conversations(conversations)?;
        let command = command?;
        let actor = Actor::Caller { principal, source, connection: None };
        let mut acts = FuturesOrdered::new();
        for id in conversations {
            let (target, command) = (Target::from(id.as_str()), command());
            acts.push_back(async move {
                let _place = self.bulk_places.take(principal.org).await;
                self.act(actor, target, command).await
            });
        }
        let mut outcomes = Vec::with_capacity(conversations.len());
        while let Some(outcome) = acts.next().await {
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }
}

fn check_conversations(ids: &[String]) -> Result<(), ServiceError> {
    if ids.is_empty() || ids.len() > CONVERSATIONS_MAX {
        return Err(ServiceError::bad_request("session_ids must name 1 to 500 conversations"));
    }
    let mut seen = HashSet::with_capacity(ids.len());
    if ids.iter().all(|id| seen.insert(id)) {
        return Ok(());
    }
    Err(ServiceError::bad_request("session_ids must name each conversation once"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_five_hundred_conversations_are_named_each_once() {
        let ids = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>();

        assert!(check_conversations(&ids(1)).is_ok() && check_conversations(&ids(500)).is_ok());
        for bad in [ids(0), ids(501), vec!["a".to_owned(), "b".to_owned(), "a".to_owned()]] {
            assert!(check_conversations(&bad).is_err());
        }
    }
}
