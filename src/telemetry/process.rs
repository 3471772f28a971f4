//! Metrics of this process from the operating system: memory, CPU time and open files.

use std::fmt::Write as _;
use std::fs;

/// Linux counts processor time for programs in hundredths of a second on every architecture it runs on.
const TICKS_PER_SECOND: f64 = 100.0;
const KIB: u64 = 1024;
/// Fields of `/proc/self/stat` after the name: 12th and 13th are time in the program and in the kernel.
const USER_TICKS_FIELD: usize = 11;

/// Every metric of the process: name, kind and help.
pub(super) const TABLE: [(&str, &str, &str); 6] = [
    ("process_resident_memory_bytes", "gauge", "Memory in use, pages of mapped files included"),
    ("process_resident_anonymous_bytes", "gauge", "Memory in use that the process holds itself"),
    ("process_resident_mapped_bytes", "gauge", "Pages of mapped files in memory, such as the database's"),
    ("process_cpu_seconds_total", "counter", "Processor time used, in seconds"),
    ("process_open_fds", "gauge", "Open files and sockets"),
    ("process_max_fds", "gauge", "Open files and sockets that the process may have"),
];

/// Memory in use: name, and field of `/proc/self/status`. Pages of mapped files, such as the database's, are the system's
/// to take back, so they are told apart from what the program holds itself.
const MEMORY: [(&str, &str); 3] = [
    ("process_resident_memory_bytes", "VmRSS"),
    ("process_resident_anonymous_bytes", "RssAnon"),
    ("process_resident_mapped_bytes", "RssFile"),
];

/// The process' metrics in Prometheus' text format; what cannot be read is left out.
pub(super) fn render() -> String {
    let mut text = String::new();
    let status = fs::read_to_string("/proc/self/status").ok();
    for (name, field) in MEMORY {
        if let Some(bytes) = status.as_deref().and_then(|status| memory_bytes(status, field)) {
            add(&mut text, name, bytes);
        }
    }
    let stat = fs::read_to_string("/proc/self/stat").ok();
    if let Some(seconds) = stat.as_deref().and_then(cpu_seconds) {
        add(&mut text, "process_cpu_seconds_total", seconds);
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        add(&mut text, "process_open_fds", files.count());
    }
    let limits = fs::read_to_string("/proc/self/limits").ok();
    if let Some(most) = limits.as_deref().and_then(open_files_max) {
        add(&mut text, "process_max_fds", most);
    }
    text
}

/// Memory in use, pages of mapped files included; `None` where the system does not say so.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    memory_bytes(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS")
}

fn add(text: &mut String, name: &str, value: impl std::fmt::Display) {
    let row = TABLE.iter().find(|(known, ..)| *known == name);
    let (_, kind, help) = row.expect("every metric of the process stands in the table");
    writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n")
        .expect("a String takes every text");
}

fn memory_bytes(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * KIB)
}

/// The soft limit, which the server has raised as far as it may.
fn open_files_max(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The name of the process stands in brackets and may hold anything, so the fields are counted after it.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_whitespace().skip(USER_TICKS_FIELD).map(str::parse::<u32>);
    let (user, kernel) = (ticks.next()?.ok()?, ticks.next()?.ok()?);
    Some((f64::from(user) + f64::from(kernel)) / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_bytes() {
        let status = "Name:\tx\nVmRSS:\t   24680 kB\nRssAnon:\t   20000 kB\nRssFile:\t    4680 kB\n";
        let bytes = |field| memory_bytes(status, field);

        assert_eq!(bytes("VmRSS"), Some(24_680 * 1024));
        assert_eq!((bytes("RssAnon"), bytes("RssFile")), (Some(20_000 * 1024), Some(4_680 * 1024)));
        assert_eq!((bytes("RssShmem"), bytes("Rss")), (None, None));
    }

    #[test]
    fn processor_time_is_read_past_any_name() {
        let stat = "42 (a) b (c) R 1 2 3 4 5 6 7 8 9 10 250 150 0 0 20 0 1";

        assert_eq!(cpu_seconds(stat), Some(4.0));
        assert_eq!(cpu_seconds("nonsense"), None);
    }

    #[test]
    fn the_limit_of_open_files_is_the_soft_one() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max processes             unlimited            unlimited            processes \n\
                      Max open files            1024                 524288               files     \n";

        assert_eq!(open_files_max(limits), Some(1_024));
        assert_eq!(open_files_max("Max open files            unlimited  unlimited  files"), None);
    }

    #[test]
    fn this_process_uses_memory_and_files() {
        let text = render();

        for (name, kind, _) in TABLE {
            assert!(text.contains(&format!("\n# TYPE {name} {kind}\n{name} ")), "{text}");
        }
        assert_eq!(text.matches("# TYPE").count(), TABLE.len(), "{text}");
    }
}
