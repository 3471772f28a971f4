//! A site whose assistant talks with a scripted provider.

use serde_json::{Value, json};
use switchboard_sim::chat::ChatSim;

use super::site::text;
use super::{Agent, Client, Database, Options, Received, Site, Visitor, within};

pub struct Assisted {
    pub site: Site,
    pub sim: ChatSim,
    pub owner: Agent,
}

/// What a reader has of one reply while it is written.
#[derive(Debug, Default, Clone)]
pub struct Stream {
    pub message_id: String,
    pub text: String,
    pub pieces: usize,
}

impl Stream {
    /// Takes a delta in as PROTOCOL.md says: by its offset in code points; a piece that does not fit is ignored.
    pub fn take(&mut self, data: &Value) {
        let id = data["message_id"].as_str().expect("a reply's id");
        let offset = usize::try_from(data["offset"].as_u64().expect("an offset")).expect("small");
        let piece = data["text"].as_str().expect("text");
        if offset == 0 {
            *self = Self { message_id: id.to_owned(), text: piece.to_owned(), pieces: 1 };
        } else if self.message_id == id && self.text.chars().count() == offset {
            self.text.push_str(piece);
            self.pieces += 1;
        }
    }
}

impl Assisted {
    pub async fn start(database: Database) -> Self {
        Self::with(database, Options::unlimited()).await
    }

    pub async fn with(database: Database, options: Options) -> Self {
        let sim = ChatSim::start().await;
        let options = options.flag("--allow-private-ranges", "127.0.0.0/8");
        let site = Site::start(database, options).await;
        let owner = site.agent("owner").await;
        let assisted = Self { site, sim, owner };
        assisted.switch_on().await;
        assisted.add_provider("openai-compatible", &assisted.sim.v1_url()).await;
        assisted
    }

    /// Lets the assistant answer on the site's channel.
    pub async fn switch_on(&self) {
        let path = format!("/api/v1/channels/{}", self.site.org.channel_id);
        let changed = self.site.patch(Some(&self.owner.token), &path, &json!({ "assistant": true })).await;
        assert_eq!(changed.status, 200, "{changed:?}");
    }

    /// Adds a provider to the org's chain and gives its id.
    pub async fn add_provider(&self, name: &str, base_url: &str) -> String {
        let fields = json!({ "kind": "compatible", "name": name, "base_url": base_url, "model": "scripted", "key": "sk-test-0123456789abcdef" });
        let made = self.site.post(Some(&self.owner.token), "/api/v1/providers", &fields).await;
        assert_eq!(made.status, 201, "{made:?}");
        text(&made.body["provider"], "id")
    }

    /// Empties the org's chain.
    pub async fn remove_providers(&self) {
        let listed = self.site.get(Some(&self.owner.token), "/api/v1/providers").await;
        for provider in listed.body["providers"].as_array().expect("a list") {
            let path = format!("/api/v1/providers/{}", text(provider, "id"));
            assert_eq!(self.site.delete(Some(&self.owner.token), &path).await.status, 204);
        }
    }

    /// What was used, newest first, once it is as it should be: use is stored a moment after it is counted.
    pub async fn usage_events_once(&self, what: &str, is_there: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        within(what, async {
            loop {
                let answer = self.site.get(Some(&self.owner.token), "/api/v1/usage/events?limit=200").await;
                let events = answer.body["items"].as_array().expect("events");
                if is_there(events) {
                    return events.clone();
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }

    /// Waits until what was used has cost so many US dollars.
    pub async fn costs_usd(&self, expected: f64) {
        let cost = |events: &[Value]| {
            events.iter().map(|one| one["cost_usd"].as_f64().expect("a cost")).sum::<f64>()
        };
        let what = format!("use of {expected} USD is stored");
        self.usage_events_once(&what, |events| (cost(events) - expected).abs() < 1e-9).await;
    }

    pub async fn set(&self, settings: Value) {
        let body = json!({ "settings": settings });
        let changed = self.site.patch(Some(&self.owner.token), "/api/v1/settings", &body).await;
        assert_eq!(changed.status, 200, "{changed:?}");
    }

    /// A visitor who is in their conversation.
    pub async fn chatting(&self) -> (Visitor, Client) {
        let visitor = self.site.visitor().await;
        let mut client = self.site.connect(&visitor.token).await;
        client.join(visitor.session_id()).await;
        (visitor, client)
    }

    /// An agent who watches a conversation.
    pub async fn watching(&self, visitor: &Visitor) -> Client {
        let mut client = self.site.connect(&self.owner.token).await;
        client.join(visitor.session_id()).await;
        client
    }
}

/// Reads until the entry of the assistant's reply, and gives the stream and the entry.
pub async fn read_reply(client: &mut Client) -> (Stream, Value) {
    super::within("the assistant's entry", read_on(client)).await
}

async fn read_on(client: &mut Client) -> (Stream, Value) {
    let mut stream = Stream::default();
    loop {
        match client.next().await {
            Received::Event { name, data } if name == "message:delta" => stream.take(&data),
            Received::Event { name, data } if name == "message:new" && data["role"] == "assistant" => {
                return (stream, data);
            }
            Received::Closed { code, reason } => panic!("closed {code:?} {reason} while a reply was read"),
            Received::Event { .. } | Received::Ack { .. } => {}
        }
    }
}
