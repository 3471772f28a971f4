//! Orgs, agents and conversations of Switchboard, made once and copied for every run, so that all begin alike.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::runtime::Runtime;

use super::cores::Cores;
use super::shape::Shape;
use crate::generator::Seat;
use crate::server::{Server, Visitor};

/// Requests at the same time while it is made.
const AT_ONCE: usize = 16;

/// A directory with everything in it, and who may join what.
pub(super) struct Estate {
    directory: tempfile::TempDir,
    orgs: Vec<Org>,
}

struct Org {
    visitors: Vec<Visitor>,
    agents: [String; 2],
}

impl Estate {
    /// Makes it with a server of its own, which has ended when this returns.
    pub(super) fn make(
        runtime: &Runtime,
        binary: &Path,
        database_url: Option<&str>,
        shape: Shape,
    ) -> anyhow::Result<Self> {
        runtime.block_on(async {
            let mut server = Server::start_in(tempfile::tempdir()?, binary, database_url, false).await?;
            let mut orgs = Vec::new();
            let count = shape.orgs.clamp(1, shape.rooms);
            for number in 0..count {
                server.move_to_new_org(&format!("Org {number}")).await?;
                let (one, other) =
                    (server.agent(&format!("a{number}")).await?, server.agent(&format!("b{number}")).await?);
                // Rooms go round: room 0 to org 0, room 1 to org 1.
                let rooms = shape.rooms / count + usize::from(number < shape.rooms % count);
                let made = stream::iter(0..rooms).map(|_| held_visitor(&server, &one));
                let visitors: Vec<_> = made.buffered(AT_ONCE).collect().await;
                let visitors = visitors.into_iter().collect::<anyhow::Result<_>>()?;
                orgs.push(Org { visitors, agents: [one, other] });
            }
            Ok(Self { directory: server.stop().await?, orgs })
        })
    }

    pub(super) fn rooms(&self) -> usize {
        self.orgs.iter().map(|org| org.visitors.len()).sum()
    }

    /// The clients of this many rooms, one room after another, the visitor first.
    pub(super) fn seats(&self, shape: Shape) -> Vec<Seat> {
        let mut seats = Vec::with_capacity(shape.clients());
        for room in 0..shape.rooms {
            let org = &self.orgs[room % self.orgs.len()];
            let visitor = &org.visitors[room / self.orgs.len()];
            let room_id: Rc<str> = visitor.session_id.as_str().into();
            let room = u32::try_from(room).unwrap_or(u32::MAX);
            seats.push(Seat {
                room,
                room_id: room_id.clone(),
                token: visitor.token.as_str().into(),
                is_visitor: true,
            });
            seats.extend((0..shape.agents).map(|agent| Seat {
                room,
                room_id: room_id.clone(),
                token: org.agents[agent % 2].as_str().into(),
                is_visitor: false,
            }));
        }
        seats
    }

    /// Starts a server over a copy of it; over PostgreSQL, where nothing is copied, over what is there.
    pub(super) fn start(
        &self,
        runtime: &Runtime,
        binary: &Path,
        database_url: Option<&str>,
        cores: Cores,
    ) -> anyhow::Result<Server> {
        let copy = tempfile::tempdir()?;
        copy_folder(self.directory.path(), copy.path())?;
        cores.start_servers()?;
        let started = runtime.block_on(Server::start_in(copy, binary, database_url, false));
        cores.generate()?;
        started
    }
}

/// A visitor whose conversation this agent holds.
async fn held_visitor(server: &Server, agent: &str) -> anyhow::Result<Visitor> {
    let visitor = server.visitor().await?;
    server.take_over(agent, &visitor.session_id).await?;
    Ok(visitor)
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(from)?.flatten() {
        let target: PathBuf = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir_all(&target)?;
            copy_folder(&entry.path(), &target)?;
        } else if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
