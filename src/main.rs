//! The `switchboard` binary.

use mimalloc::MiMalloc;

/// Many small buffers stay small.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> std::process::ExitCode {
    switchboard::cli::run(std::env::args_os(), switchboard::app::serve)
}
