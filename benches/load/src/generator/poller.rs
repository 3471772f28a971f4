//! Which sockets have something: epoll, level-triggered, with timeouts of less than a millisecond.

use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};

const EVENTS: usize = 1_024;

pub(super) struct Poller {
    epoll: OwnedFd,
    events: Vec<epoll::Event>,
}

/// What is told of a socket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ready {
    pub(super) index: usize,
    pub(super) is_writable: bool,
}

impl Poller {
    pub(super) fn new() -> anyhow::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        Ok(Self { epoll, events: Vec::with_capacity(EVENTS) })
    }

    /// Tells of a socket from now on; where `writes`, also when it takes more.
    pub(super) fn add(&self, stream: &TcpStream, index: usize, writes: bool) -> anyhow::Result<()> {
        Ok(epoll::add(&self.epoll, stream, epoll::EventData::new_u64(index as u64), flags(writes))?)
    }

    pub(super) fn change(&self, stream: &TcpStream, index: usize, writes: bool) -> anyhow::Result<()> {
        Ok(epoll::modify(&self.epoll, stream, epoll::EventData::new_u64(index as u64), flags(writes))?)
    }

    /// Waits this long at most; appends what is ready.
    pub(super) fn wait(&mut self, timeout: Duration, ready: &mut Vec<Ready>) -> anyhow::Result<()> {
        self.events.clear();
        let timeout = Timespec {
            tv_sec: i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: timeout.subsec_nanos().into(),
        };
        match epoll::wait(&self.epoll, spare_capacity(&mut self.events), Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        ready.extend(self.events.iter().map(|event| {
            let (data, flags) = (event.data, event.flags);
            Ready {
                index: usize::try_from(data.u64()).unwrap_or(usize::MAX),
                is_writable: flags.contains(epoll::EventFlags::OUT),
            }
        }));
        Ok(())
    }
}

fn flags(writes: bool) -> epoll::EventFlags {
    if writes { epoll::EventFlags::IN | epoll::EventFlags::OUT } else { epoll::EventFlags::IN }
}
