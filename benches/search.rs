//! Search over many entries: how long a page takes, how fast the index catches up, and what that costs messages.
//!
//! `cargo bench --profile fast --bench search`. `SEARCH_ENTRIES` says how many entries (1,000,000 by default) of 20,000
//! conversations over a year, `SEARCH_DIR` a directory in which the filled database is kept for the next run, and
//! `SEARCH_ONLY=1` that such a one is searched as it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use rooms::{
    Body, ChannelId, Content, ConversationId, Draft, DraftEntry, EntryId, ExpectedAssignee, Fence, Head,
    OrgId, User, UserId, UserKind,
};
use switchboard::auth::{Principal, PrincipalKind};
use switchboard::base::Base;
use switchboard::clock::{self, Clock};
use switchboard::config::Settings;
use switchboard::crypto::MasterKeys;
use switchboard::db::Db;
use switchboard::desk::{Desk, SearchFilter};
use switchboard::hub::Hub;
use switchboard::model::{NewChannel, NewConversation, NewVisitor, Role, SearchKind, SearchRequest};
use switchboard::org_settings::OrgSettings;

const ORG: OrgId = OrgId(1);
const CONVERSATIONS: u128 = 20_000;
const BATCH: usize = 512;
const YEAR_MS: i64 = 365 * 24 * 3_600 * 1_000;
const END_MS: i64 = 1_795_255_200_000;
const VOCABULARY: u64 = 60_000;
/// Searches of each sort.
const SEARCHES: usize = 200;
/// Messages whose commits are timed.
const MESSAGES: usize = 2_000;
/// Searches beside them, of many agents at once.
const SEARCHES_PER_S: u64 = 20;

/// A clock that is set.
#[derive(Debug)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Numbers that look like chance and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// A word: few are in every other message, most are rare.
    fn word(&mut self) -> String {
        let share = self.roll(1_000_000) as f64 / 1_000_000.0;
        word((VOCABULARY as f64).powf(share) as u64)
    }
}

/// The word of a rank, 1 the most frequent.
fn word(rank: u64) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "co", "di", "fu", "ga", "he", "jo", "ku", "la", "me", "ni", "po", "ra", "su", "té", "vi"];
    let mut rest = rank.wrapping_mul(2_654_435_761) % 1_048_576;
    (0..5)
        .map(|_| {
            let at = rest % 16;
            rest /= 16;
            SYLLABLES[usize::try_from(at).unwrap_or(0)]
        })
        .collect()
}

fn author() -> User {
    User { id: UserId(7), kind: UserKind::Visitor, name: Arc::from("Guest-0007") }
}

fn draft(id: u128, dice: &mut Dice) -> Draft {
    let text = (0..6 + dice.roll(18)).map(|_| dice.word()).collect::<Vec<_>>().join(" ");
    let content = Content { text: Arc::from(text), ..Content::default() };
    let body = if dice.roll(20) == 0 { Body::Note(content) } else { Body::Message(content) };
    let entries = vec![DraftEntry { id: EntryId((1 << 100) + id), author: author(), body }];
    let fence = Fence {
        takeover: 0,
        assignee: ExpectedAssignee::Any,
        answered: None,
        pending: None,
        is_snoozed: false,
    };
    Draft { entries, fence, ticket: None, classification: None }
}

async fn commit(base: &Base, id: u128, dice: &mut Dice) {
    let conversation = conversation(u128::from(dice.roll(20_000)));
    let draft = draft(id, dice);
    let pending = base.store.submit(ORG, conversation, draft, None).await.expect("a place");
    pending.outcome().await.expect("stored").expect("a conversation");
}

fn conversation(number: u128) -> ConversationId {
    ConversationId(1_000_000 + number)
}

async fn begin(base: &Base) {
    let now = base.now();
    base.db.orgs().add(ORG, "Bench", now).await.expect("an org");
    let channel = NewChannel {
        id: ChannelId(2),
        org: ORG,
        name: "Site".into(),
        key: "swk_bench".into(),
        origins: Vec::new(),
        sealed_identity_secret: "x".into(),
    };
    base.db.channels().add(&channel, now).await.expect("a channel");
    for number in 0..CONVERSATIONS {
        let visitor = UserId(100_000 + number);
        let new = NewVisitor {
            id: visitor,
            org: ORG,
            channel: ChannelId(2),
            external_id: None,
            name: format!("Guest-{number:04}"),
            email: None,
            verified: false,
            profile_verified: false,
        };
        base.db.visitors().add(&new, now).await.expect("a visitor");
        let head = Head::begin(false, now);
        let id = conversation(number);
        let new = NewConversation {
            id,
            org: ORG,
            channel: ChannelId(2),
            visitor,
            epoch: Arc::from("bench"),
            head,
            previous: None,
        };
        base.db.conversations().begin(&new).await.expect("a conversation");
    }
}

async fn fill(base: &Base, clock: &SetClock, entries: usize) {
    let mut dice = Dice(88_172_645_463_325_252);
    let started = clock::instant();
    let mut done = 0;
    while done < entries {
        let at = END_MS - YEAR_MS + YEAR_MS / 1_000 * i64::try_from(done * 1_000 / entries).unwrap_or(0);
        clock.0.store(at, Ordering::Relaxed);
        let mut pending = Vec::with_capacity(BATCH);
        for number in done..(done + BATCH).min(entries) {
            let conversation = conversation(u128::from(dice.roll(20_000)));
            let draft = draft(number as u128, &mut dice);
            pending.push(base.store.submit(ORG, conversation, draft, None).await.expect("a place"));
        }
        for one in pending {
            one.outcome().await.expect("stored");
        }
        done += BATCH;
    }
    println!("filled with {entries} entries in {:.0} s", started.elapsed().as_secs_f64());
}

/// Times of commits of one message after the other.
async fn time_commits(what: &str, base: &Base, from: u128) {
    let mut dice = Dice(from as u64 | 1);
    let mut times = Vec::with_capacity(MESSAGES);
    for number in 0..MESSAGES {
        let started = clock::instant();
        commit(base, from + number as u128, &mut dice).await;
        times.push(started.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    report(what, times);
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1_000.0;
    println!("{what:<44} p50 {:8.2} ms  p95 {:8.2} ms  p99 {:8.2} ms", at(50), at(95), at(99));
}

/// The agent who searches.
fn searcher() -> Principal {
    Principal {
        org: ORG,
        user: User { id: UserId(9), kind: UserKind::Agent, name: Arc::from("Nor") },
        kind: PrincipalKind::Agent { role: Role::Agent, platform_admin: false },
        credential: Arc::from("token:bench"),
        expires_at: None,
        message_max_chars: None,
        blocked: switchboard::model::BlockedVisitors::default(),
        standing: switchboard::auth::Standing::default(),
        page: None,
    }
}

async fn search(desk: &Desk, what: &str, mut query: impl FnMut(&mut Dice) -> (String, SearchRequest)) {
    let principal = searcher();
    let mut dice = Dice(99);
    let (mut times, mut found, mut unfinished) = (Vec::new(), 0, 0);
    for _ in 0..SEARCHES {
        let (query, request) = query(&mut dice);
        let filter = SearchFilter { request, limit: 50, ..SearchFilter::default() };
        let started = clock::instant();
        let result = desk.search().find(&principal, &query, filter).await.expect("an answer");
        times.push(started.elapsed());
        found += result.items.len();
        unfinished += usize::from(result.next.is_some() && result.items.len() < 50);
    }
    report(what, times);
    println!("{:<44} {} hits a search, {unfinished} of {SEARCHES} not to the end", "", found / SEARCHES);
}

async fn search_all(desk: &Desk) {
    let plain = SearchRequest::default;
    search(desk, "one word, of any frequency", |dice| (format!("{} ", dice.word()), plain())).await;
    search(desk, "one of the 20 most frequent words", |dice| {
        (format!("{} ", word(1 + dice.roll(20))), plain())
    })
    .await;
    search(desk, "one rare word", |dice| (format!("{} ", word(20_000 + dice.roll(40_000))), plain())).await;
    search(desk, "a word that is nowhere", |dice| (format!("zzz{} ", dice.roll(9_999)), plain())).await;
    search(desk, "two words", |dice| (format!("{} {} ", dice.word(), dice.word()), plain())).await;
    search(desk, "two frequent words and a rare one", |dice| {
        (format!("{} {} {} ", word(1), word(2), word(5_000 + dice.roll(9_999))), plain())
    })
    .await;
    search(desk, "a phrase of two frequent words", |dice| {
        (format!("\"{} {}\"", word(1 + dice.roll(20)), word(1 + dice.roll(20))), plain())
    })
    .await;
    search(desk, "the first two letters of a word", |dice| (dice.word().chars().take(2).collect(), plain()))
        .await;
    search(desk, "the first six letters of a word", |dice| (dice.word().chars().take(6).collect(), plain()))
        .await;
    search(desk, "a frequent word in notes", |dice| {
        (format!("{} ", word(1 + dice.roll(20))), SearchRequest { kind: Some(SearchKind::Note), ..plain() })
    })
    .await;
    search(desk, "a frequent word under a label nobody has", |dice| {
        (format!("{} ", word(1 + dice.roll(20))), SearchRequest { label: Some("vip".to_owned()), ..plain() })
    })
    .await;
}

async fn run(dir: &Path, entries: usize) {
    let is_filled = dir.join("switchboard.db").exists();
    let db = Db::open(None, dir, 4).await.expect("a database");
    let clock = Arc::new(SetClock(AtomicI64::new(END_MS - YEAR_MS)));
    let base = Base::new(db, clock.clone(), Arc::new(Settings::defaults()));
    if !is_filled {
        begin(&base).await;
        fill(&base, &clock, entries).await;
    }
    clock.0.store(END_MS, Ordering::Relaxed);
    let first = (entries + base_number(dir)) as u128 * 10;
    time_commits("a message without the job", &base, first).await;
    let org_settings = OrgSettings::new(base.db.clone(), base.clock.clone());
    let keys = Arc::new(MasterKeys::load(None, dir).expect("a master key"));
    let desk = Desk::new(base.clone(), keys, Hub::new(base.clone(), org_settings));
    if std::env::var_os("SEARCH_ONLY").is_some() {
        search_all(&desk).await;
        return;
    }
    desk.start();
    let started = clock::instant();
    time_commits("a message while the job catches up", &base, first + 10_000).await;
    while base.db.search_index().is_behind(ORG).await.expect("an answer") {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    println!("the index caught up {:.0} s after its start", started.elapsed().as_secs_f64());
    time_commits("a message with the job behind it", &base, first + 20_000).await;
    let size = std::fs::metadata(dir.join("switchboard.db")).map_or(0, |file| file.len());
    println!("the database has {} MB", size / 1_000_000);
    time_beside_searches(&base, &desk, first + 30_000).await;
    search_all(&desk).await;
    base.stop.cancel();
}

/// Times of commits while agents search, in turn with the same without: as often as many agents who type do, and without a
/// pause.
async fn time_beside_searches(base: &Base, desk: &Desk, from: u128) {
    for round in 0..5 {
        let from = from + round * 30_000;
        time_commits("a message while nobody searches", base, from).await;
        let paced = search_every(desk, Some(Duration::from_millis(1_000 / SEARCHES_PER_S)));
        tokio::select! {
            () = time_commits("a message beside 20 searches a second", base, from + 10_000) => {}
            () = paced => {}
        }
        tokio::select! {
            () = time_commits("a message beside searches without a pause", base, from + 20_000) => {}
            () = search_every(desk, None) => {}
        }
    }
}

/// Searches for words of any frequency until it is dropped: at these intervals whatever they take, or one after the other.
async fn search_every(desk: &Desk, interval: Option<Duration>) {
    let mut dice = Dice(99);
    let mut interval = interval.map(tokio::time::interval);
    loop {
        if let Some(interval) = &mut interval {
            interval.tick().await;
        }
        let filter = SearchFilter { limit: 50, ..SearchFilter::default() };
        let query = dice.word();
        let found = desk.search().find(&searcher(), &query, filter).await.expect("an answer");
        std::hint::black_box(found);
    }
}

/// Another number in every run of one directory, so that no id comes twice.
fn base_number(dir: &Path) -> usize {
    let file = dir.join("runs");
    let runs = std::fs::read_to_string(&file).ok().and_then(|text| text.parse().ok()).unwrap_or(0) + 1;
    std::fs::write(file, runs.to_string()).expect("a file");
    runs * 100_000
}

fn main() {
    let entries =
        std::env::var("SEARCH_ENTRIES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let kept = std::env::var_os("SEARCH_DIR").map(PathBuf::from);
    let temporary = tempfile::tempdir().expect("a directory");
    let dir = kept.unwrap_or_else(|| temporary.path().to_owned());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run(&dir, entries));
}
