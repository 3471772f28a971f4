//! The `switchboard` binary.

use tikv_jemallocator::Jemalloc;

/// Gives freed memory back to the system by a background thread, whichever threads allocated and freed it.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> std::process::ExitCode {
    switchboard::cli::run(std::env::args_os(), switchboard::app::serve)
}
