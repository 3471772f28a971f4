//! What people at different nodes see of each other, while the bus is there and while it is not.

use serde_json::{Value, json};
use switchboard_sim::chat::{Gate, Reply};

use crate::support::checker::Log;
use crate::support::rest::{http, send};
use crate::support::{
    Agent, Assisted, Client, Cluster, Database, Options, Received, Server, Visitor, read_reply, within,
};

const WORDS: [&str; 6] = ["We ", "open ", "at ", "níne ", "🙂 ", "sharp."];

/// Two nodes of one installation, with an assistant that a scripted model answers for.
struct Two {
    cluster: Cluster,
    first: Assisted,
    second: Server,
}

impl Two {
    async fn start() -> Self {
        Self::with(Options::unlimited()).await
    }

    async fn with(options: Options) -> Self {
        let cluster = Cluster::new().await;
        let options = options.flag("--allow-private-ranges", "127.0.0.0/8");
        let first = Assisted::with(Database::postgres().await, cluster.options(options.clone())).await;
        let second = cluster.join(&first.site.server, options).await;
        Self { cluster, first, second }
    }

    /// A visitor at the first node, in their conversation.
    async fn visitor(&self) -> (Visitor, Client) {
        let visitor = self.first.site.visitor().await;
        let mut client = self.first.site.connect(&visitor.token).await;
        client.join(visitor.session_id()).await;
        (visitor, client)
    }

    /// An agent at the second node, in a visitor's conversation.
    async fn watching(&self, agent: &Agent, visitor: &Visitor) -> Client {
        let mut client = Client::connect(self.second.port, &agent.token).await;
        client.join(visitor.session_id()).await;
        client
    }
}

/// Reads entries until one has these words.
async fn read_until(client: &mut Client, log: &mut Log, words: &str) {
    while log.contents().last().is_none_or(|last| last != words) {
        let entry = client.event("message:new").await;
        log.take(&entry);
    }
}

/// The next event of a name for which this holds.
async fn event_where(client: &mut Client, name: &str, holds: impl Fn(&Value) -> bool) -> Value {
    loop {
        let data = client.event(name).await;
        if holds(&data) {
            return data;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_at_two_nodes_read_one_order_and_see_each_other_come_type_and_read() {
    let two = Two::start().await;
    let (visitor, mut theirs) = two.visitor().await;
    let owner = two.first.owner.clone();
    let mut ours = two.watching(&owner, &visitor).await;
    let session = visitor.session_id();
    ours.call("session:takeover", json!({ "session_id": session })).await.unwrap();

    let (mut at_first, mut at_second) = (Log::default(), Log::default());
    for round in 0..20 {
        theirs.post("message:send", json!({ "session_id": session, "content": format!("v{round}") })).await;
        ours.post("message:send", json!({ "session_id": session, "content": format!("a{round}") })).await;
    }
    let last = async {
        theirs.say(session, "the last of mine").await;
        ours.say(session, "the last of all").await
    };
    last.await;
    read_until(&mut theirs, &mut at_first, "the last of all").await;
    at_second.take_history(&ours.join(session).await);
    assert_eq!(at_first.ids(), visible(&at_second, &at_first), "one order at both");

    theirs.post("typing:start", json!({ "session_id": session, "preview": "I am wri" })).await;
    let typing = event_where(&mut ours, "typing:start", |data| data["user"]["id"] == *visitor.id).await;
    assert_eq!(typing["preview"], "I am wri");
    ours.post("typing:start", json!({ "session_id": session })).await;
    let typing = event_where(&mut theirs, "typing:start", |data| data["user"]["id"] == *owner.id).await;
    assert!(typing.get("preview").is_none_or(Value::is_null), "{typing}");
    let seq = at_first.position();
    ours.post("message:read", json!({ "session_id": session, "seq": seq })).await;
    event_where(&mut theirs, "message:read", |data| data["user"]["id"] == *owner.id && data["seq"] == seq)
        .await;
    drop(ours);
    event_where(&mut theirs, "user:left", |data| data["user"]["id"] == *owner.id).await;
}

/// What a visitor may see of an agent's log: as much as of theirs.
fn visible(agents: &Log, visitors: &Log) -> Vec<String> {
    let known = visitors.ids();
    agents.ids().into_iter().filter(|id| known.contains(id)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_written_once_and_read_at_both_nodes_as_it_is_written() {
    let two = Two::start().await;
    let (visitor, mut theirs) = two.visitor().await;
    let mut ours = two.watching(&two.first.owner, &visitor).await;
    let gate = Gate::closed();
    two.first.sim.push(Reply::pieces(WORDS).with_gate(&gate));
    theirs.say(visitor.session_id(), "when do you open?").await;
    gate.release(2);
    let delta = ours.event("message:delta").await;
    assert_eq!(delta["offset"], 0, "{delta}");
    let mut third = two.watching(&two.first.owner, &visitor).await;
    let so_far = third.event("message:delta").await;
    assert!(
        WORDS.concat().starts_with(so_far["text"].as_str().unwrap()) && so_far["offset"] == 0,
        "{so_far}"
    );
    gate.release(WORDS.len());

    let (stream, entry) = read_reply(&mut theirs).await;
    let done = event_where(&mut ours, "message:new", |data| data["id"] == entry["id"]).await;

    assert_eq!(stream.text, WORDS.concat());
    assert_eq!(done["content"], WORDS.concat());
    ours.event("ai:complete").await;
    assert_eq!(two.first.sim.counts().received, 1, "one node asks the model");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_takeover_at_another_node_stops_the_reply_and_nothing_of_it_comes_after() {
    let two = Two::start().await;
    for _ in 0..races() {
        let (visitor, mut theirs) = two.visitor().await;
        let mut ours = two.watching(&two.first.owner, &visitor).await;
        let gate = Gate::closed();
        two.first.sim.push(Reply::pieces(WORDS).with_gate(&gate));
        theirs.say(visitor.session_id(), "when do you open?").await;
        gate.release(1);
        theirs.event("message:delta").await;
        let take = ours.post("session:takeover", json!({ "session_id": visitor.session_id() })).await;
        gate.release(WORDS.len());
        let took = ours.ack(take).await;

        for client in [&mut theirs, &mut ours] {
            let mut has_taken = false;
            while !has_taken {
                if let Received::Event { name, data } = client.next().await
                    && name == "message:new"
                {
                    has_taken = data["event"] == "takeover";
                }
            }
        }
        took.expect("the takeover");
        ours.say(visitor.session_id(), "Ann here").await;
        loop {
            match theirs.next().await {
                Received::Event { name, data } if name == "message:new" && data["content"] == "Ann here" => {
                    break;
                }
                Received::Event { name, data } => {
                    assert!(name != "message:delta" && data["role"] != "assistant", "{name} {data}");
                }
                Received::Ack { .. } => {}
                Received::Closed { .. } => panic!("closed"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_at_another_node_holds_a_reply_while_it_is_written_and_lets_it_go_out() {
    let two = Two::start().await;
    let (visitor, mut theirs) = two.visitor().await;
    let session = visitor.session_id();
    let mut near = two.first.watching(&visitor).await;
    let mut ours = two.watching(&two.first.owner, &visitor).await;
    let mode = json!({ "session_id": session, "mode": "hold", "seconds": 600 });
    ours.call("session:mode", mode).await.unwrap();
    event_where(&mut near, "session:updated", |data| data["state"]["mode"].to_string().contains("hold"))
        .await;
    let gate = Gate::closed();
    two.first.sim.push(Reply::pieces(WORDS).with_gate(&gate));
    theirs.say(session, "when do you open?").await;
    gate.release(1);
    let delta = ours.event("message:delta").await;
    let reply = json!({ "session_id": session, "message_id": delta["message_id"] });

    ours.call("reply:hold", reply.clone()).await.unwrap();

    let is_held = |data: &Value| data["held_by"]["id"] == *two.first.owner.id;
    event_where(&mut near, "reply:pending", is_held).await;
    gate.release(WORDS.len());
    let complete =
        |data: &Value| is_held(data) && data["complete"] == true && data["content"] == WORDS.concat();
    event_where(&mut ours, "reply:pending", complete).await;
    assert!(!theirs.has_kept("message:delta"), "the visitor sees nothing of it");
    ours.call("reply:send", reply).await.unwrap();
    let said = event_where(&mut theirs, "message:new", |data| data["role"] == "assistant").await;
    assert_eq!(said["content"], WORDS.concat());
}

/// Races of one run; more by `NODE_RACES`.
fn races() -> usize {
    std::env::var("NODE_RACES").ok().and_then(|text| text.parse().ok()).unwrap_or(10)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_agents_at_two_nodes_who_take_at_once_exactly_one_holds() {
    let two = Two::start().await;
    let ann = two.first.owner.clone();
    let bob = two.first.site.agent("bob").await;
    let mut anns = two.first.site.connect(&ann.token).await;
    let mut bobs = Client::connect(two.second.port, &bob.token).await;
    for _ in 0..races() {
        let visitor = two.first.site.visitor().await;
        let data = json!({ "session_id": visitor.session_id() });
        let (one, other) = tokio::join!(
            anns.call("session:takeover", data.clone()),
            bobs.call("session:takeover", data.clone())
        );

        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let holder = if one.is_ok() { &ann.id } else { &bob.id };
        let refused = one.and(other).unwrap_err();
        assert_eq!(
            (&refused["code"], &refused["details"]["holder"]["id"]),
            (&json!("already_taken"), &json!(holder))
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inbox_counts_what_happens_at_other_nodes_and_shows_who_is_there() {
    let two = Two::start().await;
    let bob = two.first.site.agent("bob").await;
    let mut ours = Client::connect(two.second.port, &bob.token).await;
    let inbox = ours.call("inbox:subscribe", json!({ "filter": { "view": "all" } })).await.unwrap();
    assert_eq!(inbox["counts"]["all"], 0, "{inbox}");

    let mut anns = two.first.site.connect(&two.first.owner.token).await;
    event_where(&mut ours, "presence:updated", |data| data["user"]["id"] == *two.first.owner.id).await;
    anns.call("presence:set", json!({ "status": "busy" })).await.unwrap();
    event_where(&mut ours, "presence:updated", |data| data["status"] == "busy").await;
    let (visitor, mut theirs) = two.visitor().await;
    theirs.say(visitor.session_id(), "hello").await;
    let of_hello = |data: &Value| data["conversation"]["last_message"]["preview"] == "hello";
    let told = event_where(&mut ours, "inbox:updated", of_hello).await;
    assert_eq!(
        (&told["counts"]["all"], &told["conversation"]["id"]),
        (&json!(1), &json!(visitor.session_id()))
    );
    anns.call("session:takeover", json!({ "session_id": visitor.session_id() })).await.unwrap();
    event_where(&mut ours, "inbox:updated", |data| data["reason"] == "takeover").await;
    anns.join(visitor.session_id()).await;
    anns.call("session:viewing", json!({ "session_id": visitor.session_id() })).await.unwrap();
    event_where(&mut ours, "inbox:signs", |data| data["viewing"][0]["id"] == *two.first.owner.id).await;
    drop(anns);
    event_where(&mut ours, "presence:updated", |data| data["status"] == "offline").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_bus_is_away_nothing_is_lost_and_it_shows_within_seconds() {
    let mut two = Two::start().await;
    let (visitor, mut theirs) = two.visitor().await;
    let mut ours = two.watching(&two.first.owner, &visitor).await;
    ours.call("session:takeover", json!({ "session_id": visitor.session_id() })).await.unwrap();
    theirs.say(visitor.session_id(), "before").await;
    event_where(&mut ours, "message:new", |data| data["content"] == "before").await;

    two.cluster.redis.kill();
    theirs.say(visitor.session_id(), "meanwhile").await;
    event_where(&mut ours, "message:new", |data| data["content"] == "meanwhile").await;
    ours.say(visitor.session_id(), "heard you").await;
    event_where(&mut theirs, "message:new", |data| data["content"] == "heard you").await;

    two.cluster.redis.restart().await;
    within("typing is passed on again", async {
        loop {
            theirs.post("typing:start", json!({ "session_id": visitor.session_id() })).await;
            theirs.post("typing:stop", json!({ "session_id": visitor.session_id() })).await;
            tokio::select! {
                _ = ours.event("typing:start") => return,
                // The bus is taken up again at a moment of its own.
                () = tokio::time::sleep(std::time::Duration::from_millis(200)) => {}
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_from_another_node_with_a_position_that_is_not_known_here_yet_resumes_exactly() {
    let mut two = Two::start().await;
    let (visitor, mut theirs) = two.visitor().await;
    let session = visitor.session_id();
    let mut ours = two.watching(&two.first.owner, &visitor).await;
    let first = ours.call("session:takeover", json!({ "session_id": session })).await;
    first.expect("the takeover");
    theirs.say(session, "one").await;
    event_where(&mut ours, "message:new", |data| data["content"] == "one").await;
    // Nothing is told from here on: the second node is behind until it looks.
    two.cluster.redis.kill();
    for number in 0..5 {
        let said = theirs.say(session, &format!("meanwhile {number}")).await;
        let (seq, epoch) = (said["entry"]["seq"].clone(), visitor.session["epoch"].clone());
        let mut back = Client::connect(two.second.port, &visitor.token).await;

        let resume = json!({ "session_id": session, "after": seq, "epoch": epoch });
        back.call("join:session", resume).await.expect("a join");
        let history = back.event("session:history").await;

        assert_eq!((&history["recovered"], &history["last_seq"]), (&json!(true), &seq), "{history}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_settings_and_revoked_tokens_hold_at_every_node() {
    let two = Two::with(Options::default().flag("--bad-tokens-per-minute", "20")).await;
    let (owner, site) = (&two.first.owner, &two.first.site);

    // Half of what is allowed at one node, and the rest at the other.
    let path = "/api/v1/conversations";
    for _ in 0..20 {
        assert_eq!(site.get(Some("sba_wrong"), path).await.status, 401);
    }
    within("the other node has heard of it", async {
        while send(http().get(two.second.url(path)).bearer_auth("sba_wrong")).await.status != 429 {}
    })
    .await;

    let changed = json!({ "settings": { "assistant_name": "Nova of two nodes" } });
    assert_eq!(site.patch(Some(&owner.token), "/api/v1/settings", &changed).await.status, 200);
    within("the setting holds at the other node", async {
        loop {
            let shown = send(http().get(two.second.url("/api/v1/settings")).bearer_auth(&owner.token)).await;
            if shown.body.to_string().contains("Nova of two nodes") {
                return;
            }
        }
    })
    .await;

    let mut ours = Client::connect(two.second.port, &owner.token).await;
    let listed = site.get(Some(&owner.token), "/api/v1/tokens").await;
    let id = listed.body["items"][0]["id"].as_str().unwrap().to_owned();
    let revoked = site.delete(Some(&owner.token), &format!("/api/v1/tokens/{id}")).await;
    assert_eq!(revoked.status, 204, "{revoked:?}");
    assert_eq!(ours.closed().await.0, Some(4503));
}
