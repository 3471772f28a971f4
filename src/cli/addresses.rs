//! `switchboard address list`, `block` and `unblock`: who is shut out, of an org's widgets or of the whole server.

use std::net::{IpAddr, Ipv4Addr};

use clap::{ArgMatches, Command, value_parser};
use rooms::Timestamp;
use serde_json::{Value, json};

use super::arguments::{given, of_org_or_platform, optional, positional, stored, text};
use super::as_shell::{Shell, in_org_or_on_platform};
use super::listing::columns;
use super::output::{Answer, Failure};
use super::terminal::Terminal;
use crate::audit::{NewBlock, SecurityScope};
use crate::model::AddressBlock;
use crate::wire::rfc3339;

const HOUR_MS: i64 = 3_600_000;

pub(super) fn list_command() -> Command {
    of_org_or_platform(stored(Command::new("list").about("List blocked addresses, the newest first")))
}

pub(super) fn block_command() -> Command {
    let about = "Block an address or a range; what is open from there closes within a second";
    let hours = optional("hours", "N", "Hours after which it ends by itself; never by default");
    of_org_or_platform(stored(Command::new("block").about(about)))
        .arg(positional("range", "Address, or range such as 192.0.2.0/24"))
        .arg(optional("reason", "TEXT", "Why, for people"))
        .arg(hours.value_parser(value_parser!(u32).range(1..)))
}

pub(super) fn unblock_command() -> Command {
    of_org_or_platform(stored(Command::new("unblock").about("Take a block back")))
        .arg(positional("id", "Id of the block, as `address list` shows it"))
}

fn scope_of(shell: &Shell) -> SecurityScope {
    if shell.is_on_platform() { SecurityScope::Platform } else { SecurityScope::Org }
}

pub(super) async fn list(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    in_org_or_on_platform(args, terminal, async |shell| {
        let blocks = shell.services.security.blocks(&shell.principal, scope_of(shell)).await?;
        let words = columns(&blocks.iter().map(row).collect::<Vec<_>>(), "Nobody is blocked.");
        Ok(Answer::new(json!({ "blocks": blocks.iter().map(view).collect::<Vec<_>>() }), words))
    })
    .await
}

pub(super) async fn block(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let hours = args.get_one::<u32>("hours").copied();
    in_org_or_on_platform(args, terminal, async |shell| {
        let ends = |hours: u32| shell.services.base.now().plus_ms(i64::from(hours) * HOUR_MS);
        let new = NewBlock {
            range: text(args, "range").to_owned(),
            reason: given(args, "reason"),
            expires_at: hours.map(ends),
            allows_own: true,
        };
        // The shell comes from no address.
        let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let security = &shell.services.security;
        let block = security.block(&shell.principal, scope_of(shell), new, nowhere).await?;
        Ok(Answer::new(view(&block), columns(&[row(&block)], "")))
    })
    .await
}

pub(super) async fn unblock(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let id = text(args, "id");
    in_org_or_on_platform(args, terminal, async |shell| {
        let ended = shell.services.security.unblock(&shell.principal, scope_of(shell), id).await;
        ended.map_err(Failure::naming("block with this id there"))?;
        Ok(Answer::new(json!({ "block_id": id, "deleted": true }), format!("Took the block {id} back.")))
    })
    .await
}

fn row(block: &AddressBlock) -> Vec<String> {
    let end = block.expires_at.map_or_else(|| "never".to_owned(), |at| rfc3339(Timestamp(at)));
    vec![
        block.id.to_string(),
        block.ip_range.clone(),
        format!("ends {end}"),
        block.reason.clone().unwrap_or_default(),
    ]
}

fn view(block: &AddressBlock) -> Value {
    json!({
        "id": block.id.to_string(),
        "range": block.ip_range,
        "reason": block.reason,
        "blocked_by": block.blocked_by,
        "created_at": rfc3339(Timestamp(block.created_at)),
        "expires_at": block.expires_at.map(|at| rfc3339(Timestamp(at))),
    })
}
