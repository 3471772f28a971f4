//! The bus of one node.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::heard::Heard;
use super::news::News;
use super::outgoing::Outgoing;
use super::redis::Link;
use crate::model::NodeId;

/// Batches that were heard and not taken in yet; further ones wait in the socket.
const HEARD_MAX: usize = 1_024;

/// Why there is no bus.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// Its address is none.
    #[error("the address of the bus is not one of Redis (redis:// or rediss://)")]
    Address(#[source] redis::RedisError),
    /// It did not answer as the node started.
    #[error("the bus does not answer")]
    Silent(#[source] redis::RedisError),
}

/// What the nodes tell each other. Cheap to clone; all clones share it.
#[derive(Clone)]
pub struct Bus(Option<Arc<Shared>>);

struct Shared {
    node: NodeId,
    outgoing: Arc<Outgoing>,
    is_up: Arc<AtomicBool>,
    heard: Mutex<Option<mpsc::Receiver<Heard>>>,
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(shared) => {
                write!(f, "Bus({}, is_up: {})", shared.node, shared.is_up.load(Ordering::Relaxed))
            }
            None => f.write_str("Bus(alone)"),
        }
    }
}

impl Bus {
    /// The bus of a server by itself.
    #[must_use]
    pub fn alone() -> Self {
        Self(None)
    }

    /// A bus over Redis or Valkey. `installation` keeps apart those that share one; `node` names this process.
    ///
    /// # Errors
    /// When the address is none, or nothing answers there.
    pub async fn connect(
        address: &str,
        installation: &str,
        node: NodeId,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Result<Self, BusError> {
        let client = redis::Client::open(address).map_err(BusError::Address)?;
        let (hear, heard) = mpsc::channel(HEARD_MAX);
        let (outgoing, is_up) = (Arc::<Outgoing>::default(), Arc::new(AtomicBool::new(true)));
        let link = Link {
            client,
            channel: format!("switchboard:{installation}:news"),
            node,
            outgoing: outgoing.clone(),
            is_up: is_up.clone(),
            hear,
        };
        link.start(tasks, stop).await.map_err(BusError::Silent)?;
        Ok(Self(Some(Arc::new(Shared { node, outgoing, is_up, heard: Mutex::new(Some(heard)) }))))
    }

    /// Whether no other node can hear.
    #[must_use]
    pub fn is_alone(&self) -> bool {
        self.0.is_none()
    }

    /// Whether what is told is heard, as far as this node knows.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.0.as_ref().is_none_or(|shared| shared.is_up.load(Ordering::Relaxed))
    }

    /// Tells the other nodes, where there are any. Never waits.
    pub fn tell(&self, news: impl FnOnce() -> News) {
        if let Some(shared) = &self.0 {
            shared.outgoing.push(news());
        }
    }

    /// What the others tell, from now on. The first caller alone hears; nobody where there are no others.
    #[must_use]
    pub fn listen(&self) -> Option<mpsc::Receiver<Heard>> {
        self.0.as_ref()?.heard.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
