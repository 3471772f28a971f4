//! Metrics of this process from the operating system: memory, CPU time and open files.

use std::fmt::Write as _;
use std::fs;

/// Linux counts processor time for programs in hundredths of a second on every architecture it runs on.
const TICKS_PER_SECOND: f64 = 100.0;
const KIB: u64 = 1024;
/// Fields of `/proc/self/stat` after the name: 12th and 13th are time in the program and in the kernel.
const USER_TICKS_FIELD: usize = 11;

/// Memory in use: name, field of `/proc/self/status` and help. Pages of mapped files, such as the database's, are the
/// system's to take back, so they are told apart from what the program holds itself.
const MEMORY: [(&str, &str, &str); 3] = [
    ("process_resident_memory_bytes", "VmRSS", "Memory in use, pages of mapped files included"),
    ("process_resident_anonymous_bytes", "RssAnon", "Memory in use that the process holds itself"),
    ("process_resident_mapped_bytes", "RssFile", "Pages of mapped files in memory, such as the database's"),
];

/// The process' metrics in Prometheus' text format; what cannot be read is left out.
pub(super) fn render() -> String {
    let mut text = String::new();
    let status = fs::read_to_string("/proc/self/status").ok();
    for (name, field, help) in MEMORY {
        if let Some(bytes) = status.as_deref().and_then(|status| memory_bytes(status, field)) {
            add(&mut text, name, "gauge", help, bytes);
        }
    }
    let stat = fs::read_to_string("/proc/self/stat").ok();
    if let Some(seconds) = stat.as_deref().and_then(cpu_seconds) {
        add(&mut text, "process_cpu_seconds_total", "counter", "Processor time used", seconds);
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        add(&mut text, "process_open_fds", "gauge", "Open files and sockets", files.count());
    }
    text
}

/// Memory in use, pages of mapped files included; `None` where the system does not say so.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    memory_bytes(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS")
}

fn add(text: &mut String, name: &str, kind: &str, help: &str, value: impl std::fmt::Display) {
    writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n")
        .expect("a String takes every text");
}

fn memory_bytes(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * KIB)
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
    fn this_process_uses_memory_and_files() {
        let text = render();

        let memory = MEMORY.map(|(name, ..)| name);
        for name in memory.into_iter().chain(["process_cpu_seconds_total", "process_open_fds"]) {
            assert!(text.contains(&format!("\n{name} ")), "{text}");
        }
    }
}
