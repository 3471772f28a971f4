//! A site's own tokens: Firebase ID tokens and shared secrets, in the widget session and on sockets.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{Client, Database, Options, Site};

const ISSUER: &str = "https://securetoken.google.com/demo-project";
const AUDIENCE: &str = "demo-project";
const KEY_ID: &str = "key-1";

fn rsa() -> EncodingKey {
    EncodingKey::from_rsa_pem(include_bytes!("../../src/auth/testdata/rsa.pem")).unwrap()
}

fn token(key: &EncodingKey, algorithm: Algorithm, claims: &Value) -> String {
    let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(algorithm) };
    encode(&header, claims, key).unwrap()
}

fn claims(subject: &str) -> Value {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": subject, "user_id": subject, "iat": now, "auth_time": now,
        "exp": now + 3_600, "name": "Grace Hopper", "email": "grace@example.com", "email_verified": true,
    })
}

/// Serves the issuer's keys as Google does, on loopback.
async fn serve_keys() -> String {
    let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&rsa(), Algorithm::RS256).unwrap()).unwrap();
    jwk["kid"] = json!(KEY_ID);
    jwk["use"] = json!("sig");
    let body = json!({ "keys": [jwk] }).to_string();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 2_048];
            let _read = stream.read(&mut request).await;
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncache-control: max-age=600\r\n\
                 connection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let _written = stream.write_all(answer.as_bytes()).await;
        }
    });
    format!("http://{address}/keys")
}

async fn site_with_firebase() -> Site {
    let keys = serve_keys().await;
    let options = Options::default().flag("--allow-private-ranges", "127.0.0.0/8");
    let site = Site::start(Database::sqlite(), options).await;
    let agent = site.agent("ann").await;
    let issuer = json!({"issuer": {"issuer": ISSUER, "audience": AUDIENCE, "jwks_url": keys}});
    let path = format!("/api/v1/channels/{}", site.org.channel_id);
    let changed = site.patch(Some(&agent.token), &path, &issuer).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    site
}

#[tokio::test]
async fn a_firebase_token_is_a_visitor_on_sockets_and_in_the_widget() {
    let site = site_with_firebase().await;
    let jwt = token(&rsa(), Algorithm::RS256, &claims("uid-1"));

    let first = site.connect(&jwt).await;
    let second = site.connect(&jwt).await;
    let widget = json!({"channel_key": site.org.channel_key, "identity": {"user_id": "uid-1", "jwt": jwt}});
    let session = site.post(None, "/api/v1/widget/sessions", &widget).await;

    assert_eq!(first.hello["user"]["kind"], "visitor");
    assert_eq!(first.hello["user"]["name"], "Grace Hopper");
    assert_eq!(
        first.hello["user"]["id"], second.hello["user"]["id"],
        "made on first use, known from then on"
    );
    assert_eq!(session.body["visitor"]["id"], first.hello["user"]["id"], "{session:?}");
    assert_eq!(session.body["visitor"]["verified"], true);
}

#[tokio::test]
async fn a_firebase_token_opens_a_stock_socket_io_client() {
    let site = site_with_firebase().await;
    let jwt = token(&rsa(), Algorithm::RS256, &claims("uid-2"));
    let agent = site.agent("ben").await;
    let widget = json!({"channel_key": site.org.channel_key, "identity": {"user_id": "uid-2", "jwt": jwt}});
    let session = site.post(None, "/api/v1/widget/sessions", &widget).await;
    let visitor_token = session.body["visitor_token"].as_str().unwrap();
    let begun = site.post(Some(visitor_token), "/api/v1/widget/conversations", &json!({})).await;
    let session_id = begun.body["session"]["id"].as_str().unwrap();

    let output = crate::support::within(
        "the client ends",
        tokio::process::Command::new("node")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/stock.mjs"))
            .args([&site.server.url(""), "websocket", &jwt, &agent.token, session_id])
            .output(),
    )
    .await
    .unwrap();

    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn a_wrong_token_is_refused_and_makes_nobody() {
    let site = site_with_firebase().await;
    let weak = EncodingKey::from_rsa_pem(include_bytes!("../../src/auth/testdata/rsa_weak.pem")).unwrap();
    let with = |field: &str, value: Value| {
        let mut claims = claims("uid-3");
        claims[field] = value;
        claims
    };
    for (what, jwt) in [
        ("another key", token(&weak, Algorithm::RS256, &claims("uid-3"))),
        ("expired", token(&rsa(), Algorithm::RS256, &with("exp", json!(1_000)))),
        ("another audience", token(&rsa(), Algorithm::RS256, &with("aud", json!("other-project")))),
        ("another issuer", token(&rsa(), Algorithm::RS256, &with("iss", json!("https://evil.example")))),
        ("no subject", token(&rsa(), Algorithm::RS256, &with("sub", json!("")))),
        ("a secret", token(&EncodingKey::from_secret(b"secret"), Algorithm::HS256, &claims("uid-3"))),
    ] {
        let mut client = Client::open(site.server.port, None).await;
        let error = client.call("hello", json!({ "token": jwt })).await.unwrap_err();
        assert_eq!(error["code"], "unauthenticated", "{what}");
        assert_eq!(client.closed().await.0, Some(4501), "{what}");
    }
}
