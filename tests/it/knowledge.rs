//! What an org knows, over REST and the shell: found at once, gone at once, and nobody else's.

use rooms::Timestamp;
use serde_json::{Value, json};
use switchboard::db::Db;
use switchboard::knowledge::demo_pairs;
use switchboard::model::{AskedQuestion, NewSource, NodeId, SourceId, SourceKind, SourceState};

use crate::on_both_databases;
use crate::support::model::add_model;
use crate::support::server::cli;
use crate::support::site::Agent;
use crate::support::{Database, Options, Site, within};

const SOURCES: &str = "/api/v1/knowledge/sources";
const PAIRS: &str = "/api/v1/knowledge/pairs";
const UNANSWERED: &str = "/api/v1/knowledge/unanswered";

async fn search(site: &Site, token: &str, question: &str, channel: Option<&str>) -> Value {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("q", question).append_pair("channel_id", channel.unwrap_or_default());
    let answer = site.get(Some(token), &format!("/api/v1/knowledge/search?{}", query.finish())).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

async fn add_pair(site: &Site, agent: &Agent, question: &str, answer: &str, channel: Option<&str>) -> String {
    let body = json!({ "question": question, "answer": answer, "channel_id": channel });
    let made = site.post(Some(&agent.token), PAIRS, &body).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.body["pair"]["id"].as_str().unwrap().to_owned()
}

/// Waits until a source has been read, or could not be.
async fn read(site: &Site, token: &str, source: &Value) -> Value {
    let path = format!("{SOURCES}/{}", source["source"]["id"].as_str().unwrap_or_else(|| panic!("{source}")));
    within("the source is read", async {
        loop {
            let answer = site.get(Some(token), &path).await;
            if matches!(answer.body["source"]["state"].as_str(), Some("ready" | "failed")) {
                return answer.body["source"].clone();
            }
            // Polling a background job: REST tells of no event to wait for.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await
}

async fn storage(site: &Site) -> Db {
    Db::open(site.server.database.url(), site.server.database.dir(), 1).await.unwrap()
}

on_both_databases! {
    async fn a_pair_is_an_answer_from_the_moment_it_is_written_to_the_moment_it_is_deleted(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let id = add_pair(&site, &agent, "How long does delivery take?", "Two days.", None).await;
        add_pair(&site, &agent, "Where is the shop?", "In Mill Street.", None).await;

        let sure = search(&site, &agent.token, "how long does delivery take", None).await;
        assert_eq!((&sure["verdict"], &sure["answer"]["text"]), (&json!("sure"), &json!("Two days.")));
        assert_eq!(sure["answer"]["title"], "FAQ");
        let path = format!("{PAIRS}/{id}");
        let changed = site.patch(Some(&agent.token), &path, &json!({ "answer": "Three days." })).await;
        assert_eq!(changed.body["pair"]["question"], "How long does delivery take?");
        let changed = search(&site, &agent.token, "how long does delivery take", None).await;
        assert_eq!(changed["answer"]["text"], "Three days.");
        assert_eq!(site.delete(Some(&agent.token), &path).await.status, 204);
        let gone = search(&site, &agent.token, "how long does delivery take", None).await;
        assert_eq!(gone["verdict"], "unknown", "{gone}");
        assert_eq!(gone["passages"], json!([]));
    }

    async fn both_databases_give_the_same_order_and_scores(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let pairs: Vec<Value> = demo_pairs()
            .into_iter()
            .map(|pair| json!({ "question": pair.question, "answer": pair.answer }))
            .collect();
        let body = json!({ "kind": "pairs", "title": "FAQ", "pairs": pairs });
        let made = site.post(Some(&agent.token), SOURCES, &body).await;
        let source = read(&site, &agent.token, &made.body).await;
        assert_eq!((&source["state"], &source["passage_count"]), (&json!("ready"), &json!(24)));

        let found = search(&site, &agent.token, "¿cuánto cuesta el envío a casa de un café?", None).await;

        let order: Vec<(String, f64)> = found["passages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["question"].as_str().unwrap().to_owned(), one["score"].as_f64().unwrap()))
            .collect();
        // One set of numbers for both engines: the score is made by the server.
        let expected = [
            ("¿Cuánto cuesta el envío?", 0.6792),
            ("¿Cuánto tarda el envío?", 0.2739),
            ("¿Sus cafés son ecológicos?", 0.2411),
            ("¿Me muelen el café?", 0.2411),
            ("¿Qué tan fresco es el café?", 0.1876),
        ];
        for ((question, score), (wanted, about)) in order.iter().zip(expected) {
            assert!(question == wanted && (score - about).abs() < 0.001, "{order:?}");
        }
        assert_eq!(order.len(), expected.len());
    }

    async fn a_source_is_read_found_by_its_headings_and_gone_when_deleted(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let content = "# Help\n## Returns\nSend it back within 30 days in its box.\n## Payment\nWe take cards.\n";
        let body = json!({ "kind": "markdown", "title": "Handbook", "content": content });
        let made = site.post(Some(&agent.token), SOURCES, &body).await;
        assert_eq!(made.status, 201, "{made:?}");
        let source = read(&site, &agent.token, &made.body).await;
        assert_eq!((&source["state"], &source["passage_count"]), (&json!("ready"), &json!(2)));

        let found = search(&site, &agent.token, "within how many days can it go back", None).await;
        assert_eq!(found["passages"][0]["title"], "Handbook › Help › Returns");
        let path = format!("{SOURCES}/{}", source["id"].as_str().unwrap());
        site.patch(Some(&agent.token), &path, &json!({ "content": "Nothing can go back, within 30 days or later." })).await;
        let source = read(&site, &agent.token, &made.body).await;
        assert_eq!(source["passage_count"], 1);
        let found = search(&site, &agent.token, "within how many days can it go back", None).await;
        assert!(found["passages"][0]["text"].as_str().unwrap().starts_with("Nothing"), "{found}");
        assert_eq!(site.delete(Some(&agent.token), &path).await.status, 204);
        let found = search(&site, &agent.token, "within how many days can it go back", None).await;
        assert_eq!(found["passages"], json!([]));
        assert_eq!(site.get(Some(&agent.token), &path).await.code(), "not_found");
    }

    async fn a_channels_own_answer_comes_before_the_orgs_and_no_other_channel_has_it(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let other = site.server.cli(&["channel", "create", "Other", "--org", &site.org.id]).await;
        let other = other["channel_id"].as_str().unwrap();
        let question = "How long does delivery take?";
        add_pair(&site, &agent, question, "The org says two days.", None).await;
        add_pair(&site, &agent, question, "The channel says one day.", Some(&site.org.channel_id)).await;

        for (channel, answer) in [
            (Some(site.org.channel_id.as_str()), "The channel says one day."),
            (Some(other), "The org says two days."),
            (None, "The org says two days."),
        ] {
            let found = search(&site, &agent.token, question, channel).await;
            assert_eq!((&found["verdict"], &found["answer"]["text"]), (&json!("sure"), &json!(answer)));
        }
        let listed = site.get(Some(&agent.token), &format!("{SOURCES}?channel_id={other}")).await;
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
    }

    async fn one_orgs_knowledge_is_never_found_from_another(database: Database) {
        let site = Site::unlimited(database).await;
        let (agent, other) = (site.agent("ann").await, site.another_org().await);
        let stranger = site.agent_of(&other, "eve").await;
        let server = site.server_token(&other).await;
        add_pair(&site, &agent, "What is the secret recipe?", "Cinnamon.", None).await;

        for token in [&stranger.token, &server] {
            let found = search(&site, token, "What is the secret recipe?", None).await;
            assert_eq!((&found["verdict"], &found["passages"]), (&json!("unknown"), &json!([])));
        }
        let foreign = site.post(Some(&stranger.token), PAIRS, &json!({
            "question": "x", "answer": "y", "channel_id": site.org.channel_id,
        })).await;
        assert_eq!((foreign.status, foreign.code()), (404, "not_found"));
    }

    async fn unanswered_questions_are_counted_and_become_answers(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let db = storage(&site).await;
        let org = site.org.id.parse().unwrap();
        for (question, folded) in [("Do you sell bells?", "do you sell bells"), ("do you SELL bells", "do you sell bells"), ("¿Tienen timbres?", "tienen timbres")] {
            let asked = AskedQuestion {
                org,
                channel: None,
                conversation: None,
                question: question.to_owned(),
                folded: folded.to_owned(),
                language: None,
            };
            db.knowledge().unanswered().note(&asked, Timestamp(1_000)).await.unwrap();
        }

        let listed = site.get(Some(&agent.token), UNANSWERED).await.body;
        assert_eq!((&listed["items"][0]["question"], &listed["items"][0]["asked_count"]), (&json!("Do you sell bells?"), &json!(2)));
        let id = |index: usize| listed["items"][index]["id"].as_str().unwrap().to_owned();
        let path = format!("{UNANSWERED}/{}/answer", id(0));
        let answer = json!({ "answer": "Yes, in brass.", "question": "Do you have bells?" });
        let pair = site.post(Some(&agent.token), &path, &answer).await.body["pair"].clone();
        assert_eq!(pair["phrasings"], json!(["Do you sell bells?"]));
        let found = search(&site, &agent.token, "do you sell bells?", None).await;
        assert_eq!(found["answer"]["text"], "Yes, in brass.");
        let path = format!("{UNANSWERED}/{}/answer", id(1));
        let same = site.post(Some(&agent.token), &path, &json!({ "pair_id": pair["id"] })).await;
        assert_eq!(same.body["pair"]["phrasings"], json!(["Do you sell bells?", "¿Tienen timbres?"]));
        let found = search(&site, &agent.token, "¿tienen timbres?", None).await;
        assert_eq!(found["answer"]["text"], "Yes, in brass.");
        assert_eq!(site.get(Some(&agent.token), UNANSWERED).await.body["items"], json!([]));
        assert_eq!(site.post(Some(&agent.token), &path, &answer).await.code(), "not_found");
    }

    async fn what_was_being_read_when_the_server_ended_is_read_again(database: Database) {
        let mut site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        site.server.kill().await;
        let db = storage(&site).await;
        let id = SourceId::new();
        let new = NewSource {
            id,
            org: site.org.id.parse().unwrap(),
            channel: None,
            kind: SourceKind::Text,
            title: "Notes".to_owned(),
            url: None,
            vector_store_id: None,
            content: Some(b"The shop has a yellow door.".to_vec()),
            state: SourceState::Queued,
            model: None,
        };
        db.knowledge().sources().add(&new, &[], Timestamp(1)).await.unwrap();
        db.knowledge().indexing().claim(id, NodeId::new()).await.unwrap().expect("it waited");
        db.close().await;

        site.server.restart().await;

        let source = read(&site, &agent.token, &json!({ "source": { "id": id.to_string() } })).await;
        assert_eq!(source["state"], "ready");
        let found = search(&site, &agent.token, "what colour is the yellow door", None).await;
        assert_eq!(found["passages"][0]["title"], "Notes");
    }

    async fn any_question_is_only_words(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        add_pair(&site, &agent, "Do you have O'Reilly books?", "Yes.", None).await;

        for question in ["\"", "'", "a OR b", "terms:x", "x*", "NEAR(a b)", "- -", "a & | ! b", ":*", "\\", "('", "😀", "org", "  "] {
            search(&site, &agent.token, question, None).await;
        }
        let found = search(&site, &agent.token, "O'Reilly books", None).await;
        assert_eq!(found["passages"][0]["text"], "Yes.");
    }

    async fn the_shell_adds_and_asks_while_the_server_runs(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let file = site.server.database.dir().join("returns.md");
        std::fs::write(&file, "## How do I return a product?\nAsk for a label.\n").unwrap();

        let added = site.server.cli(&["knowledge", "add", "--org", &site.org.id, file.to_str().unwrap()]).await;
        assert_eq!((&added["title"], &added["passage_count"]), (&json!("returns"), &json!(1)));
        let asked = site.server.cli(&["knowledge", "search", "--org", &site.org.id, "how can I return a product"]).await;
        assert_eq!((&asked["verdict"], &asked["answer"]["text"]), (&json!("sure"), &json!("Ask for a label.")));
        let found = search(&site, &agent.token, "how can I return a product", None).await;
        assert_eq!(found["verdict"], "sure", "the running server knows it too");
    }
}

#[tokio::test]
async fn with_the_encoder_a_question_is_found_by_its_meaning() {
    let database = Database::sqlite();
    add_model(database.dir());
    let site = Site::unlimited(database).await;
    let agent = site.agent("ann").await;
    add_pair(&site, &agent, "How long does delivery take?", "Two to four working days.", None).await;
    add_pair(&site, &agent, "¿Cuánto tarda el envío?", "De dos a cuatro días laborables.", None).await;
    add_pair(&site, &agent, "Do you repair bikes?", "Our workshop repairs every brand.", None).await;

    let found = search(&site, &agent.token, "¿cuántos días tarda en llegar mi pedido?", None).await;
    assert_eq!(found["has_encoder"], true);
    assert_eq!(found["passages"][0]["text"], "De dos a cuatro días laborables.", "{found}");
    let found = search(&site, &agent.token, "my brakes squeak, can someone fix that?", None).await;
    assert_eq!(found["passages"][0]["text"], "Our workshop repairs every brand.", "no word in common");
    let sources = site.get(Some(&agent.token), SOURCES).await;
    assert_eq!(sources.body["items"][0]["by_meaning"], true);
}

#[tokio::test]
async fn knowledge_from_before_the_encoder_came_is_read_again_with_it() {
    let mut site = Site::unlimited(Database::sqlite()).await;
    let agent = site.agent("ann").await;
    add_pair(&site, &agent, "Do you repair bikes?", "Our workshop repairs every brand.", None).await;
    let sources = site.get(Some(&agent.token), SOURCES).await.body;
    assert_eq!(sources["items"][0]["by_meaning"], false);
    add_model(site.server.database.dir());
    site.server.kill_and_restart().await;

    let path = format!("{SOURCES}/{}", sources["items"][0]["id"].as_str().unwrap());
    within("the source has vectors", async {
        while site.get(Some(&agent.token), &path).await.body["source"]["by_meaning"] != true {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    let found = search(&site, &agent.token, "my brakes squeak, can someone fix that?", None).await;
    assert_eq!(found["passages"][0]["text"], "Our workshop repairs every brand.");
}

#[tokio::test]
async fn only_owners_and_admins_change_what_the_org_knows() {
    let site = Site::unlimited(Database::sqlite()).await;
    let owner = site.agent("ann").await;
    let id = add_pair(&site, &owner, "Question?", "Answer.", None).await;
    let arguments =
        ["agent", "create", "ben@example.com", "--org", &site.org.id, "--role", "agent", "--password-stdin"];
    let made = site.server.cli_with_input(&arguments, "correct horse battery\n").await.unwrap();
    let agent = site.server.cli(&["token", "create", "--agent", made["agent_id"].as_str().unwrap()]).await;
    let (agent, server) = (agent["token"].as_str().unwrap(), site.server_token(&site.org).await);
    let visitor = site.visitor().await;

    let pair = json!({ "question": "x", "answer": "y" });
    for token in [agent, &server, &visitor.token] {
        for (path, body) in
            [(PAIRS, &pair), (SOURCES, &json!({ "kind": "text", "title": "x", "content": "y" }))]
        {
            assert_eq!(site.post(Some(token), path, body).await.code(), "forbidden");
        }
        let path = format!("{PAIRS}/{id}");
        assert_eq!(site.patch(Some(token), &path, &json!({ "answer": "z" })).await.code(), "forbidden");
        assert_eq!(site.delete(Some(token), &path).await.code(), "forbidden");
    }
    assert_eq!(site.get(Some(agent), PAIRS).await.body["items"][0]["answer"], "Answer.");
    assert_eq!(site.get(Some(&visitor.token), PAIRS).await.code(), "forbidden");
    assert_eq!(site.get(Some(&visitor.token), UNANSWERED).await.code(), "forbidden");
}

#[tokio::test]
async fn the_demo_knows_something() {
    let database = Database::sqlite();
    let server = crate::support::Server::start(database, Options::unlimited().flag("--demo", "on")).await;
    let db = Db::open(None, server.database.dir(), 1).await.unwrap();
    let org = db.orgs().list(None, 1).await.unwrap().remove(0).id.to_string();

    let asked = server.cli(&["knowledge", "search", "--org", &org, "how fresh is the coffee?"]).await;
    within("the demo's answers are read", async {
        loop {
            let asked = server.cli(&["knowledge", "search", "--org", &org, "¿cuánto tarda el envío?"]).await;
            if asked["verdict"] == "sure" {
                break;
            }
        }
    })
    .await;
    assert!(asked["passages"].is_array());
}

#[tokio::test]
async fn a_pulled_model_is_listed_and_another_file_is_refused() {
    let database = Database::sqlite();
    let listed = cli(&database, &["models", "list"], None).await.unwrap();
    assert_eq!(
        (&listed["models"][0]["name"], &listed["models"][0]["installed"]),
        (&json!("sentence-encoder"), &json!(false))
    );
    let wrong = database.dir().join("wrong.whl");
    std::fs::write(&wrong, "not it").unwrap();

    let refused =
        cli(&database, &["models", "pull", "--from", wrong.to_str().unwrap()], None).await.unwrap_err();

    assert!(refused["error"]["message"].as_str().unwrap().contains("not the pinned file"), "{refused}");
    add_model(database.dir());
    let listed = cli(&database, &["models", "list"], None).await.unwrap();
    assert_eq!(listed["models"][0]["installed"], true);
    assert!(cli(&database, &["models", "pull", "nothing"], None).await.is_err());
}
