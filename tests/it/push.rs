//! Pushes to browsers of agents: encrypted for one browser, only while no page is open, tried again, and forgotten with
//! the browser.

use aes_gcm::Aes128Gcm;
use aes_gcm::aead::{Aead as _, Key, KeyInit as _, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use p256::ecdh::diffie_hellman;
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use p256::{PublicKey, SecretKey};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::on_both_databases;
use crate::sign_in::{ask_with, cookies, sign_in};
use crate::support::receiver::{Got, Receiver, Say};
use crate::support::{Agent, Database, Options, Site, within};

const PUSH: &str = "/api/v1/notifications/push";
const CHOICES: &str = "/api/v1/notifications/choices";

/// A browser with a push service.
struct Browser {
    service: Receiver,
    key: SecretKey,
    auth: [u8; 16],
}

impl Browser {
    async fn start(seed: u8) -> Self {
        let key = SecretKey::from_slice(&[seed; 32]).unwrap();
        Self { service: Receiver::start().await, key, auth: [seed; 16] }
    }

    fn point(&self) -> Vec<u8> {
        self.key.public_key().to_encoded_point(false).as_bytes().to_vec()
    }

    fn subscription(&self) -> Value {
        let keys = json!({"p256dh": URL_SAFE_NO_PAD.encode(self.point()), "auth": URL_SAFE_NO_PAD.encode(self.auth)});
        json!({"endpoint": self.service.url(), "keys": keys, "locale": "es", "name": "Firefox"})
    }

    async fn subscribe(&self, site: &Site, agent: &Agent) -> String {
        let answer = site.put(Some(&agent.token), PUSH, &self.subscription()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["browser"]["id"].as_str().unwrap().to_owned()
    }

    /// Reads a message as browsers do: RFC 8291 over RFC 8188.
    fn decrypt(&self, got: &Got) -> Value {
        let (salt, rest) = got.bytes.split_at(16);
        let (record, rest) = rest.split_at(4);
        assert_eq!(u32::from_be_bytes(record.try_into().unwrap()), 4_096);
        let (sender, sealed) = rest[1..].split_at(usize::from(rest[0]));
        let shared = diffie_hellman(
            self.key.to_nonzero_scalar(),
            PublicKey::from_sec1_bytes(sender).unwrap().as_affine(),
        );
        let info = [b"WebPush: info\0".as_slice(), &self.point(), sender].concat();
        let input: [u8; 32] = expand(&self.auth, shared.raw_secret_bytes(), &info);
        let key: [u8; 16] = expand(salt, &input, b"Content-Encoding: aes128gcm\0");
        let nonce: [u8; 12] = expand(salt, &input, b"Content-Encoding: nonce\0");
        let cipher = Aes128Gcm::new(&Key::<Aes128Gcm>::from(key));
        let padded =
            cipher.decrypt(&Nonce::<Aes128Gcm>::from(nonce), sealed).expect("it is for this browser");
        serde_json::from_slice(padded.strip_suffix(&[2]).expect("the last record")).unwrap()
    }
}

fn expand<const N: usize>(salt: &[u8], input: &[u8], info: &[u8]) -> [u8; N] {
    let mut output = [0; N];
    Hkdf::<Sha256>::new(Some(salt), input).expand(info, &mut output).unwrap();
    output
}

async fn house(database: Database) -> Site {
    Site::start(database, Options::unlimited().flag("--allow-private-ranges", "127.0.0.0/8")).await
}

/// A visitor of the site writes and waits.
async fn wait_for_a_person(site: &Site, words: &str) -> String {
    let visitor = site.visitor().await;
    let mut theirs = site.connect(&visitor.token).await;
    theirs.say(visitor.session_id(), words).await;
    visitor.session_id().to_owned()
}

async fn browsers(site: &Site, agent: &Agent) -> usize {
    site.get(Some(&agent.token), PUSH).await.body["browsers"].as_array().unwrap().len()
}

on_both_databases! {
    async fn an_agent_without_an_open_page_is_told_by_their_browser_alone(database: Database) {
        let site = house(database).await;
        let ann = site.agent("ann").await;
        let (first, second) = (Browser::start(7).await, Browser::start(9).await);
        first.subscribe(&site, &ann).await;
        second.subscribe(&site, &ann).await;

        let id = wait_for_a_person(&site, "my secret").await;
        for browser in [&first, &second] {
            let got = browser.service.received(1).await.remove(0);
            assert!(!got.raw.contains("handoff"), "nobody on the way reads it");
            let told = browser.decrypt(&got);
            assert_eq!((&told["kind"], &told["conversation_id"], &told["locale"]), (&json!("handoff"), &json!(id), &json!("es")));
            assert_eq!(told["preview"], json!(null), "no words unless the agent chose so");
            assert!(!told.to_string().contains("secret"), "{told}");
            assert_eq!((got.header("content-encoding"), got.header("ttl"), got.header("urgency")), ("aes128gcm", "600", "high"));
            let known = site.get(Some(&ann.token), PUSH).await.body;
            let authorization = got.header("authorization");
            assert!(authorization.starts_with("vapid t=ey"), "{authorization}");
            assert!(authorization.ends_with(known["public_key"].as_str().unwrap()), "by the key it subscribed with");
        }
        let stored = site.server.database.read("select sealed from secrets").join("\n");
        assert!(!stored.contains("127.0.0.1") && !stored.contains("auth"), "sealed");

        let choices = site.get(Some(&ann.token), CHOICES).await.body;
        let mut with_preview = choices.clone();
        with_preview["push_preview"] = json!(true);
        with_preview["ways"]["mention"] = json!(["bell"]);
        assert_eq!(site.put(Some(&ann.token), CHOICES, &with_preview).await.status, 200);
        let (bob, cid) = (site.agent("bob").await, site.agent("cid").await);
        let (mut bobs, mut cids) = (site.connect(&bob.token).await, site.connect(&cid.token).await);
        let mention = |content: &str| json!({"session_id": id, "content": content, "kind": "note", "metadata": {"mentions": [ann.id, cid.id]}});
        bobs.call("message:send", mention("quiet")).await.unwrap();
        // Who is told by the same note is told with the same choices.
        cids.event("notification:new").await;
        with_preview["ways"]["mention"] = json!(["push"]);
        assert_eq!(site.put(Some(&ann.token), CHOICES, &with_preview).await.status, 200);
        bobs.call("message:send", mention("please look")).await.unwrap();
        let told = first.decrypt(&first.service.received(2).await[1]);
        assert_eq!((&told["kind"], &told["agent"], &told["preview"]), (&json!("mention"), &json!(bob.email.split('@').next().unwrap()), &json!("please look")));

        assert_eq!(site.put(Some(&ann.token), CHOICES, &choices).await.status, 200);
        let mut anns = site.connect(&ann.token).await;
        bobs.call("message:send", mention("you are here")).await.unwrap();
        assert_eq!(anns.event("notification:new").await["notification"]["preview"], "you are here");
        assert_eq!(first.service.got().len(), 2, "a page is open");
    }

    async fn a_browser_that_is_gone_is_forgotten_and_a_busy_service_is_asked_again(database: Database) {
        let site = house(database).await;
        let ann = site.agent("ann").await;
        let (busy, gone) = (Browser::start(7).await, Browser::start(9).await);
        busy.service.say(Say::Status(503));
        gone.service.say(Say::Status(410));
        let id = busy.subscribe(&site, &ann).await;
        gone.subscribe(&site, &ann).await;
        assert_eq!(browsers(&site, &ann).await, 2);

        wait_for_a_person(&site, "hello").await;
        let tries = busy.service.received(2).await;
        assert_eq!(busy.decrypt(&tries[0]), busy.decrypt(&tries[1]));
        assert_ne!(tries[0].bytes, tries[1].bytes, "encrypted anew");
        within("the browser to be forgotten", async { while browsers(&site, &ann).await != 1 {} }).await;
        assert_eq!(gone.service.got().len(), 1);
        assert_eq!(site.server.database.read("select count(*) from secrets where field like 'push:%'"), ["1"]);

        let bob = site.agent("bob").await;
        let path = format!("{PUSH}/{id}");
        assert_eq!(site.delete(Some(&bob.token), &path).await.status, 404, "another's");
        assert_eq!(site.delete(Some(&ann.token), &format!("{PUSH}/nonsense")).await.status, 404);
        let again = busy.subscribe(&site, &bob).await;
        assert_eq!((browsers(&site, &ann).await, browsers(&site, &bob).await), (0, 1), "a browser is one agent's");
        assert_eq!(site.delete(Some(&bob.token), &format!("{PUSH}/{again}")).await.status, 204);
        assert_eq!(browsers(&site, &bob).await, 0);
    }

    async fn a_browser_is_told_of_nothing_once_its_session_is_over(database: Database) {
        let site = house(database).await;
        let owner = site.agent_with_role(&site.org, "owner", "owner").await;
        let ann = site.agent("ann").await;
        let (first, second, third) = (Browser::start(7).await, Browser::start(9).await, Browser::start(11).await);
        let here = cookies(&sign_in(&site, &ann, "Here/1.0", "").await);
        let there = cookies(&sign_in(&site, &ann, "There/1.0", "").await);
        for (browser, session) in [(&first, &here), (&second, &there)] {
            let answer = ask_with(&site, reqwest::Method::PUT, PUSH, session, &browser.subscription()).await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        third.subscribe(&site, &ann).await;
        assert_eq!(browsers(&site, &ann).await, 3);
        let kept = || site.server.database.read("select count(*) from secrets where field like 'push:%'");

        let end = "/api/v1/auth/sessions/end-others";
        assert_eq!(ask_with(&site, reqwest::Method::POST, end, &here, &json!({})).await.status, 200);
        assert_eq!((browsers(&site, &ann).await, kept()), (2, vec!["2".to_owned()]), "it ended with its session");
        assert_eq!(ask_with(&site, reqwest::Method::POST, "/api/v1/auth/logout", &here, &json!({})).await.status, 204);
        assert_eq!((browsers(&site, &ann).await, kept()), (1, vec!["1".to_owned()]), "signed out");
        wait_for_a_person(&site, "hello").await;
        third.service.received(1).await;
        assert_eq!((first.service.got().len(), second.service.got().len()), (0, 0));

        let member = format!("/api/v1/members/{}", ann.id);
        assert_eq!(site.patch(Some(&owner.token), &member, &json!({"active": false})).await.status, 200);
        assert_eq!(kept(), ["0"], "who has left keeps no browser");
    }

    async fn only_what_can_be_a_browser_subscribes(database: Database) {
        let site = house(database).await;
        let other = site.another_org().await;
        let (ann, eve) = (site.agent("ann").await, site.agent_of(&other, "eve").await);
        let browser = Browser::start(7).await;
        let with = |field: &str, value: &str| {
            let mut body = browser.subscription();
            body[field] = json!(value);
            body
        };

        for bad in [
            with("endpoint", "http://push.example/x"),
            with("endpoint", "https://10.0.0.1/x"),
            with("endpoint", "https://user:pass@push.example/x"),
            with("endpoint", "nonsense"),
            with("endpoint", &format!("https://push.example/{}", "x".repeat(2_048))),
            with("locale", "tlh"),
            json!({"endpoint": "https://push.example/x", "keys": {"p256dh": "AA", "auth": "AA"}, "locale": "en", "name": "x"}),
        ] {
            assert_eq!(site.put(Some(&ann.token), PUSH, &bad).await.code(), "bad_request", "{bad}");
        }
        assert_eq!(browsers(&site, &ann).await, 0);
        let visitor = site.visitor().await;
        assert_eq!(site.put(Some(&visitor.token), PUSH, &browser.subscription()).await.status, 403);
        let key = async |agent: &Agent| site.get(Some(&agent.token), PUSH).await.body["public_key"].clone();
        assert_eq!(key(&ann).await, key(&ann).await, "made once");
        assert_ne!(key(&ann).await, key(&eve).await, "of each org its own");
        for number in 0..12 {
            let path = format!("https://push.example/{number}");
            assert_eq!(site.put(Some(&ann.token), PUSH, &with("endpoint", &path)).await.status, 200);
        }
        assert_eq!(browsers(&site, &ann).await, 10, "the newest");
    }
}
