//! A server with an org, a channel and agents: what most tests begin with.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::rest::{Answer, http, send};
use super::{Client, Database, Options, Server};

pub struct Site {
    pub server: Server,
    pub org: Org,
}

/// An org with a channel, made by the shell.
#[derive(Clone, Debug)]
pub struct Org {
    pub id: String,
    pub channel_id: String,
    pub channel_key: String,
    pub identity_secret: String,
}

/// A visitor with a token and, once it has begun, a conversation.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub token: String,
    pub id: String,
    pub session: Value,
}

impl Visitor {
    pub fn session_id(&self) -> &str {
        self.session["id"].as_str().expect("a conversation")
    }
}

#[derive(Clone, Debug)]
pub struct Agent {
    pub id: String,
    pub email: String,
    pub token: String,
}

pub const PASSWORD: &str = "correct horse battery";

impl Site {
    pub async fn start(database: Database, options: Options) -> Self {
        let server = Server::start(database, options).await;
        let org = new_org(&server, "Acme").await;
        Self { server, org }
    }

    /// With counts per time lifted.
    pub async fn unlimited(database: Database) -> Self {
        Self::start(database, Options::unlimited()).await
    }

    pub async fn another_org(&self) -> Org {
        new_org(&self.server, "Other").await
    }

    pub async fn agent(&self, name: &str) -> Agent {
        self.agent_of(&self.org, name).await
    }

    /// An agent made by the shell, with an API token.
    pub async fn agent_of(&self, org: &Org, name: &str) -> Agent {
        self.agent_with_role(org, name, "owner").await
    }

    pub async fn agent_with_role(&self, org: &Org, name: &str, role: &str) -> Agent {
        self.made_by_shell(org, name, &["--role", role]).await
    }

    /// An owner who runs the whole server.
    pub async fn platform_admin(&self, org: &Org, name: &str) -> Agent {
        self.made_by_shell(org, name, &["--role", "owner", "--platform-admin"]).await
    }

    async fn made_by_shell(&self, org: &Org, name: &str, flags: &[&str]) -> Agent {
        let email = format!("{name}-{}@example.com", &org.id[..8]);
        let arguments = [&["agent", "create", &email, "--org", &org.id, "--password-stdin"], flags].concat();
        let made = self.server.cli_with_input(&arguments, &format!("{PASSWORD}\n")).await.expect("an agent");
        let id = text(&made, "agent_id");
        let token = text(&self.server.cli(&["token", "create", "--agent", &id]).await, "token");
        Agent { id, email, token }
    }

    /// A token that acts as the org's server.
    pub async fn server_token(&self, org: &Org) -> String {
        text(&self.server.cli(&["token", "create", "--org", &org.id]).await, "token")
    }

    /// A new visitor without a conversation.
    pub async fn stranger(&self, org: &Org) -> Visitor {
        self.stranger_who(json!({ "channel_key": org.channel_key })).await
    }

    /// The same, whose browser has this language.
    pub async fn stranger_with_locale(&self, org: &Org, locale: &str) -> Visitor {
        self.stranger_who(json!({ "channel_key": org.channel_key, "locale": locale })).await
    }

    async fn stranger_who(&self, body: Value) -> Visitor {
        let answer = self.post(None, "/api/v1/widget/sessions", &body).await;
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        Visitor {
            token: text(&answer.body, "visitor_token"),
            id: text(&answer.body["visitor"], "id"),
            session: Value::Null,
        }
    }

    /// A new visitor with a conversation.
    pub async fn visitor(&self) -> Visitor {
        self.visitor_of(&self.org).await
    }

    pub async fn visitor_of(&self, org: &Org) -> Visitor {
        let mut visitor = self.stranger(org).await;
        self.begin(&mut visitor).await;
        visitor
    }

    /// Gives a visitor a conversation: the active one, or a new one.
    pub async fn begin(&self, visitor: &mut Visitor) -> Answer {
        let answer = self.post(Some(&visitor.token), "/api/v1/widget/conversations", &json!({})).await;
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        visitor.session = answer.body["session"].clone();
        answer
    }

    /// A connected client that has said hello.
    pub async fn connect(&self, token: &str) -> Client {
        Client::connect(self.server.port, token).await
    }

    pub async fn get(&self, token: Option<&str>, path: &str) -> Answer {
        let request = http().get(self.server.url(path));
        send(with_token(request, token)).await
    }

    pub async fn post(&self, token: Option<&str>, path: &str, body: &Value) -> Answer {
        let request = http().post(self.server.url(path)).json(body);
        send(with_token(request, token)).await
    }

    pub async fn put(&self, token: Option<&str>, path: &str, body: &Value) -> Answer {
        let request = http().put(self.server.url(path)).json(body);
        send(with_token(request, token)).await
    }

    pub async fn patch(&self, token: Option<&str>, path: &str, body: &Value) -> Answer {
        let request = http().patch(self.server.url(path)).json(body);
        send(with_token(request, token)).await
    }

    pub async fn delete(&self, token: Option<&str>, path: &str) -> Answer {
        let request = http().delete(self.server.url(path));
        send(with_token(request, token)).await
    }
}

fn with_token(request: reqwest::RequestBuilder, token: Option<&str>) -> reqwest::RequestBuilder {
    match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}

async fn new_org(server: &Server, name: &str) -> Org {
    let id = text(&server.cli(&["org", "create", name]).await, "org_id");
    let channel = server.cli(&["channel", "create", "Site", "--org", &id]).await;
    Org {
        id,
        channel_id: text(&channel, "channel_id"),
        channel_key: text(&channel, "channel_key"),
        identity_secret: text(&channel, "identity_secret"),
    }
}

pub fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}")).to_owned()
}

pub fn sign(secret: &str, user_id: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(user_id.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
