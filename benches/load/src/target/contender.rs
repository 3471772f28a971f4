//! Who takes part in a run, by name, and what is missing of it.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, ensure};
use tokio::runtime::Runtime;

use super::cores::Cores;
use super::estate::Estate;
use super::peer::Peer;
use super::postgres::Postgres;
use super::running::{Running, Started};
use super::shape::Shape;
use crate::dialect::Dialect;
use crate::generator::Seat;

/// Somebody who takes part.
pub(crate) struct Contender {
    pub(crate) name: String,
    pub(crate) about: String,
    kind: Kind,
}

enum Kind {
    Switchboard {
        dialect: Rc<Dialect>,
        store: Store,
    },
    Peer(Peer),
    /// A server that was there before, or is on its own: its dialect, port and process.
    Server {
        dialect: Rc<Dialect>,
        port: u16,
        pid: u32,
    },
    /// No server: what storing alone costs.
    StorageFloor,
}

/// Where Switchboard stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Store {
    Sqlite,
    Postgres,
}

/// What all contenders of a run share.
pub(crate) struct Contenders {
    pub(crate) load_folder: PathBuf,
    pub(crate) binary: PathBuf,
    pub(crate) database_url: Option<String>,
    pub(crate) cores: Cores,
    pub(crate) runtime: Runtime,
    /// One for each store, made when it is first needed.
    estates: Vec<(Store, Estate)>,
    /// Started where PostgreSQL is asked for and none is named.
    postgres: Option<Postgres>,
    /// How large they will have to be.
    shape_max: Shape,
}

/// Files that are no connection.
const OPEN_FILES_BESIDE: u64 = 200;
const SWITCHBOARD: &str = "switchboard";
const STORAGE_FLOOR: &str = "storage-floor";

impl Contenders {
    pub(crate) fn new(
        load_folder: PathBuf,
        binary: PathBuf,
        database_url: Option<String>,
        cores: Cores,
        shape_max: Shape,
    ) -> anyhow::Result<Self> {
        // Before this thread is pinned: its children are born where it is.
        let runtime = Runtime::new()?;
        Ok(Self {
            load_folder,
            binary,
            database_url,
            cores,
            runtime,
            estates: Vec::new(),
            postgres: None,
            shape_max,
        })
    }

    /// Finds a contender by name: `switchboard`, `switchboard-socketio`, `switchboard-postgres`, `storage-floor`, a peer's folder, or
    /// `DIALECT@PORT/PID` for a server that runs already.
    pub(crate) fn find(&mut self, name: &str) -> anyhow::Result<Contender> {
        let dialects = self.load_folder.join("dialects");
        let dialect = |name: &str| {
            let path = Path::new(name);
            let in_folder = dialects.join(format!("{name}.toml"));
            Dialect::read(if path.extension().is_some() { path } else { &in_folder }).map(Rc::new)
        };
        let (about, kind) = if let Some((file, place)) = name.split_once('@') {
            let (port, pid) = place.split_once('/').context("write DIALECT@PORT/PID")?;
            let kind = Kind::Server { dialect: dialect(file)?, port: port.parse()?, pid: pid.parse()? };
            ("a server that runs already".to_owned(), kind)
        } else if name == STORAGE_FLOOR {
            ("the same rows, committed in groups by a bare loop".to_owned(), Kind::StorageFloor)
        } else if name.starts_with("switchboard") {
            let present = self.binary.exists();
            ensure!(present, "{} is missing; `make load` builds it", self.binary.display());
            let (about, file, store) = match name {
                SWITCHBOARD => ("Switchboard, native WebSocket", SWITCHBOARD, Store::Sqlite),
                "switchboard-postgres" => {
                    if self.database_url.is_none() && self.postgres.is_none() {
                        self.postgres = Some(Postgres::start()?);
                    }
                    ("Switchboard, native WebSocket, on PostgreSQL", SWITCHBOARD, Store::Postgres)
                }
                _ => ("Switchboard, Socket.IO", name, Store::Sqlite),
            };
            (about.to_owned(), Kind::Switchboard { dialect: dialect(file)?, store })
        } else {
            let peer = Peer::open(&self.load_folder, name)?;
            (peer.about().to_owned(), Kind::Peer(peer))
        };
        Ok(Contender { name: name.to_owned(), about, kind })
    }

    /// Starts a contender for rooms of this shape.
    pub(crate) fn start(&mut self, contender: &Contender, shape: Shape) -> anyhow::Result<Running> {
        let (open_files, _) = rlimit::Resource::NOFILE.get()?;
        let needed = shape.clients() as u64 + OPEN_FILES_BESIDE;
        ensure!(open_files >= needed, "this needs {needed} open files, not {open_files}: raise `ulimit -n`");
        let running = match &contender.kind {
            Kind::Switchboard { dialect, store } => {
                self.ready_estate(*store, shape)?;
                let estate = self.estate(*store).context("it was just made")?;
                let seats = estate.seats(shape);
                let url = self.url(*store);
                let server = estate.start(&self.runtime, &self.binary, url.as_deref(), self.cores)?;
                let (port, pid) = (server.port, server.pid()?);
                Running::new(Started::Switchboard(Box::new(server)), dialect.clone(), port, pid, seats)
            }
            Kind::Peer(peer) => {
                let started = peer.start(self.cores)?;
                let (port, pid) = (started.port, started.pid());
                Running::new(Started::Peer(started), peer.dialect(), port, pid, plain_seats(shape))
            }
            Kind::Server { dialect, port, pid } => {
                Running::new(Started::Elsewhere, dialect.clone(), *port, *pid, plain_seats(shape))
            }
            Kind::StorageFloor => anyhow::bail!("the storage floor is no server"),
        };
        Ok(running)
    }

    fn ready_estate(&mut self, store: Store, shape: Shape) -> anyhow::Result<()> {
        let is_enough = self.estate(store).is_some_and(|estate| estate.rooms() >= shape.rooms);
        if !is_enough {
            let rooms = shape.rooms.max(self.shape_max.rooms);
            let wanted = Shape { rooms, ..shape };
            let made = Estate::make(&self.runtime, &self.binary, self.url(store).as_deref(), wanted)?;
            self.estates.retain(|(one, _)| *one != store);
            self.estates.push((store, made));
        }
        Ok(())
    }

    fn estate(&self, store: Store) -> Option<&Estate> {
        self.estates.iter().find(|(one, _)| *one == store).map(|(_, estate)| estate)
    }

    fn url(&self, store: Store) -> Option<String> {
        let of_postgres = || {
            let started = self.postgres.as_ref().map(Postgres::url);
            self.database_url.clone().or(started)
        };
        (store == Store::Postgres).then(of_postgres).flatten()
    }
}

impl Contender {
    /// Whether it is Switchboard, over whatever transport.
    pub(crate) fn is_switchboard(&self) -> bool {
        matches!(self.kind, Kind::Switchboard { .. })
    }

    /// Whether it stores and does nothing else.
    pub(crate) fn is_storage_floor(&self) -> bool {
        matches!(self.kind, Kind::StorageFloor)
    }
}

/// Clients of a server that knows neither visitors nor agents.
fn plain_seats(shape: Shape) -> Vec<Seat> {
    let token: Rc<str> = "".into();
    let seat = |room: usize, member: usize| Seat {
        room: u32::try_from(room).unwrap_or(u32::MAX),
        room_id: format!("room-{room}").into(),
        token: token.clone(),
        is_visitor: member == 0,
    };
    (0..shape.rooms)
        .flat_map(|room| (0..shape.members()).map(move |member| (room, member)))
        .map(|(room, member)| seat(room, member))
        .collect()
}
