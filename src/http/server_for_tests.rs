//! A server on a port of its own with a database in a temporary directory, and a client that speaks to it.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tempfile::TempDir;

use super::router;
use crate::accounts::{Accounts, MadeChannel, MemberFields, NewToken, TokenOwner};
use crate::app::{Models, Services};
use crate::base::Base;
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::crypto::MasterKeys;
use crate::db::Db;
use crate::hub::Hub;
use crate::llm::EnvironmentKeys;
use crate::model::{MemberRecord, OrgRecord, Role};

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

/// The response.
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

    pub(super) async fn with(settings: Settings) -> Self {
        let data = tempfile::tempdir().unwrap();
        let settings = Arc::new(Settings { data_dir: data.path().to_owned(), ..settings });
        let db = Db::open(None, data.path(), 2).await.unwrap();
        let keys = MasterKeys::load(None, data.path()).unwrap();
        let base = Base::new(db, Arc::new(SystemClock), settings);
        let services = Services::new(base, keys, EnvironmentKeys::default(), Models::default()).unwrap();
        services.assistant.start();
        services.handover.start();
        let app = router(services.api());
        let Services { hub, accounts, .. } = services;
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
        self.accounts.directory().create_token(owner, NewToken::default()).await.unwrap().1.into_string()
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
