//! Commands of the shell beside a running server, which follows.

use serde_json::json;

use crate::on_both_databases;
use crate::support::{Site, within};

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
}
