//! Commands of the shell beside a running server, which follows.

use serde_json::{Value, json};
use switchboard_sim::chat::Reply;

use crate::on_both_databases;
use crate::support::receiver::Receiver;
use crate::support::{Assisted, Client, Options, Site, read_reply, within};

/// What the server is set to in these tests, for the commands beside it.
fn config(site: &Site) -> String {
    let path = site.server.database.dir().join("switchboard.toml");
    std::fs::write(&path, "allow_private_ranges = [\"127.0.0.0/8\"]\n").expect("a file");
    path.display().to_string()
}

/// Sends a message until it is answered as wanted.
async fn until(
    client: &mut Client,
    session_id: &str,
    text: &str,
    is_wanted: impl Fn(&Result<Value, Value>) -> bool,
) {
    within("the server follows the shell", async {
        loop {
            let data = json!({"session_id": session_id, "content": text});
            if is_wanted(&client.call("message:send", data).await) {
                return;
            }
        }
    })
    .await;
}

const CARD: &str = "my card is 4111 1111 1111 1111";

on_both_databases! {
    async fn a_setting_made_in_the_shell_soon_holds_in_live_rooms_and_stands_in_the_audit_log(database: Database) {
        let site = Site::unlimited(database).await;
        let owner = site.agent("ann").await;
        let visitor = site.visitor().await;
        let mut client = site.connect(&visitor.token).await;
        assert_eq!(client.say(visitor.session_id(), CARD).await["entry"]["content"], CARD);

        site.server.cli(&["settings", "set", "mask_messages", "true"]).await;
        within("the platform's setting holds", async {
            while client.say(visitor.session_id(), CARD).await["entry"]["content"] == CARD {}
        })
        .await;
        site.server.cli(&["settings", "set", "mask_messages", "false", "--org", &site.org.id]).await;
        within("the org's setting holds", async {
            while client.say(visitor.session_id(), CARD).await["entry"]["content"] != CARD {}
        })
        .await;

        let audit = site.get(Some(&owner.token), "/api/v1/audit?act=settings.change").await;
        let row = &audit.body["items"][0];
        assert_eq!((&row["actor"]["kind"], &row["after"]), (&json!("shell"), &json!({"mask_messages": false})), "{audit:?}");
    }

    async fn a_token_revoked_in_the_shell_closes_its_sockets(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let mut client = site.connect(&agent.token).await;
        let listed = site.server.cli(&["token", "list", "--org", &site.org.id]).await;
        let id = listed["tokens"][0]["id"].as_str().unwrap();

        site.server.cli(&["token", "revoke", id, "--org", &site.org.id]).await;

        assert_eq!(client.closed().await.0, Some(4503), "its socket ends");
        assert_eq!(site.get(Some(&agent.token), "/api/v1/auth/me").await.status, 401);
    }

    async fn a_channel_set_in_the_shell_holds_in_its_live_rooms(database: Database) {
        let site = Site::unlimited(database).await;
        let owner = site.agent("ann").await;
        let visitor = site.visitor().await;
        let mut client = site.connect(&visitor.token).await;
        client.say(visitor.session_id(), "a long message").await;
        let set = ["channel", "set", &site.org.channel_id, "--org", &site.org.id];

        site.server.cli(&[&set[..], &["--message-max-chars", "5"]].concat()).await;

        until(&mut client, visitor.session_id(), "a long message", |said| {
            said.as_ref().is_err_and(|error| error["code"] == "too_large")
        })
        .await;
        client.say(visitor.session_id(), "short").await;
        let path = format!("/api/v1/channels/{}", site.org.channel_id);
        assert_eq!(site.get(Some(&owner.token), &path).await.body["channel"]["visitor_message_max_chars"], 5);
        let other = site.another_org().await;
        let foreign = ["channel", "set", &site.org.channel_id, "--org", &other.id, "--message-max-chars", "0"];
        assert_eq!(site.server.cli_with_input(&foreign, "").await.unwrap_err()["error"]["code"], "not_found");
        let row = site.get(Some(&owner.token), "/api/v1/audit?act=channel.change").await.body["items"][0].clone();
        assert_eq!((&row["actor"]["kind"], &row["after"]), (&json!("shell"), &json!({"visitor_message_max_chars": 5})));
    }

    async fn a_member_removed_in_the_shell_is_out_and_a_restored_one_signs_in_anew(database: Database) {
        let site = Site::unlimited(database).await;
        let (agent, owner) = (site.agent_with_role(&site.org, "bob", "agent").await, site.agent("ann").await);
        let mut client = site.connect(&agent.token).await;
        let member = async |verb: &str| site.server.cli(&["member", verb, &agent.id, "--org", &site.org.id]).await;

        assert_eq!(member("remove").await["active"], false);

        assert_eq!(client.closed().await.0, Some(4503), "their socket ends");
        assert_eq!(site.get(Some(&agent.token), "/api/v1/auth/me").await.status, 401);
        assert_eq!(member("restore").await["active"], true);
        assert_eq!(site.get(Some(&agent.token), "/api/v1/auth/me").await.status, 401, "old tokens stay gone");
        let link = member("link").await["set_password_url"].clone();
        assert!(link.as_str().unwrap().contains('#'), "{link}");
        let last = ["member", "role", &owner.id, "agent", "--org", &site.org.id];
        assert_eq!(site.server.cli_with_input(&last, "").await.unwrap_err()["error"]["code"], "conflict");
    }

    async fn an_org_suspended_in_the_shell_only_reads_until_it_is_resumed(database: Database) {
        let site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let mut client = site.connect(&visitor.token).await;
        client.say(visitor.session_id(), "before").await;

        site.server.cli(&["org", "suspend", &site.org.id, "--reason", "unpaid"]).await;
        until(&mut client, visitor.session_id(), "is it so?", |said| {
            said.as_ref().is_err_and(|error| error["reason"] == "org_suspended")
        })
        .await;

        site.server.cli(&["org", "resume", &site.org.id]).await;
        until(&mut client, visitor.session_id(), "again", Result::is_ok).await;
    }

    async fn an_address_blocked_in_the_shell_is_shut_out_until_it_is_unblocked_there(database: Database) {
        let site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let mut client = site.connect(&visitor.token).await;
        client.say(visitor.session_id(), "before").await;

        let block = site.server.cli(&["address", "block", "127.0.0.1", "--platform"]).await;

        assert_eq!(client.closed().await.0, Some(4503));
        let refused = site.get(Some(&visitor.token), "/api/v1/setup").await;
        assert_eq!((refused.status, &refused.body["error"]["reason"]), (403, &json!("address_blocked")), "{refused:?}");
        site.server.cli(&["address", "unblock", block["id"].as_str().unwrap(), "--platform"]).await;
        within("the address may come in again", async {
            while site.get(None, "/api/v1/setup").await.status == 403 {}
        })
        .await;
    }

    async fn a_provider_and_a_price_set_in_the_shell_are_used_by_the_server(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.remove_providers().await;
        assisted.sim.set_default(Reply::text("ok"));
        let site = &assisted.site;
        let config = config(site);
        let add = ["provider", "add", "--org", &site.org.id, "--kind", "compatible", "--model", "from-the-shell",
            "--base-url", &assisted.sim.v1_url(), "--key-stdin", "--config", &config];

        let added = site.server.cli_with_input(&add, "sk-from-the-shell-0123456789\n").await.unwrap();

        let id = added["id"].as_str().unwrap();
        let tried = site.server.cli(&["provider", "test", id, "--org", &site.org.id, "--config", &config]).await;
        assert_eq!(tried["ok"], true, "{tried}");
        let used = assisted.sim.requests().pop().expect("a request");
        assert_eq!((used.key(), used.contains("from-the-shell")), (Some("sk-from-the-shell-0123456789"), true));
        let (visitor, mut client) = assisted.chatting().await;
        within("the server asks it", async {
            loop {
                client.say(visitor.session_id(), "hello").await;
                read_reply(&mut client).await;
                let asked = assisted.sim.requests();
                if asked.len() > 1 && asked.last().is_some_and(|one| one.contains("from-the-shell")) {
                    return;
                }
            }
        })
        .await;
        let price = ["price", "set", "from-the-shell", "--valid-from", "2026-01-01", "--input", "2", "--output", "4"];
        site.server.cli(&price).await;
        within("the server knows the price", async {
            while !site.get(Some(&assisted.owner.token), "/api/v1/prices").await.body.to_string().contains("from-the-shell") {}
        })
        .await;
    }

    async fn a_webhook_made_in_the_shell_hears_of_what_the_server_does(database: Database) {
        let options = Options::unlimited().flag("--allow-private-ranges", "127.0.0.0/8");
        let site = Site::start(database, options).await;
        let (owner, receiver) = (site.agent("ann").await, Receiver::start().await);
        let config = config(&site);

        let create = ["webhook", "create", &receiver.url(), "--org", &site.org.id, "--kind", "message.created", "--config", &config];
        let made = site.server.cli(&create).await;

        let secret = made["secret"].as_str().unwrap();
        let visitor = site.visitor().await;
        let mut client = site.connect(&visitor.token).await;
        within("a delivery", async {
            while receiver.got().is_empty() {
                client.say(visitor.session_id(), "hello").await;
            }
        })
        .await;
        let got = receiver.got();
        assert!(got[0].is_signed_with(secret) && got[0].body["event"] == "message.created", "{got:?}");
        let id = made["id"].as_str().unwrap();
        site.server.cli(&["webhook", "delete", id, "--org", &site.org.id]).await;
        assert_eq!(site.get(Some(&owner.token), "/api/v1/webhooks").await.body["webhooks"], json!([]));
    }
}
