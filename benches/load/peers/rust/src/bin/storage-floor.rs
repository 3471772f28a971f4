//! The floor of storage: the rows of messages, committed in groups by a bare loop on the hub's own schema and settings.
//!
//! Whatever has come while a group was being committed is the next group, as in any writer with group commit.

#![expect(clippy::disallowed_methods, reason = "it measures time")]
#![expect(clippy::print_stdout, reason = "its result is what it is for")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use hdrhistogram::Histogram;
use rusqlite::{CachedStatement, Connection, params};
use serde_json::json;

const CONTENT: &str = "Hello, I have a question about my order, which should have arrived on Monday, and I cannot find where it is at the moment.......";
/// Rows of one group at most, as the hub's writer has it.
const GROUP_MAX: u64 = 256;

#[derive(Parser)]
struct Arguments {
    /// Conversations that the messages are spread over.
    #[arg(long, default_value_t = 1_000)]
    conversations: u64,
    /// Messages a second; without it, groups are always full.
    #[arg(long)]
    rate: Option<f64>,
    /// Messages of a group at most.
    #[arg(long, default_value_t = GROUP_MAX)]
    group: u64,
    /// Seconds before measuring.
    #[arg(long, default_value_t = 2.0)]
    warm_up: f64,
    /// Seconds measured.
    #[arg(long, default_value_t = 8.0)]
    seconds: f64,
    /// Where the hub's migrations are.
    #[arg(long, default_value = "migrations/sqlite")]
    migrations: PathBuf,
    /// Settings to try beside the hub's, for example `cache_size = -16000`.
    #[arg(long)]
    pragma: Vec<String>,
    /// Where the database is made.
    #[arg(long)]
    directory: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let directory = match &arguments.directory {
        Some(directory) => tempfile::tempdir_in(directory)?,
        None => tempfile::tempdir()?,
    };
    let mut connection = open(&directory.path().join("floor.db"), &arguments.migrations)?;
    for pragma in &arguments.pragma {
        connection.execute_batch(&format!("pragma {pragma}"))?;
    }
    fill(&mut connection, arguments.conversations)?;
    let measured = commit_groups(&connection, &arguments)?;
    println!("{}", measured.to_json());
    Ok(())
}

/// The settings of the hub's writer, and its schema.
fn open(path: &Path, migrations: &Path) -> anyhow::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory; \
         pragma mmap_size = 134217728; pragma journal_size_limit = 67108864;",
    )?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(migrations)
        .with_context(|| format!("no migrations in {}", migrations.display()))?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    for file in files {
        connection
            .execute_batch(&std::fs::read_to_string(&file)?)
            .with_context(|| format!("{} does not run", file.display()))?;
    }
    Ok(connection)
}

fn id(kind: u64, number: u64) -> String {
    format!("{kind:08x}-0000-7000-8000-{number:012x}")
}

fn fill(connection: &mut Connection, conversations: u64) -> anyhow::Result<()> {
    let tx = connection.transaction()?;
    let (org, channel) = (id(1, 0), id(2, 0));
    tx.execute("insert into orgs (id, name, created_at) values (?1, 'Floor', 0)", [&org])?;
    tx.execute(
        "insert into channels (id, org_id, name, channel_key, origins, color, greeting, handoff_enabled, handoff_words, \
         visitor_message_max_chars, has_assistant, created_at) values (?1, ?2, 'Site', 'key', '[]', '#000', '', true, '', \
         1000, false, 0)",
        [&channel, &org],
    )?;
    for number in 0..conversations {
        let visitor = id(3, number);
        tx.execute(
            "insert into visitors (id, org_id, channel_id, name, verified, created_at, seen_at) \
             values (?1, ?2, ?3, 'Guest', false, 0, 0)",
            [&visitor, &org, &channel],
        )?;
        tx.execute(
            "insert into conversations (id, org_id, channel_id, visitor_id, epoch, status, responder, responder_since, \
             takeover, labels, last_seq, visitor_last_seq, unread, last_visitor_message_seq, entry_at, updated_at, created_at) \
             values (?1, ?2, ?3, ?4, 'epoch', 'open', 'agent', 0, 1, '[]', 0, 0, 0, 0, 0, 0, 0)",
            [&id(4, number), &org, &channel, &visitor],
        )?;
    }
    tx.commit()?;
    Ok(())
}

struct Measured {
    messages: u64,
    groups: u64,
    cpu_seconds: f64,
    seconds: f64,
    /// From when a message came until it was committed, in microseconds.
    latencies: Histogram<u64>,
    /// What one commit took, in microseconds.
    commits: Histogram<u64>,
}

impl Measured {
    fn to_json(&self) -> serde_json::Value {
        let percentiles = |of: &Histogram<u64>| {
            json!({ "p50": of.value_at_quantile(0.5), "p90": of.value_at_quantile(0.9),
                "p99": of.value_at_quantile(0.99), "max": of.max() })
        };
        json!({ "messages": self.messages, "groups": self.groups, "cpu_seconds": self.cpu_seconds,
            "seconds": self.seconds, "latency_us": percentiles(&self.latencies), "commit_us": percentiles(&self.commits) })
    }
}

/// The next message, and where it goes.
struct Source {
    count: u64,
    seqs: Vec<i64>,
}

impl Source {
    fn next(
        &mut self,
        insert: &mut CachedStatement<'_>,
        update: &mut CachedStatement<'_>,
    ) -> anyhow::Result<()> {
        // A step without a common divisor visits all of them, not in a row.
        let number = (self.count * 7_919) % self.seqs.len() as u64;
        let seq = &mut self.seqs[usize::try_from(number)?];
        *seq += 1;
        let at = i64::try_from(self.count)?;
        insert.execute(params![
            id(4, number),
            *seq,
            id(5, self.count),
            id(1, 0),
            *seq - 1,
            id(3, number),
            &CONTENT[..128.min(CONTENT.len())],
            format!("m{}", self.count),
            at,
        ])?;
        let changed = update.execute(params![*seq, CONTENT, at, id(4, number)])?;
        ensure!(changed == 1, "a conversation is missing");
        self.count += 1;
        Ok(())
    }
}

fn commit_groups(connection: &Connection, arguments: &Arguments) -> anyhow::Result<Measured> {
    let mut insert = connection.prepare_cached(
        "insert into entries (conversation_id, seq, id, org_id, visitor_prev, takeover, kind, author_id, author_kind, \
         author_name, content, client_message_id, created_at) \
         values (?1, ?2, ?3, ?4, ?5, 1, 'message', ?6, 'visitor', 'Guest', ?7, ?8, ?9)",
    )?;
    let mut update = connection.prepare_cached(
        "update conversations set last_seq = ?1, visitor_last_seq = ?1, unread = unread + 1, \
         last_visitor_message_seq = ?1, last_message_seq = ?1, last_message_role = 'visitor', \
         last_message_preview = ?2, entry_at = ?3, updated_at = ?3 where id = ?4 and last_seq = ?1 - 1",
    )?;
    let (mut begin, mut commit) =
        (connection.prepare_cached("begin immediate")?, connection.prepare_cached("commit")?);
    let mut source = Source { count: 0, seqs: vec![0; usize::try_from(arguments.conversations)?] };
    let began = Instant::now();
    let (warm, end) = (arguments.warm_up, arguments.warm_up + arguments.seconds);
    let mut from: Option<(u64, f64, Instant)> = None;
    let (mut groups, mut latencies, mut commits) = (0, Histogram::new(3)?, Histogram::new(3)?);
    loop {
        let now = began.elapsed().as_secs_f64();
        if now >= end {
            break;
        }
        if from.is_none() && now >= warm {
            from = Some((source.count, cpu_seconds(), Instant::now()));
        }
        let due = arguments.rate.map_or(source.count + arguments.group, |rate| whole(now * rate));
        let size = due.saturating_sub(source.count).min(arguments.group);
        if size == 0 {
            let next = (source.count + 1) as f64 / arguments.rate.unwrap_or(1.0);
            std::thread::sleep(Duration::from_secs_f64((next - now).max(0.0)));
            continue;
        }
        let first = source.count;
        begin.execute([])?;
        for _ in 0..size {
            source.next(&mut insert, &mut update)?;
        }
        commit.execute([])?;
        if from.is_some() {
            groups += 1;
            let done = began.elapsed().as_secs_f64();
            commits.record(micros(done - now))?;
            for number in first..source.count {
                let came = arguments.rate.map_or(now, |rate| (number + 1) as f64 / rate);
                latencies.record(micros(done - came))?;
            }
        }
    }
    let (count, cpu, at) = from.context("no time was measured")?;
    Ok(Measured {
        messages: source.count - count,
        groups,
        cpu_seconds: cpu_seconds() - cpu,
        seconds: at.elapsed().as_secs_f64(),
        latencies,
        commits,
    })
}

/// Seconds of CPU of this process so far, in user and kernel.
fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn micros(seconds: f64) -> u64 {
    whole(seconds * 1e6)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
fn whole(number: f64) -> u64 {
    number.max(0.0) as u64
}
