//! Tests of identities: right ones pass, and every way to forge one is refused.

use super::*;
use crate::clock::{Clock as _, ManualClock, SystemClock};
use crate::config::Settings;
use crate::crypto::{Secret, hmac_sha256_hex};
use crate::outbound::Gateway;
use futures_util::future::join_all;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use url::Url;

const ISSUER: &str = "https://securetoken.google.com/demo-project";
const AUDIENCE: &str = "demo-project";
const SECRET: &str = "a secret the site shares with us";
const HOUR_MS: i64 = 3_600_000;

fn rsa() -> EncodingKey {
    EncodingKey::from_rsa_pem(include_bytes!("testdata/rsa.pem")).unwrap()
}

fn weak_rsa() -> EncodingKey {
    EncodingKey::from_rsa_pem(include_bytes!("testdata/rsa_weak.pem")).unwrap()
}

fn ec() -> EncodingKey {
    EncodingKey::from_ec_pem(include_bytes!("testdata/ec.pem")).unwrap()
}

fn ed() -> EncodingKey {
    EncodingKey::from_ed_pem(include_bytes!("testdata/ed.pem")).unwrap()
}

/// A published key, in the shape of Google's `securetoken@system.gserviceaccount.com` document.
fn published(key: &EncodingKey, algorithm: Algorithm, id: &str) -> Value {
    let mut jwk = serde_json::to_value(Jwk::from_encoding_key(key, algorithm).unwrap()).unwrap();
    jwk["kid"] = json!(id);
    jwk["use"] = json!("sig");
    jwk
}

fn now_s() -> i64 {
    SystemClock.now_ms() / 1_000
}

/// The claims of a Firebase ID token. They outlive every turn of the tests' clock.
fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "auth_time": now_s(),
        "user_id": "uid-1",
        "sub": "uid-1",
        "iat": now_s(),
        "exp": now_s() + 100 * 3_600,
        "name": "Ada",
        "email": "ada@example.com",
        "email_verified": true,
        "firebase": {"identities": {"email": ["ada@example.com"]}, "sign_in_provider": "password"},
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[field] = value;
    claims
}

fn without(field: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(field);
    claims
}

fn signed(key: &EncodingKey, algorithm: Algorithm, key_id: Option<&str>, claims: &Value) -> String {
    let mut header = Header::new(algorithm);
    header.kid = key_id.map(str::to_owned);
    encode(&header, claims, key).unwrap()
}

fn signed_with_secret(claims: &Value) -> String {
    signed(&EncodingKey::from_secret(SECRET.as_bytes()), Algorithm::HS256, None, claims)
}

fn shared_secret() -> Issuer {
    let key = IssuerKey::SharedSecret(Secret::from(SECRET));
    Issuer { issuer: ISSUER.to_owned(), audience: AUDIENCE.to_owned(), key }
}

/// Publishes keys on loopback and counts who asks; answers only as far as it is let.
struct Site {
    url: Url,
    keys: Arc<Mutex<Value>>,
    fetches: Arc<Mutex<usize>>,
    gate: Arc<Semaphore>,
    clock: Arc<ManualClock>,
    verifier: IdentityVerifier,
}

impl Site {
    async fn publishing(keys: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/jwk", listener.local_addr().unwrap())).unwrap();
        let (keys, fetches) = (Arc::new(Mutex::new(keys)), Arc::new(Mutex::new(0)));
        let gate = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        let (served, counted, opened) = (Arc::clone(&keys), Arc::clone(&fetches), Arc::clone(&gate));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _asked = stream.read(&mut [0; 2_048]).await.unwrap();
                *counted.lock().unwrap() += 1;
                opened.acquire().await.unwrap().forget();
                let keys = served.lock().unwrap().clone();
                let status = if keys.is_null() { "503 Unavailable" } else { "200 OK" };
                let body = json!({ "keys": keys }).to_string();
                let head = format!("cache-control: public, max-age=3600\r\ncontent-length: {}", body.len());
                let answer = format!("HTTP/1.1 {status}\r\nconnection: close\r\n{head}\r\n\r\n{body}");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        let settings =
            Settings { allow_private_ranges: vec!["127.0.0.2/32".parse().unwrap()], ..Settings::defaults() };
        let clock = ManualClock::at(SystemClock.now_ms());
        let verifier = IdentityVerifier::new(Gateway::new(&settings), clock.clone());
        Self { url, keys, fetches, gate, clock, verifier }
    }

    async fn firebase() -> Self {
        Self::publishing(json!([published(&rsa(), Algorithm::RS256, "key-1")])).await
    }

    fn publish(&self, keys: Value) {
        *self.keys.lock().unwrap() = keys;
    }

    fn fetch_count(&self) -> usize {
        *self.fetches.lock().unwrap()
    }

    async fn verify(&self, token: &str) -> Result<Identity, IdentityError> {
        let key = IssuerKey::JwksUrl(self.url.clone());
        let issuer = Issuer { issuer: ISSUER.to_owned(), audience: AUDIENCE.to_owned(), key };
        self.verifier.verify_jwt(&issuer, token).await
    }
}

/// A verifier for shared secrets, which fetches nothing.
async fn verify_shared(token: &str) -> Result<Identity, IdentityError> {
    let gateway = Gateway::new(&Settings::defaults());
    let verifier = IdentityVerifier::new(gateway, ManualClock::at(0));
    verifier.verify_jwt(&shared_secret(), token).await
}

fn ada() -> Identity {
    Identity {
        user_id: "uid-1".to_owned(),
        name: Some("Ada".to_owned()),
        email: Some("ada@example.com".to_owned()),
        verified: true,
        profile_verified: true,
        expires_at_ms: None,
    }
}

/// Without the moment at which its proof ends.
fn timeless(identity: Identity) -> Identity {
    Identity { expires_at_ms: None, ..identity }
}

#[test]
fn a_hash_of_the_user_id_proves_it() {
    let claim = IdentityClaim { user_id: "42".to_owned(), name: Some("Ada".to_owned()), email: None };
    let hash = hmac_sha256_hex(SECRET.as_bytes(), b"42");

    let identity = verify_hash(&Secret::from(SECRET), claim.clone(), &hash).unwrap();

    assert!(identity.verified);
    assert_eq!((identity.user_id.as_str(), identity.name.as_deref()), ("42", Some("Ada")));
    for (secret, wrong) in [(SECRET, &hash.to_uppercase()), (SECRET, &String::new()), ("other", &hash)] {
        let refused = verify_hash(&Secret::from(secret), claim.clone(), wrong);
        assert_eq!(refused, Err(IdentityError::WrongHash));
    }
}

#[test]
fn a_hash_of_another_user_or_an_empty_secret_is_refused() {
    let claim = IdentityClaim { user_id: "43".to_owned(), ..IdentityClaim::default() };
    let of_42 = hmac_sha256_hex(SECRET.as_bytes(), b"42");
    assert_eq!(verify_hash(&Secret::from(SECRET), claim.clone(), &of_42), Err(IdentityError::WrongHash));

    let with_nothing = hmac_sha256_hex(b"", b"43");
    assert_eq!(verify_hash(&Secret::from(""), claim, &with_nothing), Err(IdentityError::WrongHash));
}

#[test]
fn fields_that_are_empty_too_long_or_hold_control_characters_are_refused() {
    let claim = |user_id: &str, name: &str| IdentityClaim {
        user_id: user_id.to_owned(),
        name: Some(name.to_owned()),
        email: None,
    };

    assert!(Identity::checked(claim(&"ñ".repeat(255), ""), false).is_ok());
    for user_id in ["", &"x".repeat(256), "a\0b", "a\nb"] {
        let refused = Identity::checked(claim(user_id, ""), false);
        assert_eq!(refused, Err(IdentityError::BadField { field: "user_id" }));
    }
    let refused = Identity::checked(claim("42", &"x".repeat(256)), false);
    assert_eq!(refused, Err(IdentityError::BadField { field: "name" }));
    assert!(!Identity::checked(claim("42", "Ada"), false).unwrap().verified);
}

#[tokio::test]
async fn a_token_signed_with_the_shared_secret_names_the_visitor() {
    let identity = verify_shared(&signed_with_secret(&claims())).await.unwrap();

    assert_eq!(timeless(identity.clone()), ada());
    assert_eq!(identity.clone().of_user("uid-1").map(timeless), Ok(ada()));
    assert!(identity.of_user("uid-2").is_err());
}

#[tokio::test]
async fn a_firebase_token_names_the_visitor() {
    let site = Site::firebase().await;

    let identity = site.verify(&signed(&rsa(), Algorithm::RS256, Some("key-1"), &claims())).await;

    assert_eq!(identity.map(timeless), Ok(ada()));
}

#[tokio::test]
async fn elliptic_keys_verify_too() {
    let keys = json!([published(&ec(), Algorithm::ES256, "ec"), published(&ed(), Algorithm::EdDSA, "ed")]);
    let site = Site::publishing(keys).await;

    assert_eq!(
        site.verify(&signed(&ec(), Algorithm::ES256, Some("ec"), &claims())).await.map(timeless),
        Ok(ada())
    );
    assert_eq!(
        site.verify(&signed(&ed(), Algorithm::EdDSA, Some("ed"), &claims())).await.map(timeless),
        Ok(ada())
    );
    assert_eq!(site.verify(&signed(&ed(), Algorithm::EdDSA, None, &claims())).await.map(timeless), Ok(ada()));
    assert_eq!(site.fetch_count(), 1);
}

#[tokio::test]
async fn wrong_claims_are_refused_whatever_the_signature() {
    let wrong = [
        with("iss", json!("https://securetoken.google.com/other")),
        with("iss", json!([ISSUER])),
        with("aud", json!("other")),
        with("aud", json!(["other"])),
        with("exp", json!(now_s() - 61)),
        with("exp", json!("soon")),
        with("nbf", json!(now_s() + 120)),
        with("nbf", json!("later")),
        with("iat", json!(now_s() + 120)),
        with("sub", json!("")),
        with("sub", json!("x".repeat(256))),
        with("sub", json!(4.2)),
        without("iss"),
        without("aud"),
        without("exp"),
        without("sub"),
    ];
    let site = Site::firebase().await;
    for claims in wrong {
        let shared = verify_shared(&signed_with_secret(&claims)).await;
        let public = site.verify(&signed(&rsa(), Algorithm::RS256, Some("key-1"), &claims)).await;

        assert!(shared.is_err(), "{claims}");
        assert_eq!(shared, public, "{claims}");
    }
}

#[tokio::test]
async fn a_minute_of_clock_difference_is_forgiven() {
    for claims in [with("exp", json!(now_s() - 50)), with("nbf", json!(now_s() + 50))] {
        assert!(verify_shared(&signed_with_secret(&claims)).await.is_ok(), "{claims}");
    }
}

#[tokio::test]
async fn one_of_several_audiences_is_enough() {
    let claims = with("aud", json!(["other", AUDIENCE]));

    assert!(verify_shared(&signed_with_secret(&claims)).await.is_ok());
}

#[tokio::test]
async fn an_address_the_issuer_has_not_proven_is_left_out() {
    let identity = verify_shared(&signed_with_secret(&with("email_verified", json!(false)))).await.unwrap();

    assert_eq!(identity.email, None);
}

#[tokio::test]
async fn an_unsigned_token_is_refused() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
    let site = Site::firebase().await;
    for algorithm in ["none", "None", "NONE", ""] {
        let head = B64.encode(json!({"alg": algorithm, "typ": "JWT", "kid": "key-1"}).to_string());
        let token = format!("{head}.{}.", B64.encode(claims().to_string()));

        assert!(site.verify(&token).await.is_err());
        assert!(verify_shared(&token).await.is_err());
    }
    let mut parts = signed(&rsa(), Algorithm::RS256, Some("key-1"), &claims());
    parts.truncate(parts.rfind('.').unwrap() + 1);
    assert!(site.verify(&parts).await.is_err());
}

#[tokio::test]
async fn a_public_key_is_never_taken_for_a_secret() {
    let site = Site::firebase().await;
    let jwk = published(&rsa(), Algorithm::RS256, "key-1");
    for secret in [jwk["n"].as_str().unwrap().to_owned(), jwk.to_string()] {
        let forger = EncodingKey::from_secret(secret.as_bytes());
        let token = signed(&forger, Algorithm::HS256, Some("key-1"), &claims());

        assert!(site.verify(&token).await.is_err());
    }
}

#[tokio::test]
async fn published_secrets_weak_keys_and_keys_for_encryption_are_not_used() {
    let secret = json!({"kty": "oct", "kid": "oct", "k": "c2VjcmV0", "alg": "HS256"});
    let mut encrypting = published(&rsa(), Algorithm::RS256, "enc");
    encrypting["use"] = json!("enc");
    let weak = published(&weak_rsa(), Algorithm::RS256, "weak");
    let odd = json!({"kty": "unheard-of", "kid": "odd", "alg": "X"});
    let site =
        Site::publishing(json!([odd, secret, encrypting, weak, published(&ec(), Algorithm::ES256, "ec")]))
            .await;

    let by_secret = signed(&EncodingKey::from_secret(b"secret"), Algorithm::HS256, Some("oct"), &claims());
    assert!(site.verify(&by_secret).await.is_err());
    assert!(site.verify(&signed(&rsa(), Algorithm::RS256, Some("enc"), &claims())).await.is_err());
    assert!(site.verify(&signed(&weak_rsa(), Algorithm::RS256, Some("weak"), &claims())).await.is_err());
    assert!(site.verify(&signed(&ec(), Algorithm::ES256, Some("ec"), &claims())).await.is_ok());
}

#[tokio::test]
async fn a_token_of_another_algorithm_key_or_content_is_refused() {
    let site = Site::firebase().await;
    let good = signed(&rsa(), Algorithm::RS256, Some("key-1"), &claims());
    let [head, _, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let other = signed(&rsa(), Algorithm::RS256, Some("key-1"), &with("sub", json!("admin")));
    let mixed = format!("{head}.{}.{signature}", other.split('.').nth(1).unwrap());

    assert!(site.verify(&mixed).await.is_err());
    assert!(site.verify(&signed(&rsa(), Algorithm::RS512, Some("key-1"), &claims())).await.is_err());
    assert!(site.verify(&signed(&rsa(), Algorithm::PS256, Some("key-1"), &claims())).await.is_err());
    assert!(site.verify(&signed(&weak_rsa(), Algorithm::RS256, Some("key-1"), &claims())).await.is_err());
    assert!(site.verify(&signed(&ec(), Algorithm::ES256, Some("key-1"), &claims())).await.is_err());
    assert!(verify_shared(&good).await.is_err());
}

#[tokio::test]
async fn tokens_that_are_none_are_refused() {
    for token in ["", ".", "..", "a.b.c", "eyJ.eyJ.x", &"x".repeat(9_000)] {
        assert!(verify_shared(token).await.is_err());
        assert_eq!(peek_issuer(token), None);
    }
}

#[tokio::test]
async fn keys_are_fetched_once_for_all_who_wait() {
    let site = Site::firebase().await;
    site.gate.forget_permits(Semaphore::MAX_PERMITS);
    let token = signed(&rsa(), Algorithm::RS256, Some("key-1"), &claims());

    let waiting = join_all((0..20).map(|_| site.verify(&token)));
    let let_through = async { site.gate.add_permits(1) };
    let (identities, ()) = tokio::join!(waiting, let_through);

    assert!(identities.iter().all(Result::is_ok));
    assert_eq!(site.fetch_count(), 1);
}

#[tokio::test]
async fn keys_are_kept_until_their_time_is_over() {
    let site = Site::firebase().await;
    let token = signed(&rsa(), Algorithm::RS256, Some("key-1"), &claims());
    site.verify(&token).await.unwrap();

    site.clock.advance(HOUR_MS - 1);
    site.verify(&token).await.unwrap();
    assert_eq!(site.fetch_count(), 1);
    site.clock.advance(1);
    site.verify(&token).await.unwrap();
    assert_eq!(site.fetch_count(), 2);
}

#[tokio::test]
async fn an_unknown_key_is_looked_for_at_once_and_so_often_a_minute() {
    let site = Site::firebase().await;
    let new = signed(&ec(), Algorithm::ES256, Some("key-2"), &claims());
    let old = signed(&rsa(), Algorithm::RS256, Some("key-1"), &claims());
    site.verify(&old).await.unwrap();
    assert!(matches!(site.verify(&new).await, Err(IdentityError::BadToken { .. })));
    site.publish(json!([published(&ec(), Algorithm::ES256, "key-2")]));

    assert_eq!(site.verify(&new).await.map(timeless), Ok(ada()), "a key that was just published");

    let made_up = |number: usize| signed(&ec(), Algorithm::ES256, Some(&format!("none-{number}")), &claims());
    for number in 0..20 {
        assert!(site.verify(&made_up(number)).await.is_err());
    }
    let fetched = site.fetch_count();
    assert!(fetched <= 4, "{fetched}");
    site.clock.advance(60_000);
    assert!(site.verify(&made_up(99)).await.is_err());
    assert_eq!(site.fetch_count(), fetched + 1);
}

#[tokio::test]
async fn unknown_keys_do_not_hurry_an_issuer_that_is_down() {
    let site = Site::firebase().await;
    let new = signed(&ec(), Algorithm::ES256, Some("key-2"), &claims());
    assert!(site.verify(&new).await.is_err());
    site.publish(Value::Null);
    site.clock.advance(60_000);

    for _ in 0..6 {
        assert!(site.verify(&new).await.is_err());
        site.clock.advance(9_999);
    }
    assert_eq!(site.fetch_count(), 2);
}

#[tokio::test]
async fn a_withdrawn_key_is_refused_once_the_keys_are_fetched_again() {
    let site = Site::firebase().await;
    let token = signed(&rsa(), Algorithm::RS256, Some("key-1"), &claims());
    site.verify(&token).await.unwrap();

    site.publish(json!([published(&ec(), Algorithm::ES256, "key-2")]));
    site.clock.advance(HOUR_MS);

    assert!(matches!(site.verify(&token).await, Err(IdentityError::BadToken { .. })));
}

#[tokio::test]
async fn while_the_issuer_is_down_known_keys_hold_for_a_day_and_nothing_is_decided_after() {
    let site = Site::firebase().await;
    let token = signed(&rsa(), Algorithm::RS256, Some("key-1"), &claims());
    site.verify(&token).await.unwrap();
    site.publish(Value::Null);

    site.clock.advance(2 * HOUR_MS);
    assert_eq!(site.verify(&token).await.map(timeless), Ok(ada()));
    assert_eq!(site.verify(&token).await.map(timeless), Ok(ada()));
    assert_eq!(site.fetch_count(), 2);
    site.clock.advance(22 * HOUR_MS);
    assert!(matches!(site.verify(&token).await, Err(IdentityError::KeysUnavailable { .. })));
    assert!(matches!(site.verify(&token).await, Err(IdentityError::KeysUnavailable { .. })));
    assert_eq!(site.fetch_count(), 3);
}

#[tokio::test]
async fn keys_at_a_private_address_are_not_fetched() {
    let verifier = IdentityVerifier::new(Gateway::new(&Settings::defaults()), ManualClock::at(0));
    let key = IssuerKey::JwksUrl(Url::parse("http://127.0.0.1:1/jwk").unwrap());
    let issuer = Issuer { key, ..shared_secret() };

    let refused = verifier.verify_jwt(&issuer, &signed(&rsa(), Algorithm::RS256, Some("k"), &claims())).await;

    let Err(IdentityError::KeysUnavailable { source }) = refused else { panic!("{refused:?}") };
    assert_eq!(source.code(), "target_address_refused");
}

#[test]
fn issuer_and_audience_can_be_read_before_anything_is_checked() {
    let one = signed_with_secret(&claims());
    assert_eq!(peek_issuer(&one), Some((ISSUER.to_owned(), vec![AUDIENCE.to_owned()])));

    let many = signed_with_secret(&with("aud", json!(["a", "b"])));
    assert_eq!(peek_issuer(&many), Some((ISSUER.to_owned(), vec!["a".to_owned(), "b".to_owned()])));
    assert_eq!(peek_issuer(&signed_with_secret(&without("iss"))), None);
    let with_nul = signed_with_secret(&json!({"iss": "a\u{0}b", "aud": AUDIENCE}));
    assert_eq!(peek_issuer(&with_nul), None, "no issuer is looked up that storage cannot hold");
}

mod odd_claims;
