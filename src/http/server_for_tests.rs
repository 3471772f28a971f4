//! A server on a port of its own with a database in a temporary directory, and a client that speaks to it.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Api, ApiParts, router};
use crate::accounts::{Accounts, AccountsParts, Directory, MadeChannel, MemberFields, TokenOwner};
use crate::assistant::{Assistant, AssistantParts, Chains, EnvironmentKeys};
use crate::attachments::{Attachments, AttachmentsParts};
use crate::auth::IdentityVerifier;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Settings;
use crate::crypto::MasterKeys;
use crate::db::{Db, MemberRecord, OrgRecord, Role, Store};
use crate::hub::{Hub, HubParts};
use crate::knowledge::{Knowledge, KnowledgeParts, NoEmbedders};
use crate::limits::Limits;
use crate::mail::Mailer;
use crate::notify::{Notifier, NotifierParts};
use crate::org_settings::OrgSettings;
use crate::outbound::Gateway;
use crate::tools::{Tools, ToolsParts};
use crate::usage::Usage;
use crate::voice::{Voice, VoiceParts};

pub(super) const PASSWORD: &str = "correct horse battery";

/// A running API.
pub(super) struct Harness {
    pub(super) base: String,
    pub(super) hub: Arc<Hub>,
    pub(super) accounts: Accounts,
    /// The same server without a socket before it.
    pub(super) app: axum::Router,
    client: reqwest::Client,
    _data: TempDir,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// Status and error code.
    pub(super) fn refusal(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Harness {
    pub(super) async fn start() -> Self {
        Self::with(Settings { limits: false, ..Settings::defaults() }).await
    }

    #[expect(clippy::too_many_lines, reason = "it lists the parts of a server, one after another")]
    pub(super) async fn with(settings: Settings) -> Self {
        let data = tempfile::tempdir().unwrap();
        let settings = Arc::new(Settings { data_dir: data.path().to_owned(), ..settings });
        let db = Db::open(None, data.path(), 2).await.unwrap();
        let clock: SharedClock = Arc::new(SystemClock);
        let tasks = TaskTracker::new();
        let store = Store::start(db.clone(), clock.clone(), 64, &tasks);
        let limits = Arc::new(Limits::new(&settings));
        let hub =
            Hub::new(HubParts { store, settings: settings.clone(), clock: clock.clone(), limits, tasks });
        let gateway = Gateway::new(&settings);
        let keys = Arc::new(MasterKeys::load(None, data.path()).unwrap());
        let org_settings = OrgSettings::new(db.clone(), clock.clone());
        let accounts = Accounts::new(AccountsParts {
            directory: Directory::new(db.clone(), keys.clone(), clock.clone()),
            hub: hub.clone(),
            identities: IdentityVerifier::new(gateway.clone(), clock.clone()),
            gateway: gateway.clone(),
            org_settings: org_settings.clone(),
        });
        let knowledge = Knowledge::new(KnowledgeParts {
            db: db.clone(),
            gateway: gateway.clone(),
            clock: clock.clone(),
            settings: settings.clone(),
            encoder: None,
            embedders: Arc::new(NoEmbedders),
            extra_sources: Vec::new(),
            tasks: hub.tasks().clone(),
        });
        let attachments = attachments(&hub, clock.clone(), settings.clone());
        let usage = Usage::new(db.clone(), clock.clone(), org_settings.clone(), hub.tasks().clone());
        let notifier = Notifier::new(NotifierParts {
            db: db.clone(),
            keys: keys.clone(),
            gateway: gateway.clone(),
            clock: clock.clone(),
            settings: settings.clone(),
            org_settings: org_settings.clone(),
            mailer: Mailer::new(&settings).unwrap(),
            tasks: hub.tasks().clone(),
        });
        let tools = Tools::new(ToolsParts {
            db: db.clone(),
            knowledge: knowledge.clone(),
            gateway: gateway.clone(),
            keys: keys.clone(),
            clock,
            settings: settings.clone(),
            org_settings: org_settings.clone(),
            usage: usage.clone(),
            notifier: notifier.clone(),
            tasks: hub.tasks().clone(),
        });
        let parts = AssistantParts {
            hub: hub.clone(),
            chains: Chains::new(db.clone(), keys.clone(), EnvironmentKeys::default(), &settings),
            keys,
            attachments: attachments.clone(),
            org_settings: org_settings.clone(),
            usage: usage.clone(),
            tools: tools.clone(),
            notifier: notifier.clone(),
            knowledge: knowledge.clone(),
            gateway: gateway.clone(),
        };
        let assistant = Assistant::start(parts, CancellationToken::new());
        let voice = Voice::new(VoiceParts {
            hub: hub.clone(),
            assistant: assistant.clone(),
            tools: tools.clone(),
            org_settings,
            usage,
            gateway,
        });
        hub.listen(vec![Arc::new(assistant.clone()), Arc::new(voice.clone())]);
        let app = router(Api::new(ApiParts {
            accounts: accounts.clone(),
            hub: hub.clone(),
            settings,
            assistant,
            knowledge,
            attachments,
            tools,
            notifier,
            voice,
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let service = app.clone().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { base, hub, accounts, app, client: reqwest::Client::new(), _data: data }
    }

    pub(super) async fn org(&self, name: &str) -> OrgRecord {
        self.accounts.directory().create_org(name).await.unwrap()
    }

    pub(super) async fn member(&self, org: &OrgRecord, email: &str, role: Role) -> MemberRecord {
        let fields = MemberFields {
            email: email.to_owned(),
            name: None,
            role,
            platform_admin: false,
            password: Some(PASSWORD.into()),
        };
        self.accounts.directory().create_member(org.id, fields).await.unwrap()
    }

    pub(super) async fn channel(&self, org: &OrgRecord, origins: &[&str]) -> MadeChannel {
        let origins: Vec<String> = origins.iter().map(ToString::to_string).collect();
        self.accounts.directory().create_channel(org.id, "Site", &origins).await.unwrap()
    }

    pub(super) async fn token(&self, owner: TokenOwner) -> String {
        self.accounts.directory().create_token(owner, None).await.unwrap().1.into_string()
    }

    /// Sends a request with headers given as pairs.
    pub(super) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Reply {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        for (name, value) in headers {
            request =
                request.header(name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap());
        }
        if let Some(body) = body {
            if !headers.iter().any(|(name, _)| *name == "content-type") {
                request = request.header("content-type", "application/json");
            }
            request = request.body(body.to_owned());
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Reply { status, headers, text: response.text().await.unwrap() }
    }

    /// Sends JSON with a token.
    pub(super) async fn call(&self, token: &str, method: &str, path: &str, body: Value) -> Reply {
        let bearer = format!("Bearer {token}");
        let body = if body.is_null() { None } else { Some(body.to_string()) };
        self.send(method, &format!("/api/v1{path}"), &[("authorization", &bearer)], body.as_deref()).await
    }
}

fn attachments(hub: &Hub, clock: SharedClock, settings: Arc<Settings>) -> Attachments {
    Attachments::new(AttachmentsParts { db: hub.db().clone(), clock, settings, tasks: hub.tasks().clone() })
}
