//! What agents keep and find again: canned replies, drafts, search.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::rest::{Answer, http, send};
use crate::support::{Options, Site};

const REPLIES: &str = "/api/v1/canned-replies";

async fn import(site: &Site, token: &str, query: &str, csv: &str) -> Answer {
    let request = http().post(site.server.url(&format!("{REPLIES}/import{query}")));
    send(request.bearer_auth(token).header("content-type", "text/csv").body(csv.to_owned())).await
}

async fn shortcuts(site: &Site, token: &str) -> Vec<String> {
    let list = site.get(Some(token), REPLIES).await;
    let of = |reply: &Value| {
        format!("{} {}", reply["scope"].as_str().unwrap(), reply["shortcut"].as_str().unwrap())
    };
    list.body["items"].as_array().unwrap().iter().map(of).collect()
}

on_both_databases! {
    async fn canned_replies_are_the_orgs_or_ones_own(database: Database) {
        let site = Site::unlimited(database).await;
        let owner = site.agent("owner").await;
        let ann = site.agent_with_role(&site.org, "ann", "agent").await;
        let bob = site.agent_with_role(&site.org, "bob", "agent").await;
        let reply = |scope: &str, body: &str| json!({"scope": scope, "shortcut": "hi", "title": "Greeting", "body": body, "folder": "Start"});

        let of_org = site.post(Some(&owner.token), REPLIES, &reply("org", "Hello {{visitor.name|there}}!")).await;
        assert_eq!(of_org.status, 201, "{of_org:?}");
        let of_org = of_org.body["canned_reply"].clone();
        assert_eq!((&of_org["folder"], &of_org["used_count"]), (&json!("Start"), &json!(0)));
        let refused = site.post(Some(&ann.token), REPLIES, &reply("org", "x")).await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden"));
        let own = site.post(Some(&ann.token), REPLIES, &reply("personal", "Hey!")).await.body["canned_reply"].clone();
        assert_eq!(shortcuts(&site, &ann.token).await, ["org hi", "personal hi"]);
        assert_eq!(shortcuts(&site, &bob.token).await, ["org hi"], "the other one is Ann's");
        let taken = site.post(Some(&ann.token), REPLIES, &reply("personal", "x")).await;
        assert_eq!((taken.status, taken.code()), (409, "conflict"));
        assert_eq!(site.post(Some(&bob.token), REPLIES, &reply("personal", "x")).await.status, 201);

        let path = |reply: &Value| format!("{REPLIES}/{}", reply["id"].as_str().unwrap());
        let change = json!({"title": "New", "folder": null});
        assert_eq!(site.patch(Some(&ann.token), &path(&of_org), &change).await.status, 403);
        assert_eq!(site.patch(Some(&bob.token), &path(&own), &change).await.status, 404);
        assert_eq!(site.patch(Some(&owner.token), &path(&own), &change).await.status, 404, "not even an owner's");
        let changed = site.patch(Some(&owner.token), &path(&of_org), &change).await.body["canned_reply"].clone();
        assert_eq!((&changed["title"], &changed["folder"], &changed["body"]), (&json!("New"), &json!(null), &of_org["body"]));
        assert_eq!(site.patch(Some(&owner.token), &path(&of_org), &json!({"shortcut": "No!"})).await.code(), "bad_request");
        assert_eq!(site.patch(Some(&owner.token), &path(&of_org), &json!({"scope": "personal"})).await.code(), "bad_request");
        assert_eq!(site.post(Some(&bob.token), &format!("{}/used", path(&of_org)), &json!({})).await.status, 204);
        assert_eq!(site.post(Some(&bob.token), &format!("{}/used", path(&own)), &json!({})).await.status, 404);
        let list = site.get(Some(&ann.token), REPLIES).await.body["items"].clone();
        assert_eq!((&list[0]["used_count"], &list[1]["used_count"]), (&json!(1), &json!(0)));

        assert_eq!(site.delete(Some(&bob.token), &path(&own)).await.status, 404);
        assert_eq!(site.delete(Some(&ann.token), &path(&of_org)).await.status, 403);
        assert_eq!(shortcuts(&site, &ann.token).await, ["org hi", "personal hi"], "nothing is gone");
        assert_eq!(site.delete(Some(&ann.token), &path(&own)).await.status, 204);
        assert_eq!(shortcuts(&site, &ann.token).await, ["org hi"]);
    }

    async fn canned_replies_of_another_org_do_not_exist(database: Database) {
        let site = Site::unlimited(database).await;
        let other = site.another_org().await;
        let (ann, eve) = (site.agent("ann").await, site.agent_of(&other, "eve").await);
        let reply = json!({"scope": "org", "shortcut": "hi", "title": "T", "body": "b"});
        let id = site.post(Some(&eve.token), REPLIES, &reply).await.body["canned_reply"]["id"].clone();
        let path = format!("{REPLIES}/{}", id.as_str().unwrap());

        assert_eq!(site.get(Some(&ann.token), REPLIES).await.body["items"], json!([]));
        assert_eq!(site.patch(Some(&ann.token), &path, &json!({"title": "x"})).await.status, 404);
        assert_eq!(site.delete(Some(&ann.token), &path).await.status, 404);
        assert_eq!(site.post(Some(&ann.token), &format!("{path}/used"), &json!({})).await.status, 404);
        assert_eq!(import(&site, &ann.token, "?scope=org", "shortcut,title,body\nhi,Mine,b\n").await.body["created_count"], 1);
        let theirs = site.get(Some(&eve.token), REPLIES).await.body["items"].clone();
        assert_eq!((&theirs[0]["title"], &theirs[0]["used_count"]), (&json!("T"), &json!(0)), "nothing was changed");
    }

    async fn an_import_takes_all_or_nothing(database: Database) {
        let options = Options::unlimited().env("SWITCHBOARD_CANNED_REPLIES_MAX", "3").env("SWITCHBOARD_MEMBER_CANNED_REPLIES_MAX", "2");
        let site = Site::start(database, options).await;
        let owner = site.agent("owner").await;
        let ann = site.agent_with_role(&site.org, "ann", "agent").await;

        let first = "scope,folder,shortcut,title,body\norg,,a,A,\"=1+1\"\norg,F,b,B,x\npersonal,,a,Own,y\n";
        let refused = import(&site, &ann.token, "", first).await;
        assert_eq!((refused.status, shortcuts(&site, &owner.token).await.len()), (403, 0), "a row of the org's");
        let taken = import(&site, &owner.token, "", first).await;
        assert_eq!((taken.status, taken.body), (200, json!({"created_count": 3, "updated_count": 0})));
        let exported = site.get(Some(&owner.token), &format!("{REPLIES}/export")).await;
        let csv = exported.body.as_str().unwrap();
        assert!(csv.contains("org,,a,A,'=1+1\n"), "{csv}");
        let again = import(&site, &owner.token, "", csv).await;
        assert_eq!(again.body, json!({"created_count": 0, "updated_count": 3}));
        let list = site.get(Some(&owner.token), REPLIES).await.body["items"].clone();
        assert_eq!(list[0]["body"], "=1+1", "the guard is off again");

        let faulty = import(&site, &owner.token, "?scope=org", "shortcut,title,body\nc,C,x\nNo,D,x\n").await;
        assert_eq!((faulty.status, faulty.code()), (400, "bad_request"));
        assert!(faulty.body["error"]["message"].as_str().unwrap().starts_with("line 3, column \"shortcut\""), "{faulty:?}");
        let many = import(&site, &owner.token, "?scope=org", "shortcut,title,body\nc,C,x\nd,D,x\n").await;
        assert_eq!((many.status, many.code()), (413, "too_large"));
        let own = import(&site, &owner.token, "", "shortcut,title,body\nc,C,x\nd,D,x\n").await;
        assert_eq!((own.status, own.code()), (413, "too_large"));
        assert_eq!(shortcuts(&site, &owner.token).await, ["org a", "org b", "personal a"], "nothing was taken in");
        let rows = (0..80_000).map(|at| format!("s{at:05},T,b\n")).collect::<String>();
        let tiny = import(&site, &owner.token, "", &format!("shortcut,title,body\n{rows}")).await;
        assert_eq!((tiny.status, tiny.code()), (413, "too_large"), "just below a MiB");
        assert_eq!(shortcuts(&site, &owner.token).await.len(), 3);
        let large = import(&site, &owner.token, "", &"x".repeat(1_048_577)).await;
        assert_eq!((large.status, large.code()), (413, "too_large"));
    }
}

/// Asks until everything that was written can be found; the job runs in the server's own time.
async fn search(site: &Site, token: &str, query: &str) -> Answer {
    loop {
        let answer = site.get(Some(token), &format!("/api/v1/search?{query}")).await;
        if answer.status != 200 || answer.body["is_behind"] == false {
            return answer;
        }
    }
}

async fn found(site: &Site, token: &str, query: &str) -> Vec<String> {
    let answer = search(site, token, query).await;
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    let text = |item: &Value| {
        let mark = |part: &Value| {
            let text = part["text"].as_str().unwrap();
            if part["hit"] == true { format!("[{text}]") } else { text.to_owned() }
        };
        let snippet: String = item["snippet"].as_array().unwrap().iter().map(mark).collect();
        format!("{} {snippet}", item["kind"].as_str().unwrap())
    };
    answer.body["items"].as_array().unwrap().iter().map(text).collect()
}

on_both_databases! {
    async fn words_are_found_in_messages_notes_visitors_and_tickets(database: Database) {
        let site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let visitor = site.visitor().await;
        let id = visitor.session_id();
        let mut theirs = site.connect(&visitor.token).await;
        let mut ours = site.connect(&ann.token).await;
        theirs.say(id, "¿Dónde está mi LÁMPARA roja?").await;
        theirs.say(id, "Order 4711-B, the red lamp").await;
        let note = json!({"session_id": id, "content": "lamp: refund him", "kind": "note"});
        ours.call("message:send", note).await.unwrap();
        let profile = json!({"name": "Ana Gómez", "email": "ana@example.com", "attributes": {"plan": "gold lamp club"}});
        theirs.call("visitor:update", profile).await.unwrap();

        assert_eq!(found(&site, &ann.token, "q=donde%20lamp").await, ["message ¿[Dónde] está mi [LÁMPARA] roja?"]);
        assert_eq!(found(&site, &ann.token, "q=%22red%20lamp%22").await, ["message Order 4711-B, the [red] [lamp]"]);
        assert_eq!(found(&site, &ann.token, "q=%22lamp%20red%22").await, Vec::<String>::new());
        assert_eq!(found(&site, &ann.token, "q=4711-b").await, ["message Order [4711]-[B], the red lamp"]);
        assert_eq!(found(&site, &ann.token, "q=lamp").await, [
            "note [lamp]: refund him",
            "message Order 4711-B, the red [lamp]",
            "message ¿Dónde está mi [LÁMPARA] roja?",
            "visitor Ana Gómez · ana@example.com · plan: gold [lamp] club",
        ], "the newest first, a visitor by when they came");
        assert_eq!(found(&site, &ann.token, "q=ana@example.com").await.len(), 1);
        assert_eq!(found(&site, &ann.token, "q=lamp&kind=note").await, ["note [lamp]: refund him"]);
        let ours = search(&site, &ann.token, "q=refund").await.body["items"][0].clone();
        assert_eq!((&ours["conversation_id"], &ours["seq"]), (&json!(id), &json!(3)));
        assert_eq!((&ours["author"]["kind"], &ours["visitor"]["name"]), (&json!("agent"), &json!("Ana Gómez")));
        assert_eq!(ours["channel_id"], json!(site.org.channel_id));

        theirs.call("handoff:request", json!({"session_id": id, "reason": "my chandelier is broken"})).await.unwrap();
        let ticket = found(&site, &ann.token, "q=chandelier&kind=ticket").await;
        assert!(ticket.len() == 1 && ticket[0].contains("[chandelier]"), "{ticket:?}");
        let server = site.server_token(&site.org).await;
        assert_eq!(found(&site, &server, "q=refund").await.len(), 1);
        assert_eq!(site.get(Some(&visitor.token), "/api/v1/search?q=lamp").await.code(), "forbidden");
        let renamed = json!({"name": "Berta"});
        theirs.call("visitor:update", renamed).await.unwrap();
        assert_eq!(found(&site, &ann.token, "q=gomez&kind=visitor").await, Vec::<String>::new(), "the old name is gone");
        assert_eq!(found(&site, &ann.token, "q=berta&kind=visitor").await.len(), 1);
    }

    async fn filters_narrow_a_search_and_pages_go_on(database: Database) {
        let site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let (one, two) = (site.visitor().await, site.visitor().await);
        for visitor in [&one, &two] {
            let mut client = site.connect(&visitor.token).await;
            for number in 0..3 {
                client.say(visitor.session_id(), &format!("needle {number}")).await;
            }
        }
        let path = format!("/api/v1/conversations/{}", one.session_id());
        site.patch(Some(&ann.token), &path, &json!({"labels": ["vip \"100%\""]})).await;
        site.post(Some(&ann.token), &format!("{path}/assign"), &json!({"agent_id": ann.id})).await;
        site.post(Some(&ann.token), &format!("{path}/end"), &json!({})).await;
        site.post(Some(&one.token), &format!("/api/v1/widget/conversations/{}/rating", one.session_id()), &json!({"score": 2})).await;

        let channel = format!("q=needle&channel_id={}", site.org.channel_id);
        let assignee = format!("q=needle&assignee={}", ann.id);
        for (query, count) in [
            (channel.as_str(), 6), (assignee.as_str(), 3), ("q=needle&assignee=none", 3), ("q=needle&status=closed", 3),
            ("q=needle&status=waiting", 3), ("q=needle&label=vip%20%22100%25%22", 3), ("q=needle&label=vip", 0),
            ("q=needle&label=VIP%20%22100%25%22", 0), ("q=needle&cursor=-9223372036854775808", 0),
            ("q=needle&rating=2", 3), ("q=needle&rating=3", 0), ("q=needle&language=xx", 0), ("q=needle&from=2020-01-01", 6),
            ("q=needle&to=2020-01-01", 0), ("q=needle&kind=ticket", 0),
        ] {
            assert_eq!(found(&site, &ann.token, query).await.len(), count, "{query}");
        }
        for bad in ["", "q=", "q=%20!", "q=x&kind=file", "q=x&rating=6", "q=x&status=x", "q=x&from=soon", "q=x&cursor=x", "q=%00", "q=x&language=e%25"] {
            assert_eq!(search(&site, &ann.token, bad).await.code(), "bad_request", "{bad}");
        }
        let nobodys = "q=needle&channel_id=018f0000-0000-7000-8000-000000000000";
        assert_eq!(found(&site, &ann.token, nobodys).await.len(), 0);
        let long = format!("q={}", "x".repeat(10_000));
        assert_eq!(search(&site, &ann.token, &long).await.code(), "bad_request");
        for hostile in ["q=%22", "q=needle%22)%20OR%20scope:(o*", "q=needle*%20NEAR(x)", "q='needle'::tsquery", "q=needle%20AND%20NOT%20x", "q=%7Bwords%7D:needle", "q=needle%20%26%20!x%20%3C-%3E"] {
            let answer = search(&site, &ann.token, hostile).await;
            assert!(answer.status == 200 || answer.code() == "bad_request", "{hostile}: {answer:?}");
            assert_eq!(answer.body["items"].as_array().map_or(0, Vec::len), 0, "{hostile}");
        }

        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = search(&site, &ann.token, &format!("q=needle&limit=4&cursor={cursor}")).await.body;
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((count, seen.len()), (6, 6), "each once");
    }

    async fn words_of_another_org_are_never_found(database: Database) {
        let site = Site::unlimited(database).await;
        let other = site.another_org().await;
        let (ann, eve) = (site.agent("ann").await, site.agent_of(&other, "eve").await);
        let theirs = site.visitor_of(&other).await;
        let mut client = site.connect(&theirs.token).await;
        client.say(theirs.session_id(), "sesame secret").await;
        client.call("visitor:update", json!({"name": "Sesame"})).await.unwrap();
        client.call("handoff:request", json!({"session_id": theirs.session_id(), "reason": "sesame"})).await.unwrap();
        assert!(found(&site, &eve.token, "q=sesame").await.len() >= 3, "message, visitor, ticket");

        let org = format!("q=o{}", other.id.replace('-', ""));
        for query in ["q=sesame", "q=sesa", "q=%22sesame%20secret%22", "q=message", org.as_str()] {
            assert_eq!(found(&site, &ann.token, query).await.len(), 0, "{query}");
        }
        for filter in [format!("channel_id={}", other.channel_id), format!("assignee={}", eve.id)] {
            assert_eq!(found(&site, &ann.token, &format!("q=sesame&{filter}")).await.len(), 0, "{filter}");
        }
    }

    async fn what_was_committed_before_a_kill_is_found_after_the_restart(database: Database) {
        let mut site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let visitor = site.visitor().await;
        for round in 0..5 {
            let mut client = site.connect(&visitor.token).await;
            for number in 0..20 {
                client.say(visitor.session_id(), &format!("needle r{round}n{number}")).await;
            }
            site.server.kill_and_restart().await;
        }

        let answer = search(&site, &ann.token, "q=needle&limit=200").await.body;
        let mut seqs: Vec<u64> = answer["items"].as_array().unwrap().iter().map(|item| item["seq"].as_u64().unwrap()).collect();
        assert!(seqs.is_sorted_by(|one, next| one > next), "the newest first, each once: {seqs:?}");
        assert_eq!(seqs.len(), 100);
        seqs.reverse();
        assert_eq!(found(&site, &ann.token, "q=r4n19").await.len(), 1);
    }

    async fn drafts_are_ones_own_and_gone_when_empty(database: Database) {
        let site = Site::unlimited(database).await;
        let other = site.another_org().await;
        let (ann, bob, eve) = (site.agent("ann").await, site.agent("bob").await, site.agent_of(&other, "eve").await);
        let visitor = site.visitor().await;
        let path = format!("/api/v1/conversations/{}/draft", visitor.session_id());
        let put = async |token: &str, body: Value| {
            send(http().put(site.server.url(&path)).bearer_auth(token).json(&body)).await
        };
        let drafts = async |token: &str| site.get(Some(token), "/api/v1/drafts").await.body["drafts"].clone();

        assert_eq!(put(&ann.token, json!({"text": "Dear"})).await.status, 204);
        assert_eq!(put(&ann.token, json!({"text": "Dear Ana", "kind": "message"})).await.status, 204);
        assert_eq!(put(&ann.token, json!({"text": "ask Bob", "kind": "note"})).await.status, 204);
        let hers = drafts(&ann.token).await;
        let mut texts: Vec<_> = hers.as_array().unwrap().iter().map(|draft| draft["text"].as_str().unwrap()).collect();
        texts.sort_unstable();
        assert_eq!(texts, ["Dear Ana", "ask Bob"]);
        assert_eq!(hers[0]["conversation_id"], json!(visitor.session_id()));
        assert_eq!(drafts(&bob.token).await, json!([]));
        assert_eq!(put(&eve.token, json!({"text": "x"})).await.code(), "not_found");
        assert_eq!(put(&eve.token, json!({"text": ""})).await.code(), "not_found");
        assert_eq!(put(&ann.token, json!({"text": "x".repeat(10_001)})).await.code(), "too_large");
        assert_eq!(put(&ann.token, json!({"text": "x", "kind": "mail"})).await.code(), "bad_request");
        assert_eq!(put(&visitor.token, json!({"text": "x"})).await.code(), "forbidden");
        assert_eq!(put(&ann.token, json!({"text": " "})).await.status, 204);
        assert_eq!(put(&ann.token, json!({"text": "", "kind": "note"})).await.status, 204);
        assert_eq!(drafts(&ann.token).await, json!([]));
    }
}

on_both_databases! {
    async fn whom_a_note_mentions_is_told_once(database: Database) {
        let mut site = Site::unlimited(database).await;
        let other = site.another_org().await;
        let ann = site.agent("ann").await;
        let bob = site.agent_with_role(&site.org, "bob", "agent").await;
        let eve = site.agent_of(&other, "eve").await;
        let visitor = site.visitor().await;
        let id = visitor.session_id();
        let mut ours = site.connect(&ann.token).await;
        let mut bobs = site.connect(&bob.token).await;
        let mention = |content: &str, agents: Value| json!({"session_id": id, "content": content, "kind": "note", "metadata": {"mentions": agents}});

        let note = ours.call("message:send", mention("@Bob please look", json!([bob.id, bob.id, ann.id, eve.id]))).await.unwrap();
        let heard = bobs.event("notification:new").await;
        assert_eq!((&heard["ways"], &heard["unread_count"]), (&json!(["bell", "desktop"]), &json!(1)));
        let told = heard["notification"].clone();
        assert_eq!((&told["kind"], &told["conversation_id"], &told["entry_id"]), (&json!("mention"), &json!(id), &note["entry"]["id"]));
        assert_eq!((&told["seq"], &told["preview"], &told["read_at"]), (&json!(1), &json!("@Bob please look"), &json!(null)));
        let list = async |token: &str| site.get(Some(token), "/api/v1/notifications").await.body;
        let bobs_list = list(&bob.token).await;
        assert_eq!((&bobs_list["unread_count"], &bobs_list["items"]), (&json!(1), &json!([told])));
        for nobody in [&ann, &eve] {
            let theirs = list(&nobody.token).await;
            assert_eq!((&theirs["unread_count"], &theirs["items"]), (&json!(0), &json!([])), "not the author, and not another org");
        }

        for bad in [json!("x"), json!(["x"]), json!([1]), json!([[]]), Value::Array(vec![json!(bob.id); 21])] {
            assert_eq!(ours.call("message:send", mention("x", bad.clone())).await.unwrap_err()["code"], "bad_request", "{bad}");
        }
        let server = site.server_token(&site.org).await;
        let mut program = site.connect(&server).await;
        assert_eq!(program.call("message:send", mention("x", json!([bob.id]))).await.unwrap_err()["code"], "bad_request");
        let read = "/api/v1/notifications/read";
        for bad in [json!({}), json!({"ids": [], "all": true}), json!({"ids": ["x"]})] {
            assert_eq!(site.post(Some(&bob.token), read, &bad).await.code(), "bad_request", "{bad}");
        }
        let ids = json!({"ids": [told["id"]]});
        assert_eq!(site.post(Some(&ann.token), read, &ids).await.body["unread_count"], 0);
        assert_eq!(list(&bob.token).await["unread_count"], 1, "nobody reads for another");
        assert_eq!(site.post(Some(&bob.token), read, &ids).await.body["unread_count"], 0);
        assert!(list(&bob.token).await["items"][0]["read_at"].is_string());

        let mut sent = 0;
        for _ in 0..3 {
            let mut ours = site.connect(&ann.token).await;
            for _ in 0..5 {
                ours.call("message:send", mention(&format!("needle @Bob {sent}"), json!([bob.id]))).await.unwrap();
                sent += 1;
            }
            site.server.kill_and_restart().await;
        }
        assert_eq!(found(&site, &bob.token, "q=needle").await.len(), sent);
        let all = site.get(Some(&bob.token), "/api/v1/notifications?limit=200").await.body;
        assert_eq!(all["unread_count"], json!(sent), "each once, over kills");
        let mut pages = site.get(Some(&bob.token), "/api/v1/notifications?limit=10").await.body;
        let next = pages["next_cursor"].take();
        let rest = site.get(Some(&bob.token), &format!("/api/v1/notifications?cursor={}", next.as_str().unwrap())).await.body;
        assert_eq!(rest["items"].as_array().unwrap().len(), sent + 1 - 10);
        assert_eq!(site.post(Some(&bob.token), read, &json!({"all": true})).await.body["unread_count"], 0);
    }
}

on_both_databases! {
    async fn what_is_deleted_leaves_the_search(database: Database) {
        let site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let visitor = site.visitor().await;
        let mut client = site.connect(&visitor.token).await;
        client.say(visitor.session_id(), "needle one").await;
        client.say(visitor.session_id(), "needle two").await;
        client.call("visitor:update", json!({"name": "Needle"})).await.unwrap();
        assert_eq!(found(&site, &ann.token, "q=needle").await.len(), 3);
        let docs = "select count(*) from search_docs where kind in ('message', 'visitor')";
        let before = site.server.database.read(docs);

        site.server.database.execute("delete from entries where content = 'needle two'");
        assert_eq!(found(&site, &ann.token, "q=needle").await, ["message [needle] one", "visitor [Needle]"]);
        let after = site.server.database.read(docs);
        assert_eq!(before[0].parse::<usize>().unwrap() - 1, after[0].parse::<usize>().unwrap());
        assert_eq!(found(&site, &ann.token, "q=two").await, Vec::<String>::new());
    }
}
