//! Two servers' worth of decisions race on one database.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rooms::{ChannelId, ConversationId, Head, OrgId, Timestamp, UserId};

use crate::db::{Db, Seed};
use crate::model::{
    AssignmentCandidate, AssignmentChoice, NewConversation, NewMember, NewVisitor, Role, UndecidedWait,
};

const NOW: Timestamp = Timestamp(1_000);
const UNTIL: Timestamp = Timestamp(2_000);
const ORG: OrgId = OrgId(1);

async fn add_agents(db: &Db, count: u128) -> Vec<UserId> {
    let mut agents = Vec::new();
    for number in 0..count {
        let id = UserId(100 + number);
        let member = NewMember {
            id,
            org: ORG,
            email: format!("a{number}@example.com"),
            name: format!("A{number}"),
            role: Role::Agent,
            platform_admin: false,
            password_hash: None,
        };
        db.members().add(&member, NOW).await.unwrap();
        agents.push(id);
    }
    agents
}

/// A visitor who waits for a person.
async fn add_wait(db: &Db, number: u128) -> ConversationId {
    let visitor = NewVisitor {
        id: UserId(1_000 + number),
        org: ORG,
        channel: ChannelId(2),
        external_id: None,
        name: "Guest".into(),
        email: None,
        verified: false,
        profile_verified: false,
    };
    db.visitors().add(&visitor, NOW).await.unwrap();
    let id = ConversationId(10_000 + number);
    let head = Head::begin(false, NOW);
    let conversation = NewConversation {
        id,
        org: ORG,
        channel: ChannelId(2),
        visitor: visitor.id,
        epoch: "e".into(),
        head,
        previous: None,
    };
    db.conversations().begin(&conversation).await.unwrap();
    id
}

fn unassigned(conversation: ConversationId) -> UndecidedWait {
    UndecidedWait { conversation, assignee: None }
}

/// Decides on every conversation from two sides at once, in two orders.
async fn race(
    db: &Db,
    waits: &[ConversationId],
    candidates: &[AssignmentCandidate],
) -> Vec<(ConversationId, UserId)> {
    let side = |order: Vec<ConversationId>| async move {
        let mut chosen = Vec::new();
        for id in order {
            let choice = db
                .conversations()
                .claim_assignment(ORG, unassigned(id), candidates, (NOW, UNTIL))
                .await
                .unwrap();
            if let AssignmentChoice::Chosen(agent) = choice {
                chosen.push((id, agent));
            }
        }
        chosen
    };
    let (mut one, other) = tokio::join!(side(waits.to_vec()), side(waits.iter().rev().copied().collect()));
    one.extend(other);
    one
}

async fn check(waits: u128, capacities: Vec<u64>) -> Result<(), TestCaseError> {
    let data = tempfile::tempdir().unwrap();
    let db = Db::open(None, data.path(), 2).await.unwrap();
    Seed::default().store(&db, NOW).await;
    let agents = add_agents(&db, capacities.len() as u128).await;
    let mut ids = Vec::new();
    for number in 0..waits {
        ids.push(add_wait(&db, number).await);
    }
    let candidates: Vec<AssignmentCandidate> = agents
        .iter()
        .zip(&capacities)
        .map(|(agent, capacity)| AssignmentCandidate { agent: *agent, capacity: Some(*capacity) })
        .collect();

    let chosen = race(&db, &ids, &candidates).await;

    let distinct: HashSet<_> = chosen.iter().map(|(id, _)| *id).collect();
    prop_assert_eq!(distinct.len(), chosen.len(), "each conversation is decided once");
    let room: u64 = capacities.iter().sum();
    prop_assert_eq!(
        chosen.len() as u128,
        waits.min(u128::from(room)),
        "nobody waits while somebody has room"
    );
    let mut loads: HashMap<UserId, u64> = HashMap::new();
    for (_, agent) in &chosen {
        *loads.entry(*agent).or_default() += 1;
    }
    for (agent, capacity) in agents.iter().zip(&capacities) {
        let load = loads.get(agent).copied().unwrap_or(0);
        prop_assert!(load <= *capacity, "{:?} has {} of {}", agent, load, capacity);
        // In turn: who has room left has no less than one below anybody.
        let most = loads.values().copied().max().unwrap_or(0);
        prop_assert!(load == *capacity || load + 1 >= most, "{:?} has {}, another {}", agent, load, most);
    }
    Ok(())
}

#[test]
fn two_deciders_never_choose_twice_or_fill_more_than_there_is_room() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // A failing case is printed with its seed.
    let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
    let cases = (0..12_u128, prop::collection::vec(0..4_u64, 1..5));

    runner.run(&cases, |(waits, capacities)| runtime.block_on(check(waits, capacities))).unwrap();
}

#[tokio::test]
async fn a_claim_expires_and_ends() {
    let data = tempfile::tempdir().unwrap();
    let db = Db::open(None, data.path(), 1).await.unwrap();
    Seed::default().store(&db, NOW).await;
    let agents = add_agents(&db, 1).await;
    let id = add_wait(&db, 0).await;
    let candidates = [AssignmentCandidate { agent: agents[0], capacity: Some(1) }];
    let claim = async |now| {
        db.conversations()
            .claim_assignment(ORG, unassigned(id), &candidates, (Timestamp(now), Timestamp(now + 10)))
            .await
            .unwrap()
    };

    assert_eq!(claim(0).await, AssignmentChoice::Chosen(agents[0]));
    assert_eq!(claim(9).await, AssignmentChoice::Settled, "it is under way");
    assert_eq!(claim(10).await, AssignmentChoice::Chosen(agents[0]), "it was lost");
    db.conversations().end_assignment_claim(ORG, id).await.unwrap();
    assert_eq!(claim(11).await, AssignmentChoice::Chosen(agents[0]));
    assert_eq!(
        db.conversations()
            .claim_assignment(OrgId(9), unassigned(id), &candidates, (NOW, UNTIL))
            .await
            .unwrap(),
        AssignmentChoice::Settled,
        "not of another org"
    );
}
