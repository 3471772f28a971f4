//! A call from the first word to the last, and what it leaves behind.

use serde_json::json;
use switchboard_sim::realtime::{Scenario, Turn};

use crate::on_both_databases;
use crate::support::phone::{Exchange, speech};

on_both_databases! {
    async fn a_visitor_speaks_with_the_assistant_and_the_conversation_keeps_it(database: Database) {
        let scenario = Scenario::default().hears(["when do you open"]).script([Turn::say_for("We open at nine.", 1_000)]);
        let exchange = Exchange::start(database, scenario).await;
        let (visitor, mut phone) = exchange.call().await;

        phone.until_where("state", |state| state["link"] == "ok").await;
        phone.speak(1_000).await;
        let asked = phone.until_where("transcript", |one| one["role"] == "visitor" && one["final"] == true).await;
        let said = phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;
        phone.say("hangup", &json!({})).await;
        let ended = phone.until("ended").await;

        assert_eq!((&asked["text"], &said["text"]), (&json!("when do you open"), &json!("We open at nine.")));
        assert_eq!(ended["reason"], "visitor");
        let call_id = phone.call_id().to_owned();
        let mut watcher = exchange.watching(&visitor).await;
        let log = loop {
            let log = exchange.log(&visitor).await;
            if log.last().is_some_and(|entry| entry["event"] == "call_ended") {
                break log;
            }
            watcher.next().await;
        };
        let shown: Vec<_> = log.iter().map(|entry| (entry["role"].clone(), entry["event"].clone(), entry["content"].clone())).collect();
        assert_eq!(shown, [
            (json!("visitor"), json!("call_started"), json!("")),
            (json!("visitor"), json!(null), json!("when do you open")),
            (json!("assistant"), json!(null), json!("We open at nine.")),
            (json!("visitor"), json!("call_ended"), json!("")),
        ]);
        assert_eq!(log[1]["id"], asked["entry_id"]);
        assert_eq!(log[2]["id"], said["entry_id"]);
        assert_eq!(log[2]["metadata"], json!({"call_id": call_id, "voice": true}));
        assert_eq!(exchange.sim.violations(), [""; 0]);
        let heard = exchange.sim.connections()[0].audio.clone();
        assert_eq!(&heard[..24_000], &speech(1_000)[..], "sample for sample");
        assert_eq!(exchange.view(&call_id).await["state"], "ended");
    }
}
