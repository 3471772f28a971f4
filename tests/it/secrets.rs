//! Provider keys go in and never come out: not to clients, logs, metrics or files, also when a provider repeats them.

use std::path::Path;

use serde_json::{Value, json};
use switchboard_sim::chat::{ChatSim, Fault, Reply};

use crate::support::rest::{http, send};
use crate::support::{Assisted, Database, Options, Received, Site, free_port, read_reply};

const OF_ORG: &str = "sk-canary-org-Zx81QpLm27Ty";
const OF_PLATFORM: &str = "sk-canary-platform-Wq93KdVb64Re";
const OF_ENVIRONMENT: &str = "sk-canary-environment-Hn52MsXc08Ju";

/// Everything that left the server or was written, with where it was found.
#[derive(Default)]
struct Loot(Vec<(String, Vec<u8>)>);

impl Loot {
    fn add(&mut self, place: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.push((place.into(), bytes.into()));
    }

    /// Every file below a folder: the database, its log, and whatever else there is.
    fn add_files(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.add_files(&path);
            } else {
                self.add(path.display().to_string(), std::fs::read(&path).expect("a file"));
            }
        }
    }

    /// No key in any form: as it is, its secret part alone, in base64, in hex.
    #[track_caller]
    fn holds_no_key(&self) {
        use base64::Engine as _;
        for key in [OF_ORG, OF_PLATFORM, OF_ENVIRONMENT] {
            let secret_part = key.rsplit('-').next().expect("a part");
            let hex: String = key.bytes().map(|byte| format!("{byte:02x}")).collect();
            let encoded = base64::engine::general_purpose::STANDARD_NO_PAD.encode(key);
            for form in [key, secret_part, &hex, &encoded] {
                for (place, bytes) in &self.0 {
                    let is_found = bytes.windows(form.len()).any(|window| window == form.as_bytes());
                    assert!(!is_found, "{form} stands in {place}: {}", String::from_utf8_lossy(bytes));
                }
            }
        }
        assert!(
            self.0.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > 10_000,
            "something was looked at"
        );
    }
}

/// Asks through a visitor while an agent watches, and keeps every byte that either gets.
async fn talk(site: &Site, token: &str, org: &crate::support::site::Org, loot: &mut Loot, times: usize) {
    let visitor = site.visitor_of(org).await;
    let mut theirs = site.connect(&visitor.token).await;
    theirs.join(visitor.session_id()).await;
    let mut ours = site.connect(token).await;
    ours.join(visitor.session_id()).await;
    for _ in 0..times {
        theirs.say(visitor.session_id(), "when do you open?").await;
        for client in [&mut theirs, &mut ours] {
            loop {
                let next = client.next().await;
                loot.add("a socket", format!("{next:?}"));
                if let Received::Event { name, .. } = next
                    && (name == "ai:error" || name == "ai:complete")
                {
                    break;
                }
            }
        }
    }
}

async fn read_rest(site: &Site, token: &str, loot: &mut Loot) {
    let document = site.get(None, "/api/v1/openapi.json").await;
    let paths = document.body["paths"].as_object().expect("paths").clone();
    for (path, item) in paths {
        if item.get("get").is_some() && !path.contains('{') {
            let answer = site.get(Some(token), &path).await;
            loot.add(format!("GET {path}"), answer.body.to_string());
        }
    }
    let platform = site.get(Some(token), "/api/v1/providers?level=platform").await;
    loot.add("GET /providers?level=platform", platform.body.to_string());
}

fn options(log: &Path, metrics_port: u16) -> Options {
    Options::unlimited()
        .flag("--allow-private-ranges", "127.0.0.0/8")
        .flag("--metrics-listen", &format!("127.0.0.1:{metrics_port}"))
        .log_to(log, "trace")
}

async fn add_key(site: &Site, token: &str, level: &str, base_url: &str, key: &str) -> Value {
    let fields = json!({"kind": "compatible", "base_url": base_url, "model": "scripted", "key": key});
    let made = site.post(Some(token), &format!("/api/v1/providers?level={level}"), &fields).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.body["provider"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_of_org_and_platform_stay_inside() {
    let folder = tempfile::tempdir().unwrap();
    let (log, metrics_port, mut loot) = (folder.path().join("log"), free_port(), Loot::default());
    let database = Database::sqlite();
    let data_dir = database.dir().to_owned();
    let assisted = Assisted::with(database, options(&log, metrics_port)).await;
    let (site, owner) = (&assisted.site, assisted.owner.token.clone());
    let other = site.another_org().await;
    let root = site.platform_admin(&other, "root").await;
    assisted.remove_providers().await;
    let of_org = add_key(site, &owner, "org", &assisted.sim.v1_url(), OF_ORG).await;
    add_key(site, &root.token, "platform", &assisted.sim.v1_url(), OF_PLATFORM).await;
    let path = format!("/api/v1/channels/{}", other.channel_id);
    site.patch(Some(&root.token), &path, &json!({"assistant": true})).await;
    assert_eq!(of_org["key_hint"], "sk-...27Ty");

    assisted.sim.push(Reply::fault(Fault::EchoKey(401)));
    assisted.sim.push(Reply::fault(Fault::EchoKey(400)));
    talk(site, &owner, &site.org, &mut loot, 2).await;
    assisted.sim.push(Reply::fault(Fault::EchoKey(500)));
    assisted.sim.push(Reply::fault(Fault::EchoKey(500)));
    assisted.sim.push(Reply::text("fine"));
    talk(site, &root.token, &other, &mut loot, 2).await;
    let tried = format!("/api/v1/providers/{}/test", of_org["id"].as_str().unwrap());
    assisted.sim.push(Reply::fault(Fault::EchoKey(403)));
    loot.add("a trial", site.post(Some(&owner), &tried, &json!({})).await.body.to_string());
    read_rest(site, &owner, &mut loot).await;
    read_rest(site, &root.token, &mut loot).await;
    let metrics = send(http().get(format!("http://127.0.0.1:{metrics_port}/metrics"))).await;
    loot.add("metrics", metrics.body.to_string());
    let keys: Vec<Option<String>> =
        assisted.sim.requests().iter().map(|one| one.key().map(str::to_owned)).collect();

    assert!(
        keys.contains(&Some(OF_ORG.to_owned())) && keys.contains(&Some(OF_PLATFORM.to_owned())),
        "{keys:?}"
    );
    loot.add("the log", std::fs::read(&log).unwrap());
    loot.add_files(&data_dir);
    loot.holds_no_key();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_the_environment_stays_inside() {
    let folder = tempfile::tempdir().unwrap();
    let (log, metrics_port, mut loot) = (folder.path().join("log"), free_port(), Loot::default());
    let sim = ChatSim::start().await;
    let database = Database::sqlite();
    let data_dir = database.dir().to_owned();
    let options = options(&log, metrics_port)
        .env("OPENAI_API_KEY", OF_ENVIRONMENT)
        .env("OPENAI_BASE_URL", &sim.v1_url());
    let site = Site::start(database, options).await;
    let owner = site.agent("owner").await;
    let path = format!("/api/v1/channels/{}", site.org.channel_id);
    site.patch(Some(&owner.token), &path, &json!({"assistant": true})).await;
    sim.push(Reply::fault(Fault::EchoKey(401)));
    sim.push(Reply::text("fine"));

    talk(&site, &owner.token, &site.org, &mut loot, 2).await;
    read_rest(&site, &owner.token, &mut loot).await;

    assert_eq!(sim.requests()[0].key(), Some(OF_ENVIRONMENT));
    loot.add("the log", std::fs::read(&log).unwrap());
    loot.add_files(&data_dir);
    loot.holds_no_key();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_never_sent_to_another_address_than_the_one_it_was_entered_for() {
    let assisted = Assisted::start(Database::sqlite()).await;
    let (site, owner) = (&assisted.site, assisted.owner.token.clone());
    assisted.remove_providers().await;
    let made = add_key(site, &owner, "org", &assisted.sim.v1_url(), OF_ORG).await;
    let thief = ChatSim::start().await;
    thief.set_default(Reply::text("mine now"));
    let path = format!("/api/v1/providers/{}", made["id"].as_str().unwrap());

    let moved = site.patch(Some(&owner), &path, &json!({"base_url": thief.v1_url()})).await;
    let (visitor, mut theirs) = assisted.chatting().await;
    theirs.say(visitor.session_id(), "when do you open?").await;
    read_reply(&mut theirs).await;

    assert_eq!(moved.body["provider"]["key_hint"], Value::Null, "{moved:?}");
    assert_eq!(thief.last_request().unwrap().key(), None);
}
