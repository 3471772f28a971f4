//! `switchboard nodes`: the processes that serve the database, dead ones among them until they are forgotten.

use clap::{ArgMatches, Command};
use rooms::Timestamp;
use serde_json::{Value, json};

use super::arguments::stored;
use super::listing::columns;
use super::output::{Answer, Failure};
use super::storage::{open_db, settings};
use super::terminal::Terminal;
use crate::clock::{Clock as _, SystemClock};
use crate::platform::Node;
use crate::wire::rfc3339;

pub(super) fn command() -> Command {
    stored(Command::new("nodes").about("List the nodes, the processes that serve the database"))
}

pub(super) async fn list(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let db = open_db(&settings(args, terminal)?).await?;
    let (now, records) = db.nodes().list(Timestamp(SystemClock.now_ms())).await?;
    let nodes: Vec<Node> = records.into_iter().map(|record| Node::at(now, record, None)).collect();
    let rows: Vec<Vec<String>> = nodes.iter().map(row).collect();
    let words = columns(&rows, "No server runs on this database.");
    Ok(Answer::new(json!({ "nodes": nodes.iter().map(view).collect::<Vec<_>>() }), words))
}

fn view(node: &Node) -> Value {
    let record = &node.record;
    json!({
        "id": record.id.to_string(),
        "version": record.version,
        "node_url": record.node_url,
        "started_at": rfc3339(Timestamp(record.started_at)),
        "uptime_s": node.uptime_s,
        "connections": record.connection_count,
        "rooms": record.room_count,
        "calls": record.call_count,
        "memory_bytes": record.memory_bytes,
        "lag_ms": node.lag_ms,
        "draining": record.is_draining,
        "dead": node.is_dead,
    })
}

fn row(node: &Node) -> Vec<String> {
    let record = &node.record;
    let state = match (node.is_dead, record.is_draining) {
        (true, _) => "dead",
        (false, true) => "goes down",
        (false, false) => "alive",
    };
    vec![
        record.id.to_string(),
        state.to_owned(),
        record.version.clone(),
        record.node_url.clone().unwrap_or_default(),
        format!("up {} s", node.uptime_s),
        format!("heartbeat {} ms ago", node.lag_ms),
        format!("{} connections", record.connection_count),
        format!("{} conversations", record.room_count),
        format!("{} calls", record.call_count),
    ]
}
