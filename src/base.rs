//! The dependencies shared by every service: database, clock, settings, and the tracker that runs tasks.

use std::sync::Arc;

use rooms::Timestamp;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bus::Bus;
use crate::clock::SharedClock;
use crate::config::Settings;
use crate::db::{Db, Store};
use crate::files::Files;
use crate::guard::Guard;
use crate::limits::Limits;
use crate::model::NodeId;
use crate::nodes::Claims;
use crate::outbound::Gateway;

/// The means of one process. Cheap to clone; all clones share them.
#[derive(Debug, Clone)]
pub struct Base {
    /// The database.
    pub db: Db,
    /// The one writer of entries, over the same database.
    pub store: Store,
    /// Tells the time.
    pub clock: SharedClock,
    /// The server's settings.
    pub settings: Arc<Settings>,
    /// Limits by count and time.
    pub limits: Arc<Limits>,
    /// Who is shut out, and what looks like an attack.
    pub guard: Guard,
    /// What other nodes are told, and tell.
    pub bus: Bus,
    /// Names this process, from its start to its end.
    pub node: NodeId,
    /// What this process does and no other that serves the database.
    pub claims: Claims,
    /// The way outside.
    pub gateway: Gateway,
    /// Where files stand.
    pub files: Files,
    /// Where every task is started, so that a stop can wait for them.
    pub tasks: TaskTracker,
    /// Cancelled when the server is told to stop.
    pub stop: CancellationToken,
}

impl Base {
    /// The means of a server by itself, over an open database.
    #[must_use]
    pub fn new(db: Db, clock: SharedClock, settings: Arc<Settings>) -> Self {
        let tasks = TaskTracker::new();
        let gateway = Gateway::new(&settings);
        let node = NodeId::new();
        let claims = match &settings.bus {
            None => Claims::alone(node),
            Some(_) => Claims::among_nodes(node, db.clone(), clock.clone()),
        };
        Self {
            files: Files::new(&settings, &gateway),
            store: Store::start(db.clone(), clock.clone(), settings.store_batch_max, &tasks),
            guard: Guard::new(clock.clone()),
            limits: Arc::new(Limits::new(&settings)),
            bus: Bus::alone(),
            node,
            claims,
            gateway,
            stop: CancellationToken::new(),
            db,
            clock,
            settings,
            tasks,
        }
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp(self.clock.now_ms())
    }

    /// Starts a task that ends at the latest when the server is told to stop.
    pub fn spawn_until_stop(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            stop.run_until_cancelled(task).await;
        });
    }
}
