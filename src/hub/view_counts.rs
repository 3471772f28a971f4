//! How many conversations each saved view of an inbox has, kept while somebody watches.

use std::collections::HashMap;

use rooms::UserId;

use crate::model::{CountedFor, InboxPlace, ViewRecord};
use crate::wire::ViewCountView;

/// One saved view, counted.
#[derive(Debug)]
struct CountedView {
    record: ViewRecord,
    of_everybody: u64,
    by_agent: HashMap<UserId, u64>,
}

/// Saved views, counted.
#[derive(Debug, Default)]
pub(super) struct ViewCounts {
    views: Vec<CountedView>,
}

impl ViewCounts {
    /// These views, with nothing in them; those that cannot be counted are left out.
    pub(super) fn new(records: Vec<ViewRecord>) -> Self {
        let counted = |record| CountedView { record, of_everybody: 0, by_agent: HashMap::new() };
        Self {
            views: records.into_iter().filter(|record| record.filter.is_countable()).map(counted).collect(),
        }
    }

    pub(super) fn put(&mut self, place: &InboxPlace) {
        for view in &mut self.views {
            match view.record.filter.counts(place) {
                CountedFor::Nobody => {}
                CountedFor::Everybody => view.of_everybody += 1,
                CountedFor::Agent(agent) => *view.by_agent.entry(agent).or_default() += 1,
            }
        }
    }

    pub(super) fn remove(&mut self, place: &InboxPlace) {
        for view in &mut self.views {
            match view.record.filter.counts(place) {
                CountedFor::Nobody => {}
                CountedFor::Everybody => view.of_everybody -= 1,
                CountedFor::Agent(agent) => {
                    if let Some(count) = view.by_agent.get_mut(&agent) {
                        *count -= 1;
                    }
                }
            }
        }
    }

    /// The counts of the views that `agent` sees: those of the org, and their own.
    pub(super) fn counts(&self, agent: UserId) -> Vec<ViewCountView> {
        let is_seen = |view: &&CountedView| view.record.member.is_none_or(|member| member == agent);
        let count = |view: &CountedView| ViewCountView {
            id: view.record.id.to_string(),
            count: view.of_everybody + view.by_agent.get(&agent).copied().unwrap_or(0),
        };
        self.views.iter().filter(is_seen).map(count).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use rooms::{ChannelId, OrgId, Role, Status};

    use super::*;
    use crate::model::{ConversationList, ViewAssignee, ViewFilter, ViewId};

    fn any_place() -> impl Strategy<Value = InboxPlace> {
        let status = prop_oneof![Just(Status::Open), Just(Status::Waiting), Just(Status::Snoozed)];
        let agent = || prop::option::of((1..3_u128).prop_map(UserId));
        (1..3_u128, status, any::<bool>(), agent(), agent()).prop_map(
            |(channel, status, is_vip, assignee, answering)| {
                let labels: Arc<[Arc<str>]> = if is_vip { [Arc::from("vip")].into() } else { Arc::default() };
                let last_role = Some(Role::Visitor);
                InboxPlace::new(ChannelId(channel), (status, labels), assignee, answering, last_role)
            },
        )
    }

    fn any_filter() -> impl Strategy<Value = ViewFilter> {
        let list = prop_oneof![
            Just(ConversationList::All),
            Just(ConversationList::Mine),
            Just(ConversationList::MyTurn),
            Just(ConversationList::Unassigned),
            Just(ConversationList::Closed),
        ];
        let assignee = prop_oneof![
            Just(None),
            Just(Some(ViewAssignee::Me)),
            Just(Some(ViewAssignee::Nobody)),
            Just(Some(ViewAssignee::Agent(UserId(2)))),
        ];
        let status = prop::option::of(prop_oneof![Just(Status::Open), Just(Status::Waiting)]);
        (list, assignee, status, prop::option::of(1..3_u128), any::<bool>()).prop_map(
            |(list, assignee, status, channel, is_vip)| ViewFilter {
                list,
                status,
                channel: channel.map(ChannelId),
                assignee,
                label: is_vip.then(|| "vip".to_owned()),
                sort: None,
            },
        )
    }

    fn record(number: u128, member: Option<UserId>, filter: ViewFilter) -> ViewRecord {
        let name = number.to_string();
        ViewRecord { id: ViewId(number), org: OrgId(1), member, created_by: UserId(1), name, filter }
    }

    proptest! {
        #[test]
        fn what_is_put_and_removed_leaves_the_count_of_what_is_there(
            filters in prop::collection::vec(any_filter(), 1..6),
            places in prop::collection::vec((any_place(), any::<bool>()), 0..40),
        ) {
            let records = filters.iter().zip(1..).map(|(filter, id)| record(id, None, filter.clone()));
            let mut views = ViewCounts::new(records.collect());
            for (place, _) in &places {
                views.put(place);
            }
            for (place, _) in places.iter().filter(|(_, stays)| !stays) {
                views.remove(place);
            }
            for agent in [UserId(1), UserId(2)] {
                let counts = views.counts(agent);
                prop_assert_eq!(counts.len(), filters.iter().filter(|filter| filter.is_countable()).count());
                for (filter, id) in filters.iter().zip(1..) {
                    let is_in = |place: &InboxPlace| match filter.counts(place) {
                        CountedFor::Everybody => true,
                        CountedFor::Agent(counted) => counted == agent,
                        CountedFor::Nobody => false,
                    };
                    let expected = places.iter().filter(|(place, stays)| *stays && is_in(place)).count() as u64;
                    let found = counts.iter().find(|view| view.id == ViewId(id).to_string());
                    prop_assert_eq!(found.map_or(0, |view| view.count), expected);
                }
            }
        }
    }

    #[test]
    fn nobody_sees_the_views_of_others() {
        let own = record(1, Some(UserId(1)), ViewFilter::default());
        let of_org = record(2, None, ViewFilter::default());
        let views = ViewCounts::new(vec![own, of_org]);

        assert_eq!(views.counts(UserId(1)).len(), 2);
        assert_eq!(views.counts(UserId(2)).len(), 1);
    }
}
