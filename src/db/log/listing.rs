//! Which conversations a view shows, as conditions of a query on `conversations c`.

use rooms::UserId;
use sqlx::{Encode, QueryBuilder, Type};

use super::names::stored_status;
use crate::model::{ConversationList, ViewAssignee, ViewFilter};

/// Adds the conditions of a view, as this agent sees it.
pub(super) fn push_view<DB: sqlx::Database>(
    query: &mut QueryBuilder<DB>,
    view: &ViewFilter,
    agent: Option<UserId>,
) where
    String: for<'q> Encode<'q, DB> + Type<DB>,
{
    let me = || agent.map(|agent| agent.to_string()).unwrap_or_default();
    push_list(query, view.list, me());
    if let Some(status) = view.status {
        query.push(" and c.status = ");
        query.push_bind(stored_status(status).to_owned());
    }
    if let Some(channel) = view.channel {
        query.push(" and c.channel_id = ");
        query.push_bind(channel.to_string());
    }
    match view.assignee {
        Some(ViewAssignee::Nobody) => {
            query.push(" and c.assignee is null");
        }
        Some(ViewAssignee::Me) => {
            query.push(" and c.assignee = ");
            query.push_bind(me());
        }
        Some(ViewAssignee::Agent(agent)) => {
            query.push(" and c.assignee = ");
            query.push_bind(agent.to_string());
        }
        None => {}
    }
    if let Some(label) = &view.label {
        // Labels are stored as a JSON list of strings; a quoted label is found as it is written there, to the letter
        // on both engines.
        query.push(" and replace(c.labels, ");
        query.push_bind(serde_json::to_string(label).unwrap_or_default());
        query.push(", '') <> c.labels");
    }
}

fn push_list<DB: sqlx::Database>(query: &mut QueryBuilder<DB>, list: ConversationList, me: String)
where
    String: for<'q> Encode<'q, DB> + Type<DB>,
{
    query.push(match list {
        ConversationList::Closed => " and c.status = 'closed'",
        ConversationList::Waiting => " and c.status = 'waiting'",
        ConversationList::All => " and c.status <> 'closed'",
        ConversationList::Unassigned => " and c.status in ('open', 'waiting') and c.assignee is null",
        ConversationList::Snoozed => " and c.status = 'snoozed'",
        ConversationList::Mine => " and c.status in ('open', 'waiting') and c.assignee = ",
        ConversationList::MyTurn => {
            " and c.status = 'open' and c.last_message_role = 'visitor' and c.responder_agent = "
        }
        ConversationList::Mentions => {
            " and c.id in (select n.conversation_id from notifications n where n.org_id = c.org_id \
             and n.kind = 'mention' and n.read_at is null and n.agent_id = "
        }
    });
    match list {
        ConversationList::Mine | ConversationList::MyTurn => {
            query.push_bind(me);
        }
        ConversationList::Mentions => {
            query.push_bind(me);
            query.push(")");
        }
        _ => {}
    }
}
