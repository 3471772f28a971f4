//! Handoffs over a server that is killed: the agents' brief, the ticket and the mails come once, and always come.

use std::collections::BTreeSet;
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use switchboard_sim::chat::{Fault, Reply};

use crate::on_both_databases;
use crate::support::smtp::MailServer;
use crate::support::{Assisted, Options, Visitor, outbox, within};

/// What every request for a brief begins with.
const FOR_AGENTS: &str = "for the colleague who takes it over";
const ROUNDS: usize = 4;
const HANDOFFS_PER_ROUND: usize = 4;

impl Assisted {
    async fn ask_for_a_person(&self) -> Visitor {
        let (visitor, mut theirs) = self.chatting().await;
        theirs.call("handoff:request", json!({"session_id": visitor.session_id()})).await.unwrap();
        visitor
    }

    async fn tickets(&self) -> Vec<Value> {
        let listed = self.site.get(Some(&self.owner.token), "/api/v1/tickets?limit=100").await;
        listed.body["items"].as_array().unwrap().clone()
    }

    /// What the one ticket of a conversation says, lines parted by bars.
    fn ticket_of(&self, id: &str) -> String {
        let query = format!(
            "select replace(coalesce(summary, 'nothing'), '\n', '|') from tickets \
             where conversation_id = '{id}' and brief_owed_since is null"
        );
        let found = self.site.server.database.read(&query);
        assert_eq!(found.len(), 1, "settled, once: {found:?}");
        found[0].clone()
    }

    /// What agents see of a conversation that is a brief or a notice.
    async fn briefs_and_notices(&self, id: &str) -> (Vec<Value>, Vec<Value>) {
        let mut ours = self.site.connect(&self.owner.token).await;
        let entries = ours.join(id).await["entries"].as_array().unwrap().clone();
        let with = |field: &str| {
            let found = entries.iter().filter(|entry| !entry["metadata"][field].is_null());
            found.cloned().collect::<Vec<Value>>()
        };
        (with("brief"), with("notice"))
    }
}

/// The one line that tells a mail from any other.
fn message_id(mail: &str) -> &str {
    mail.lines().find(|line| line.starts_with("Message-ID: <")).expect("every mail has one")
}

/// A mail as one line where lines were folded on their way.
fn unfolded(mail: &str) -> String {
    mail.replace("=\r\n", "")
}

on_both_databases! {
    async fn a_kill_while_the_brief_is_written_loses_no_mail(database: Database) {
        let options = Options::unlimited().flag("--public-url", "https://chat.example.com");
        let mut assisted = Assisted::with(database, options).await;
        assisted.sim.push_when(|request| request.contains(FOR_AGENTS), Reply::fault(Fault::Silent));
        let visitor = assisted.ask_for_a_person().await;
        // The handoff is committed, and whoever writes its brief waits for the model.
        assisted.sim.received(1).await;
        assisted.site.server.kill().await;
        assisted.sim.answer_all(FOR_AGENTS, Reply::text("They want to know about a parcel."));
        assert_eq!(outbox(&assisted.site, 0).await.len(), 0);

        assisted.site.server.restart().await;
        let mails = outbox(&assisted.site, 1).await;

        let mail = unfolded(&mails[0]);
        assert!(mail.contains(&format!("To: {}", assisted.owner.email)), "{mail}");
        assert!(mail.contains(&format!("https://chat.example.com/console/inbox/{}", visitor.session_id())), "{mail}");
        assert!(mail.contains("They want to know about a parcel."), "{mail}");
        let (briefs, _) = assisted.briefs_and_notices(visitor.session_id()).await;
        assert_eq!(briefs.len(), 1, "{briefs:?}");
        let noted = briefs[0]["content"].as_str().unwrap();
        assert!(noted.starts_with("They want to know about a parcel."), "{noted}");
        assert_eq!(assisted.ticket_of(visitor.session_id()), noted.replace('\n', "|"));
        let shown = &assisted.tickets().await[0];
        assert_eq!(shown["summary"], *noted, "and agents see it on the ticket");
        assert!(shown["title"].as_str().is_some_and(|title| !title.is_empty()), "{shown}");
        assisted.site.server.kill_and_restart().await;
        let later = assisted.ask_for_a_person().await;
        let again = outbox(&assisted.site, 2).await;
        assert_eq!(again.len(), 2, "mails are sent in order, and the first only once");
        let asked = assisted.sim.requests().iter().filter(|request| request.contains(FOR_AGENTS)).count();
        assert_eq!(asked, 3, "in silence, after the first restart, and for the later one");
        assert!(again.contains(&mails[0]) && again.iter().any(|mail| unfolded(mail).contains(later.session_id())));
        assert_eq!(assisted.briefs_and_notices(visitor.session_id()).await.0, briefs);
        assert_eq!(assisted.ticket_of(visitor.session_id()), noted.replace('\n', "|"));
    }

    async fn a_mail_that_was_taken_before_that_could_be_noted_comes_again_as_the_same_mail(database: Database) {
        let smtp = MailServer::start().await;
        let mut assisted = Assisted::with(database, Options::unlimited().flag("--smtp-url", &smtp.url())).await;
        smtp.keep_silent(true);
        assisted.ask_for_a_person().await;
        smtp.received(1).await;
        assisted.site.server.kill().await;
        smtp.keep_silent(false);

        assisted.site.server.restart().await;
        let mails = smtp.received(2).await;

        assert_eq!(message_id(&mails[0]), message_id(&mails[1]));
        assisted.ask_for_a_person().await;
        let mails = smtp.received(3).await;
        assert_ne!(message_id(&mails[1]), message_id(&mails[2]), "what was answered is not sent a third time");
    }

    async fn handoffs_from_before_briefs_were_owed_are_left_alone(database: Database) {
        let mut assisted = Assisted::start(database).await;
        let visitor = assisted.ask_for_a_person().await;
        outbox(&assisted.site, 1).await;
        assisted.site.server.kill().await;
        assisted.site.server.database.execute(
            "drop index tickets_owing_a_brief; \
             alter table tickets drop column brief_owed_since; \
             delete from _sqlx_migrations where version = 7;",
        );

        assisted.site.server.restart().await;
        assisted.ask_for_a_person().await;

        assert_eq!(outbox(&assisted.site, 2).await.len(), 2, "the old one owes nothing, the new one does");
        assert_eq!(assisted.briefs_and_notices(visitor.session_id()).await.0.len(), 1);
        assert_eq!(assisted.tickets().await.len(), 2);
    }

    async fn kills_at_any_moment_lose_no_brief_and_no_mail_and_repeat_none(database: Database) {
        let seed: u64 = std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
        println!("seed {seed}: run again with SEED={seed}");
        let mut dice = rand::rngs::StdRng::seed_from_u64(seed);
        let options = Options::unlimited().flag("--public-url", "https://chat.example.com");
        let mut assisted = Assisted::with(database, options).await;
        assisted.remove_providers().await;
        assisted.set(json!({"hours": {"timezone": "UTC", "days": {}}})).await;
        for _ in 0..ROUNDS {
            let mut asked = Vec::new();
            for _ in 0..HANDOFFS_PER_ROUND {
                let (visitor, mut theirs) = assisted.chatting().await;
                theirs.post("handoff:request", json!({"session_id": visitor.session_id()})).await;
                asked.push(theirs);
            }
            asked[0].event("message:new").await;
            // The kill falls anywhere between the first handoff's commit and the last mail.
            tokio::time::sleep(Duration::from_micros(dice.random_range(0..20_000))).await;
            assisted.site.server.kill_and_restart().await;
        }
        assisted.ask_for_a_person().await;

        let tickets = assisted.tickets().await;
        let mails = within("as many mails as tickets", outbox(&assisted.site, tickets.len())).await;

        assert!(tickets.len() > ROUNDS, "{}", tickets.len());
        let waiting: BTreeSet<&str> = tickets.iter().map(|one| one["conversation_id"].as_str().unwrap()).collect();
        assert_eq!((mails.len(), waiting.len()), (tickets.len(), tickets.len()));
        for id in waiting {
            let told = mails.iter().filter(|mail| unfolded(mail).contains(id)).count();
            let (briefs, notices) = assisted.briefs_and_notices(id).await;
            assert_eq!((told, briefs.len(), notices.len()), (1, 1, 1), "of {id}: {briefs:?} {notices:?}");
        }
        println!("{} handoffs over {ROUNDS} kills", tickets.len());
    }
}
