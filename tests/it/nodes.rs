//! Several servers on one PostgreSQL: who may start beside whom, who is seen, and that what a dead node left is done by
//! another, once.

use serde_json::{Value, json};
use switchboard_sim::chat::{Fault, Gate, Reply};
use switchboard_sim::realtime::Scenario;

use crate::support::cluster::until_reads;
use crate::support::phone::Exchange;
use crate::support::receiver::{Receiver, Say};
use crate::support::server::{cli, refused_start, refused_start_with};
use crate::support::sources::add_text;
use crate::support::{Assisted, Cluster, Database, Options, Server, Site, read_reply, within};

const NODES: &str = "/api/v1/platform/nodes";
/// Stands in what a model is told that writes a brief.
const FOR_AGENTS: &str = "for the colleague who takes it over";

/// A site on the first node, and the id of that.
async fn first_node(cluster: &Cluster, options: Options) -> (Site, String) {
    let site = Site::start(Database::postgres().await, cluster.options(options)).await;
    let node = Cluster::newest(&site.server.database);
    (site, node)
}

fn unlimited() -> Options {
    Options::unlimited().flag("--allow-private-ranges", "127.0.0.0/8")
}

async fn nodes_in_shell(database: &Database) -> Vec<Value> {
    let listed = cli(database, &["nodes"], None).await.expect("the nodes");
    listed["nodes"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_on_sqlite_is_refused_with_what_helps() {
    let cluster = Cluster::new().await;

    let said = refused_start_with(&Database::sqlite(), cluster.options(Options::default())).await;

    assert!(said.contains("need PostgreSQL") && said.contains("--database-url"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_without_files_for_all_nodes_is_refused_and_its_password_is_not_said() {
    let database = Database::postgres().await;
    let bus = "redis://:hunter2-canary@127.0.0.1:1";
    let folder = database.dir().join("files").display().to_string();
    for flags in [vec![], vec!["--files-dir-is-shared", "on"], vec!["--files-dir", &folder]] {
        let mut options = Options::default().env("SWITCHBOARD_BUS", bus);
        options.flags = flags.into_iter().map(str::to_owned).collect();

        let said = refused_start_with(&database, options).await;

        assert!(said.contains("files=s3") && said.contains("files_dir_is_shared"), "{said}");
        assert!(!said.contains("canary"), "{said}");
    }
    let said =
        refused_start_with(&database, Options::default().env("SWITCHBOARD_BUS", "http://canary")).await;
    assert!(said.contains("redis://") && !said.contains("canary"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_a_bus_and_nodes_do_not_run_side_by_side() {
    let cluster = Cluster::new().await;
    let (mut site, _) = first_node(&cluster, Options::default()).await;

    let said = refused_start(&site.server.database).await;
    assert!(said.contains("nodes with a bus already run") && said.contains("--bus"), "{said}");

    site.server.kill().await;
    let alone = Server::start(site.server.database.beside(), Options::default()).await;
    let said = refused_start_with(&alone.database, cluster.options(Options::default())).await;
    assert!(said.contains("without a bus already runs") && said.contains("--bus"), "{said}");
    let nodes = nodes_in_shell(&alone.database).await;
    assert_eq!(nodes.len(), 1, "who serves alone forgets all others: {nodes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_node_is_seen_also_a_dead_one_but_not_one_that_stopped() {
    let cluster = Cluster::new().await;
    let (site, first) = first_node(&cluster, unlimited()).await;
    let boss = site.platform_admin(&site.org, "boss").await;
    let options = || unlimited().flag("--node-url", "http://10.0.0.5:8080");
    let mut second = cluster.join(&site.server, options()).await;
    let second_id = Cluster::newest(&site.server.database);
    let mut third = cluster.join(&site.server, unlimited()).await;

    let seen = site.get(Some(&boss.token), NODES).await.body;

    let items = seen["items"].as_array().unwrap();
    assert_eq!(items.len(), 3, "{seen}");
    assert_eq!((&items[0]["id"], &items[0]["this"]), (&json!(first), &json!(true)));
    assert_eq!(
        (&items[1]["id"], &items[1]["this"], &items[1]["dead"]),
        (&json!(second_id), &json!(false), &json!(false))
    );
    assert_eq!(
        (&items[0]["node_url"], &items[1]["node_url"]),
        (&Value::Null, &json!("http://10.0.0.5:8080"))
    );
    assert!(items.iter().all(|node| node["lag_ms"].as_i64().is_some_and(|lag| lag < 9_000)), "{seen}");

    third.signal("TERM");
    assert_eq!(third.exit_code().await, Some(0));
    Cluster::kill(&mut second, &second_id).await;

    let nodes = nodes_in_shell(&site.server.database).await;
    let states: Vec<_> =
        nodes.iter().map(|node| (node["id"].as_str().unwrap(), node["dead"].as_bool().unwrap())).collect();
    assert_eq!(states, [(first.as_str(), false), (second_id.as_str(), true)]);
    let seen = site.get(Some(&boss.token), NODES).await.body;
    assert_eq!((&seen["items"][1]["id"], &seen["items"][1]["dead"]), (&json!(second_id), &json!(true)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_lease_is_over_stops_and_writes_nothing_more() {
    let cluster = Cluster::new().await;
    let (mut site, first) = first_node(&cluster, unlimited().flag("--drain-timeout-s", "1")).await;

    Cluster::end_lease(&site.server.database, &first);

    assert_eq!(site.server.exit_code().await, Some(1));
    let left = site.server.database.read(&format!("select heartbeat_at from nodes where id = '{first}'"));
    assert_eq!(left, ["0"], "it did not come back to life");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_cannot_beat_stops_before_its_lease_is_over() {
    let cluster = Cluster::new().await;
    let (mut site, first) = first_node(&cluster, unlimited().flag("--drain-timeout-s", "1")).await;

    site.server.database.execute("alter table nodes rename to nodes_away");

    assert_eq!(site.server.exit_code().await, Some(1));
    let still =
        "select heartbeat_at + lease_ms > extract(epoch from clock_timestamp()) * 1000 from nodes_away";
    assert_eq!(site.server.database.read(&format!("{still} where id = '{first}'")), ["t"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_of_a_killed_node_is_delivered_once_by_another_and_no_start_takes_it_away() {
    let cluster = Cluster::new().await;
    let (mut site, first) = first_node(&cluster, unlimited()).await;
    let token = site.agent("owner").await.token;
    let receiver = Receiver::start().await;
    let body = json!({ "url": receiver.url(), "kinds": ["message.created"] });
    assert_eq!(site.post(Some(&token), "/api/v1/webhooks", &body).await.status, 201);
    receiver.say(Say::Silence);
    let visitor = site.visitor().await;
    let mut theirs = site.connect(&visitor.token).await;
    theirs.say(visitor.session_id(), "hello").await;
    receiver.received(1).await;

    let second = cluster.join(&site.server, unlimited()).await;
    let _third = cluster.join(&site.server, unlimited()).await;

    let database = &site.server.database;
    let claimed = "select claimed_by from webhook_deliveries where claimed_until is not null";
    assert_eq!(database.read(claimed), [first.as_str()], "it is the first node's still");
    assert_eq!(receiver.got().len(), 1);

    Cluster::kill(&mut site.server, &first).await;
    receiver.received(2).await;
    let states = "select status || ' ' || attempts from webhook_deliveries";
    until_reads("it is delivered", &second.database, states, &["delivered 2"]).await;
    assert_eq!(receiver.got().len(), 2, "by one of the two that are left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_of_a_killed_node_is_read_by_another_and_no_start_takes_it_away() {
    let cluster = Cluster::new().await;
    let (mut site, first) = first_node(&cluster, unlimited()).await;
    let agent = site.agent("ann").await;
    let made = add_text(&site, &agent, "The shop has a yellow door.").await;
    let database = site.server.database.beside();
    let state = "select state from knowledge_sources";
    until_reads("it is read", &database, state, &["ready"]).await;
    // As if the first node were at it and did not come to an end.
    let reading =
        format!("update knowledge_sources set state = 'indexing', attempts = 1, claimed_by = '{first}'");
    database.execute(&reading);

    let second = cluster.join(&site.server, unlimited()).await;

    assert_eq!(database.read(state), ["indexing"], "{made:?}");
    Cluster::kill(&mut site.server, &first).await;
    until_reads("another reads it", &second.database, state, &["ready"]).await;
    let reader = database.read("select claimed_by from knowledge_sources");
    assert_ne!(reader, [first.as_str()]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_node_left_unanswered_is_answered_once_by_another() {
    let cluster = Cluster::new().await;
    let mut assisted =
        Assisted::with(Database::postgres().await, cluster.options(Options::unlimited())).await;
    let first = Cluster::newest(&assisted.site.server.database);
    let (visitor, mut theirs) = assisted.chatting().await;
    let gate = Gate::closed();
    assisted.sim.push(Reply::pieces(["At ", "nine."]).with_gate(&gate));
    theirs.say(visitor.session_id(), "when do you open?").await;
    gate.release(1);
    theirs.event("message:delta").await;
    let second = cluster.join(&assisted.site.server, unlimited()).await;
    let _third = cluster.join(&assisted.site.server, unlimited()).await;
    assert_eq!(assisted.sim.counts().received, 1, "the first node answers still");
    assisted.sim.set_default(Reply::text("At ten."));

    Cluster::kill(&mut assisted.site.server, &first).await;

    let answers = "select content from entries where author_kind = 'assistant' and content <> ''";
    until_reads("the answer", &second.database, answers, &["At ten."]).await;
    let claims = "select count(*) from node_claims where kind = 'reply' and node_id in (select id from nodes where heartbeat_at > 0)";
    until_reads("nobody answers any more", &second.database, claims, &["0"]).await;
    assert_eq!(second.database.read(answers), ["At ten."]);
    assert_eq!(assisted.sim.counts().received, 2, "one node asked for it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_call_of_a_killed_node_is_ended_and_told_by_another() {
    let cluster = Cluster::new().await;
    let options = cluster.options(Options::unlimited());
    let mut exchange = Exchange::with(Database::postgres().await, Scenario::default(), options).await;
    let first = Cluster::newest(&exchange.assisted.site.server.database);
    let (visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    let call_id = phone.call_id().to_owned();
    let second = cluster.join(&exchange.assisted.site.server, unlimited()).await;
    let running = "select count(*) from calls where ended_at is null";
    assert_eq!(second.database.read(running), ["1"], "a start ends no call of another node");

    let mut killed = std::mem::replace(&mut exchange.assisted.site.server, second);
    let mut watcher = exchange.watching(&visitor).await;
    Cluster::kill(&mut killed, &first).await;

    let told = within("the end of the call", async {
        loop {
            let entry = watcher.event("message:new").await;
            if entry["event"] == "call_ended" {
                return entry;
            }
        }
    });
    let told = told.await;
    assert_eq!(told["metadata"]["reason"], "error", "{told}");
    let ended = exchange.view(&call_id).await;
    assert_eq!((&ended["state"], &ended["reason"]), (&json!("ended"), &json!("error")));
    exchange.call_of(&visitor).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_node_recorded_is_kept_by_another_where_files_are_shared() {
    let cluster = Cluster::new().await;
    let options = cluster.options(Options::unlimited());
    let mut exchange = Exchange::with(Database::postgres().await, Scenario::default(), options).await;
    let first = Cluster::newest(&exchange.assisted.site.server.database);
    exchange.set(json!({ "voice_recording": true })).await;
    let (_visitor, mut phone) = exchange.call().await;
    phone.until_where("state", |state| state["link"] == "ok").await;
    let (org, call) = (exchange.assisted.site.org.id.clone(), phone.call_id().to_owned());
    let part = cluster.file(&format!("recordings/{org}/{call}.part"));
    let is_written = || std::fs::metadata(&part).is_ok_and(|file| file.len() > 44 + 24_000 * 4);
    while !is_written() {
        phone.speak(500).await;
    }
    let second = cluster.join(&exchange.assisted.site.server, unlimited()).await;
    assert!(part.exists(), "a start repairs nothing of another node");

    let mut killed = std::mem::replace(&mut exchange.assisted.site.server, second);
    Cluster::kill(&mut killed, &first).await;

    let fault = format!(
        "select coalesce(recording_fault, '-') from calls where id = '{call}' and ended_at is not null"
    );
    until_reads("the call is ended", &killed.database, &fault, &["cut"]).await;
    let view = exchange.view(&call).await;
    assert_eq!((&view["recorded"], &view["recording_fault"]), (&json!(true), &json!("cut")));
    assert!(cluster.file(&format!("recordings/{org}/{call}.wav")).exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_brief_that_a_killed_node_owed_is_written_once_by_another() {
    let cluster = Cluster::new().await;
    let mut assisted =
        Assisted::with(Database::postgres().await, cluster.options(Options::unlimited())).await;
    let first = Cluster::newest(&assisted.site.server.database);
    assisted.sim.push_when(|request| request.contains(FOR_AGENTS), Reply::fault(Fault::Silent));
    let (visitor, mut theirs) = assisted.chatting().await;
    theirs.call("handoff:request", json!({"session_id": visitor.session_id()})).await.unwrap();
    assisted.sim.received(1).await;
    let second = cluster.join(&assisted.site.server, unlimited()).await;
    let _third = cluster.join(&assisted.site.server, unlimited()).await;
    let owed = "select count(*) from tickets where brief_owed_since is not null";
    assert_eq!(second.database.read(owed), ["1"]);
    assert_eq!(assisted.sim.requests().len(), 1, "a start writes no brief that another node is writing");
    assisted.sim.answer_all(FOR_AGENTS, Reply::text("They want to know about a parcel."));

    Cluster::kill(&mut assisted.site.server, &first).await;

    until_reads("the brief is written", &second.database, owed, &["0"]).await;
    let briefs = "select count(*) from entries where metadata like '%\"brief\":true%'";
    assert_eq!(second.database.read(briefs), ["1"]);
    assert_eq!(assisted.sim.requests().len(), 2, "one node asked for it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_waits_on_a_killed_node_goes_out_once_on_another() {
    let cluster = Cluster::new().await;
    let mut assisted =
        Assisted::with(Database::postgres().await, cluster.options(Options::unlimited())).await;
    let first = Cluster::newest(&assisted.site.server.database);
    let second = cluster.join(&assisted.site.server, unlimited()).await;
    let _third = cluster.join(&assisted.site.server, unlimited()).await;
    assisted.set(json!({"reply_mode": "hold", "reply_hold_seconds": 5})).await;
    assisted.sim.set_default(Reply::text("At nine."));
    let (visitor, mut theirs) = assisted.chatting().await;
    theirs.say(visitor.session_id(), "when do you open?").await;
    let waiting = "select count(*) from conversations where pending_reply is not null";
    until_reads("the reply waits", &second.database, waiting, &["1"]).await;

    Cluster::kill(&mut assisted.site.server, &first).await;

    until_reads("it has gone out", &second.database, waiting, &["0"]).await;
    let answers = "select content from entries where author_kind = 'assistant' and content <> ''";
    assert_eq!(second.database.read(answers), ["At nine."]);
    assert_eq!(assisted.sim.counts().received, 1, "nothing was asked again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sweeps_run_on_one_node_and_on_another_when_that_dies() {
    let cluster = Cluster::new().await;
    let options = || unlimited().flag("--idle-sweep-s", "1");
    let (mut site, first) = first_node(&cluster, options()).await;
    let holder = "select node_id from node_claims where kind = 'sweeps'";
    let second = cluster.join(&site.server, options()).await;
    let second_id = Cluster::newest(&second.database);
    assert_eq!(second.database.read(holder), [first.as_str()]);
    let visitor = site.visitor().await;
    let mut theirs = site.connect(&visitor.token).await;
    theirs.say(visitor.session_id(), "hello").await;

    Cluster::kill(&mut site.server, &first).await;
    until_reads("the other takes the sweeps", &second.database, holder, &[second_id.as_str()]).await;

    second.database.execute("update conversations set entry_at = 1, updated_at = 1");
    let state = "select status from conversations";
    until_reads("an idle conversation is closed", &second.database, state, &["closed"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_of_several_nodes_are_sent_once() {
    let smtp = crate::support::smtp::MailServer::start().await;
    let cluster = Cluster::new().await;
    let options = || unlimited().flag("--smtp-url", &smtp.url());
    let (site, _) = first_node(&cluster, options()).await;
    let rows: Vec<String> = (0..30)
        .map(|number| {
            format!(
                "('mail-{number:04}', '{}', 'ana@example.com', 's{number}', 'body', 0, 0, 'pending', 1, 0)",
                site.org.id
            )
        })
        .collect();
    let rows = rows.join(", ").replace("mail-", "00000000-0000-4000-8000-00000000");

    site.server.database.execute(&format!(
        "insert into mails (id, org_id, recipient, subject, body, attempts, next_attempt_at, status, created_at, not_before) values {rows}"
    ));
    // Whoever starts looks at once.
    let starts = futures_util::future::join(
        cluster.join(&site.server, options()),
        cluster.join(&site.server, options()),
    );
    let _others = starts.await;

    let unsent = "select count(*) from mails where status <> 'sent' or attempts <> 1";
    until_reads("all are sent", &site.server.database, unsent, &["0"]).await;
    assert_eq!(smtp.received(30).await.len(), 30);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_that_another_node_answers_is_answered_after_it() {
    let cluster = Cluster::new().await;
    let assisted = Assisted::with(Database::postgres().await, cluster.options(Options::unlimited())).await;
    let other = cluster.join(&assisted.site.server, unlimited()).await;
    let other_id = Cluster::newest(&other.database);
    let (visitor, mut theirs) = assisted.chatting().await;
    let claim = format!(
        "insert into node_claims (kind, key, org_id, node_id, claimed_at, created_at) \
         values ('reply', '{}', '{}', '{other_id}', 1, 1)",
        visitor.session_id(),
        assisted.site.org.id
    );
    other.database.execute(&claim);
    assisted.sim.set_default(Reply::text("At nine."));
    theirs.say(visitor.session_id(), "when do you open?").await;
    // Whoever asks later is answered: the first conversation has been looked at by then.
    let (later, mut their_own) = assisted.chatting().await;
    their_own.say(later.session_id(), "and on Sunday?").await;
    read_reply(&mut their_own).await;
    assert_eq!(assisted.sim.counts().received, 1, "the first waits for the other node");

    other.database.execute("delete from node_claims where kind = 'reply'");

    let (_, entry) = read_reply(&mut theirs).await;
    assert_eq!(entry["content"], "At nine.");
    assert_eq!(assisted.sim.counts().received, 2);
}
