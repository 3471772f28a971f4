//! `switchboard export` and `switchboard org delete`: whole orgs taken along and removed.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command};
use rooms::{OrgId, Timestamp};
use serde_json::json;

use super::arguments::{id, needed, positional, stored, text};
use super::output::{Answer, Failure};
use super::storage::{open_db, settings};
use super::terminal::Terminal;
use crate::clock::{Clock as _, SystemClock};
use crate::ids;
use crate::tenancy::{ExportLines, arrange_removal_by_shell, export_by_shell};
use crate::wire::{ErrorCode, rfc3339};

pub(super) fn export_command() -> Command {
    let about = "Export everything of an org as lines of JSON; secrets, keys and files are not among them";
    stored(Command::new("export").about(about))
        .arg(needed("org", "ID", "Org to export"))
        .arg(positional("path", "File to write, which must not exist, or a directory for it"))
}

pub(super) fn delete_command() -> Command {
    let about = "Suspend an org and have it removed with everything it has after `org_removal_wait_d` days; \
                 a platform admin can take that back until then. Backups made before still hold it";
    stored(Command::new("delete").about(about))
        .arg(positional("id", "Id of the org"))
        .arg(Arg::new("yes").long("yes").action(ArgAction::SetTrue).help("Do not ask for the name"))
        .arg(Arg::new("name").long("name").value_name("NAME").help("Name of the org, to make sure"))
        .group(ArgGroup::new("sure").args(["yes", "name"]).required(true))
}

pub(super) async fn export(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let no_org = Failure::naming("org with this id");
    let org: OrgId = id(args, "org", &no_org)?;
    let db = open_db(&settings(args, terminal)?).await?;
    let mut lines = export_by_shell(&db, org, now()).await.map_err(no_org)?;
    let given = Path::new(text(args, "path"));
    let path = if given.is_dir() { given.join(lines.file_name()) } else { given.to_owned() };
    let line_count = write_lines(&mut lines, &path).await?;
    let json = json!({ "org_id": org.to_string(), "file": path.display().to_string(), "lines": line_count });
    Ok(Answer::new(json, format!("Wrote {line_count} lines to {}.", path.display())))
}

/// The file has its name only when it is whole.
async fn write_lines(lines: &mut ExportLines, path: &Path) -> Result<usize, Failure> {
    let failed = |path: &Path, error: std::io::Error| {
        Failure::new(ErrorCode::Unavailable, format!("could not write {}: {error}", path.display()))
    };
    if path.exists() {
        let message = format!("{} exists already; an export never overwrites a file", path.display());
        return Err(Failure::new(ErrorCode::Conflict, message));
    }
    let unfinished = Unfinished(path.with_extension(format!("{}.part", ids::new_id())));
    let options = File::options().write(true).create_new(true).mode(0o600).open(&unfinished.0);
    let mut file = options.map_err(|error| failed(path, error))?;
    let mut line_count = 0;
    while let Some(text) = lines.next().await? {
        line_count += text.lines().count();
        file.write_all(text.as_bytes()).map_err(|error| failed(path, error))?;
    }
    file.sync_all()
        .and_then(|()| std::fs::rename(&unfinished.0, path))
        .map_err(|error| failed(path, error))?;
    Ok(line_count)
}

/// A file that is removed where it did not get its name.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It is gone once it has its name.
        let _gone = std::fs::remove_file(&self.0);
    }
}

pub(super) async fn delete(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let no_org = Failure::naming("org with this id");
    let org: OrgId = id(args, "id", &no_org)?;
    let settings = settings(args, terminal)?;
    let db = open_db(&settings).await?;
    let name = args.get_one::<String>("name").map(String::as_str);
    let days = settings.org_removal_wait_d;
    let record = arrange_removal_by_shell(&db, org, name, days, now()).await.map_err(no_org)?;
    let at = record.delete_at.map(rfc3339).unwrap_or_default();
    let words = format!(
        "Org {} is suspended and will be removed by the server from {at} on, with everything it has. Until then a \
         platform admin can take that back.\nBackups made before then still hold it: remove them, or wait until they \
         have expired.",
        record.name
    );
    Ok(Answer::new(json!({ "org_id": org.to_string(), "delete_at": at }), words))
}

fn now() -> Timestamp {
    Timestamp(SystemClock.now_ms())
}
