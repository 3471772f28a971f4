//! The child process: sets its own limits, parses one document from standard input, and writes the passages to standard output.

use std::io::{BufRead, Write};

use super::document::{ReadDocument, ReadRequest, read_document};

/// The hidden command of the binary.
pub const COMMAND: &str = "read-document";
/// What opens a line on standard error that names the page of a PDF which is read next.
pub(super) const PAGE_MARK: &str = "@page ";
/// Parsers that recurse need room; what needs more is nested too deeply.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Reads the document on `input`. `args` are the most memory in bytes and the most time in seconds.
///
/// The exit code is 0 when an answer was written, which may be that the document cannot be read.
pub fn run_reader(args: &[String], input: &mut dyn BufRead, output: &mut dyn Write) -> u8 {
    let numbers: Vec<u64> = args.iter().filter_map(|arg| arg.parse().ok()).collect();
    let [memory_bytes, seconds] = numbers[..] else { return 2 };
    if let Err(error) = limit(memory_bytes, seconds) {
        return answer(output, &Err(format!("the reader cannot limit itself: {error}")));
    }
    // A panic message does not name the page and may quote the file.
    std::panic::set_hook(Box::new(|_| {}));
    let given = match take(input) {
        Ok(given) => given,
        Err(error) => return answer(output, &Err(format!("the reader was given no document: {error}"))),
    };
    let thread = std::thread::Builder::new().name("reader".to_owned()).stack_size(STACK_BYTES);
    let started = thread.spawn(move || {
        let (request, bytes) = given;
        read_document(&request, bytes, &mut |page| {
            // The parent has exited; this process is about to.
            let _gone = writeln!(std::io::stderr(), "{PAGE_MARK}{page}");
        })
    });
    let read = match started.map(std::thread::JoinHandle::join) {
        Ok(Ok(read)) => read,
        Ok(Err(_panic)) => Err("the file is damaged".to_owned()),
        Err(error) => Err(format!("the reader has no room: {error}")),
    };
    answer(output, &read)
}

/// Sets the limits of this process. Nothing can be opened afterwards: neither files nor connections.
fn limit(memory_bytes: u64, seconds: u64) -> std::io::Result<()> {
    use rlimit::Resource;
    /// Standard input, output and error.
    const OPEN_FILES: u64 = 3;
    let stack = u64::try_from(STACK_BYTES).unwrap_or(u64::MAX);
    let memory = mapped_bytes().saturating_add(stack).saturating_add(memory_bytes);
    Resource::AS.set(memory, memory)?;
    Resource::CPU.set(seconds, seconds)?;
    Resource::CORE.set(0, 0)?;
    Resource::FSIZE.set(0, 0)?;
    Resource::NOFILE.set(OPEN_FILES, OPEN_FILES)
}

/// What the program itself takes of the address space; 0 where the system does not tell.
fn mapped_bytes() -> u64 {
    let page_bytes = u64::try_from(rustix::param::page_size()).unwrap_or(0);
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = status.split(' ').next().and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0).saturating_mul(page_bytes)
}

fn take(input: &mut dyn BufRead) -> std::io::Result<(ReadRequest, Vec<u8>)> {
    let mut head = String::new();
    input.read_line(&mut head)?;
    let request = serde_json::from_str(&head)?;
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    Ok((request, bytes))
}

fn answer(output: &mut dyn Write, read: &Result<ReadDocument, String>) -> u8 {
    let written = serde_json::to_writer(&mut *output, read).map_err(std::io::Error::from);
    u8::from(written.and_then(|()| output.flush()).is_err())
}
