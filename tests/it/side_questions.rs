//! What the assistant asks a model besides its replies: what a message is about, and what older messages said.

use serde_json::{Value, json};
use switchboard_sim::chat::{Recorded, Reply};

use crate::on_both_databases;
use crate::support::{Assisted, Client, Received, Visitor, read_reply, within};

/// What every request to classify a message begins with.
const TO_CLASSIFY: &str = "Classify the message of a visitor.";
/// What every request to sum up for later prompts begins with.
const TO_SUM_UP: &str = "so that an assistant can go on with it";
/// Messages that go into a prompt as they are, by default.
const TURNS: usize = 20;
/// Messages that are summed up together, by default.
const SUMMED_TOGETHER: usize = 10;

/// Waits for what agents see of a conversation to say what its last message is about.
async fn insight(agent: &mut Client, is_wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let insight = agent.event("session:updated").await["state"]["insight"].clone();
        if is_wanted(&insight) {
            return insight;
        }
    }
}

/// A visitor and the assistant in a long conversation.
struct Long {
    assisted: Assisted,
    visitor: Visitor,
    client: Client,
    asked_count: usize,
}

impl Long {
    async fn start(assisted: Assisted) -> Self {
        let (visitor, client) = assisted.chatting().await;
        Self { assisted, visitor, client, asked_count: 0 }
    }

    /// Asks on until so many questions are answered, and gives the request of the last answer.
    async fn ask_until(&mut self, count: usize) -> Recorded {
        while self.asked_count < count {
            self.asked_count += 1;
            let question = self.question(self.asked_count);
            self.client.say(self.visitor.session_id(), &question).await;
            read_reply(&mut self.client).await;
        }
        let last = self.question(count);
        let is_last = |request: &Recorded| !request.contains(TO_SUM_UP) && request.contains(&last);
        self.assisted.sim.requests().into_iter().rfind(is_last).expect("the model was asked")
    }

    fn question(&self, number: usize) -> String {
        format!("question number {number:02}, about parcels")
    }

    /// Which questions a request holds as they are.
    fn questions_in(&self, request: &Recorded) -> Vec<usize> {
        (1..=self.asked_count).filter(|number| request.contains(&self.question(*number))).collect()
    }

    /// Requests to sum up, once there are so many.
    async fn summed_up(&self, count: usize) -> Vec<Recorded> {
        let requests = || self.assisted.sim.requests().into_iter().filter(|one| one.contains(TO_SUM_UP));
        self.assisted.sim.received(self.asked_count + count).await;
        requests().collect()
    }

    /// Waits until a summary is stored, which nothing tells of.
    async fn stored(&self, summary: &str) {
        let query = format!("select summary from conversations where id = '{}'", self.visitor.session_id());
        within("the summary is stored", async {
            while self.assisted.site.server.database.read(&query) != [summary] {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await;
    }
}

on_both_databases! {
    async fn the_model_says_what_a_message_is_about_where_the_org_wants_that(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.set(json!({"insight": "model"})).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let mut ours = assisted.watching(&visitor).await;
        let said = "Sure: {\"intent\":\"booking\",\"sentiment\":\"positive\",\"language\":\"pt\"}";
        assisted.sim.push_when(|request| request.contains(TO_CLASSIFY), Reply::text(said));

        theirs.say(visitor.session_id(), "I want my money back, this is terrible").await;
        let noted = insight(&mut ours, Value::is_object).await;

        assert_eq!(noted, json!({"intent": "booking", "sentiment": "positive", "language": "pt"}), "not its words");
        let asked: Vec<Recorded> = assisted.sim.requests().into_iter().filter(|one| one.contains(TO_CLASSIFY)).collect();
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].body["messages"][1]["content"], "I want my money back, this is terrible");
        let found = assisted.site.get(Some(&assisted.owner.token), &format!("/api/v1/conversations/{}", visitor.session_id())).await;
        assert_eq!(found.body["conversation"]["state"]["insight"], noted, "{found:?}");
    }

    async fn what_words_say_comes_with_the_message_and_only_what_is_new_of_it(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let mut ours = assisted.watching(&visitor).await;
        let mut seen = Vec::new();
        for (words, intent) in [("where is my parcel, please?", "order"), ("and the other parcel, where is it?", "order"), ("thank you so much", "thanks")] {
            theirs.say(visitor.session_id(), words).await;
            let found = assisted.site.get(Some(&assisted.owner.token), &format!("/api/v1/conversations/{}", visitor.session_id())).await;
            assert_eq!(found.body["conversation"]["state"]["insight"]["intent"], intent, "{words}: it is there with the ack");
            read_reply(&mut theirs).await;
        }
        while seen.len() < 5 {
            let Received::Event { name, data } = ours.next().await else { panic!("an event") };
            if matches!(&*name, "message:new" | "session:updated") && data["author"]["kind"] != "assistant" {
                seen.push((name, data["state"]["insight"]["intent"].clone()));
            }
        }

        let (message, state) = (("message:new".to_owned(), Value::Null), |intent: &str| ("session:updated".to_owned(), json!(intent)));
        assert_eq!(seen, [message.clone(), state("order"), message.clone(), message, state("thanks")]);
    }

    async fn words_say_what_a_message_is_about_where_the_model_does_not(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.set(json!({"insight": "model", "sentiment_handoff": false})).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let mut ours = assisted.watching(&visitor).await;
        let bad = [
            ("I want my money back, this is terrible", "negative", Reply::text("They are cross.")),
            ("Great, thank you so much!", "positive", Reply::text("{\"intent\":\"thanks\",\"sentiment\":\"angry\",\"language\":\"en\"}")),
            ("This is horrible, the worst shop ever", "negative", Reply::fault(switchboard_sim::chat::Fault::status(500))),
        ];
        for (words, sentiment, answer) in bad {
            assisted.sim.push_when(move |request| request.contains(TO_CLASSIFY) && request.contains(words), answer);

            theirs.say(visitor.session_id(), words).await;
            let noted = insight(&mut ours, |insight| insight["sentiment"] == sentiment).await;

            assert_eq!(noted["language"], "en", "{words}: {noted}");
            read_reply(&mut theirs).await;
        }
        assert_eq!(assisted.sim.waiting_count(), 0, "the model was asked each time");
    }

    async fn what_falls_out_of_the_prompt_is_summed_up_and_nothing_is_lost_meanwhile(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.sim.push_when(|request| request.contains(TO_SUM_UP), Reply::text("First summary: parcel 4711."));
        assisted.sim.push_when(|request| request.contains(TO_SUM_UP), Reply::text("Second summary: parcel 4712."));
        let mut long = Long::start(assisted).await;
        let first_summary = (TURNS + SUMMED_TOGETHER) / 2;

        let before = long.ask_until(first_summary).await;
        let all: Vec<usize> = (1..=first_summary).collect();
        assert_eq!(long.questions_in(&before), all, "what no summary holds yet is told as it is");
        assert!(!before.contains("summary_of_earlier_messages"));

        let asked = long.summed_up(1).await;
        long.stored("First summary: parcel 4711.").await;
        assert_eq!(asked.len(), 1);
        let summed: Vec<usize> = (1..=SUMMED_TOGETHER / 2).collect();
        assert_eq!(long.questions_in(&asked[0]), summed, "each with its answer");
        let after = long.ask_until(first_summary + 1).await;
        assert!(after.contains("summary_of_earlier_messages") && after.contains("First summary: parcel 4711."));
        let told: Vec<usize> = (SUMMED_TOGETHER / 2 + 1..=first_summary + 1).collect();
        assert_eq!(long.questions_in(&after), told, "the summary stands for the rest");

        long.ask_until(first_summary + SUMMED_TOGETHER / 2).await;
        let asked = long.summed_up(2).await;
        long.stored("Second summary: parcel 4712.").await;
        assert!(asked[1].contains("Earlier summary: \"First summary: parcel 4711.\""), "one summary goes on from the other");
        let summed: Vec<usize> = (SUMMED_TOGETHER / 2 + 1..=SUMMED_TOGETHER).collect();
        assert_eq!(long.questions_in(&asked[1]), summed);
        let last = long.ask_until(first_summary + SUMMED_TOGETHER / 2 + 1).await;
        assert!(last.contains("Second summary: parcel 4712.") && !last.contains("First summary"));
    }
}
