//! Any of the scenarios with what it is run with.

use super::{broadcast, idle, mixed, rooms, storage, storm, typing};
use crate::report::Reading;
use crate::target::{Contender, Contenders, Shape};

/// A scenario with its options.
#[derive(Debug, Clone)]
pub(crate) enum Workload {
    Rooms(rooms::Options),
    Typing(typing::Options),
    Broadcast(broadcast::Options),
    Idle(idle::Options),
    Storm(storm::Options),
    Mixed(mixed::Options),
}

impl Workload {
    pub(crate) fn shape(&self, orgs: usize) -> Shape {
        match self {
            Self::Rooms(options) => options.shape(orgs),
            Self::Typing(options) => options.shape(orgs),
            Self::Broadcast(options) => options.shape(orgs),
            Self::Idle(options) => options.shape(orgs),
            Self::Storm(options) => options.shape(orgs),
            // It makes what it needs itself.
            Self::Mixed(_) => Shape { rooms: 1, agents: 2, orgs: 1 },
        }
    }

    /// Its name in a report of it alone.
    pub(crate) fn id(&self) -> &'static str {
        match self {
            Self::Rooms(options) if options.closed => "rooms-saturated",
            Self::Rooms(options) if options.ladder_p99_ms.is_some() => "rooms-ladder",
            Self::Rooms(options) if options.of_saturation.is_some() => "rooms-half",
            Self::Rooms(_) => "rooms",
            Self::Typing(_) => "typing",
            Self::Broadcast(_) => "broadcast",
            Self::Idle(_) => "idle",
            Self::Storm(_) => "storm",
            Self::Mixed(_) => "mixed",
        }
    }

    /// What it is called in a report.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Rooms(rooms::Options { rooms, closed: true, .. }) => format!("{rooms} rooms, saturated"),
            Self::Rooms(rooms::Options { rooms, ladder_p99_ms: Some(ms), .. }) => {
                format!("{rooms} rooms, highest rate with p99 within {ms} ms")
            }
            Self::Rooms(rooms::Options { rooms, of_saturation: Some(share), .. }) => {
                format!("{rooms} rooms, at {share} of each target's saturation")
            }
            Self::Rooms(rooms::Options { rooms, rate, .. }) => format!("{rooms} rooms, {rate} messages/s"),
            Self::Typing(typing::Options { rooms, rate, .. }) => format!("{rooms} rooms, typing at {rate}/s"),
            Self::Broadcast(broadcast::Options { readers, rate, .. }) => {
                format!("one room of {readers} readers, {rate} messages/s")
            }
            Self::Idle(options) => format!("{} idle connections in rooms", options.shape(1).clients()),
            Self::Storm(options) => format!("{} connections drop and come back", options.shape(1).clients()),
            Self::Mixed(mixed::Options { visitors_per_s, seconds, .. }) => {
                format!("a business day in {seconds} s, {visitors_per_s} visitors/s")
            }
        }
    }

    /// Runs it once against one contender; nothing where it is not for this one.
    pub(crate) fn run(
        &self,
        contenders: &mut Contenders,
        contender: &Contender,
        seed: u64,
        orgs: usize,
    ) -> anyhow::Result<Option<Reading>> {
        if contender.is_storage_floor() {
            let Self::Rooms(options @ rooms::Options { ladder_p99_ms: None, of_saturation: None, .. }) = self
            else {
                return Ok(None);
            };
            return storage::run(options, &contenders.load_folder, contenders.cores).map(Some);
        }
        if let Self::Mixed(options) = self {
            if !contender.is_switchboard() {
                return Ok(None);
            }
            let (binary, url) = (&contenders.binary, contenders.database_url.as_deref());
            return mixed::run(binary, url, contenders.cores, options, seed).map(Some);
        }
        let shape = self.shape(orgs);
        let running = contenders.start(contender, shape)?;
        match self {
            Self::Rooms(options) => rooms::run(&running, options, seed, shape),
            Self::Typing(options) => typing::run(&running, options, seed, shape),
            Self::Broadcast(options) => broadcast::run(&running, options, seed, shape),
            Self::Idle(options) => idle::run(&running, options, shape),
            Self::Storm(options) => storm::run(&running, options, seed, shape),
            Self::Mixed(_) => anyhow::bail!("it has a server of its own"),
        }
        .map(Some)
    }
}
