//! How much of the machine a model takes: one core per call.
//!
//! The libraries would spread every product of matrices over all cores, which costs a fifth more in all and lets calls wait
//! for one another. A thread is made in microseconds.

use rten::{RunOptions, ThreadPool};

/// A pool of one thread.
pub(crate) fn one_thread() -> ThreadPool {
    ThreadPool::with_num_threads(1)
}

/// Runs a network on a pool of one thread.
pub(crate) fn run_options() -> RunOptions {
    let mut options = RunOptions::default();
    options.thread_pool = Some(one_thread().into());
    options
}
