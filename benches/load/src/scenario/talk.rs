//! A crowd that talks: who has said what, what has come of it, and how long it took.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use crate::dialect::Heard;
use crate::generator::{Checker, Crowd, Fault, Listener, Mark, Schedule};
use crate::report::Reading;
use crate::stats::Latencies;

/// What clients say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Messages,
    /// What is shown to the others and not stored.
    Typing,
}

/// A message that has no ack yet.
#[derive(Debug, Clone, Copy)]
struct Unacked {
    id: u64,
    mark: Mark,
}

/// One client's side of it.
#[derive(Debug, Default)]
struct Side {
    checker: Checker,
    unacked: VecDeque<Unacked>,
    /// Messages that were due while it was away.
    held: Vec<u64>,
    /// Whether it has been in its room before.
    was_there: bool,
}

/// Latencies are of what was due within it, costs of what came within it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) from_us: u64,
    pub(super) until_us: u64,
}

pub(super) struct Talk {
    origin: Instant,
    says: Says,
    members: usize,
    bytes: usize,
    /// Sends the next message at the ack of the last, until then.
    closed_until_us: Option<u64>,
    /// Whether the server gives a client that comes back what it missed.
    resumes: bool,
    window: Window,
    sides: Vec<Side>,
    /// Messages of each room by writer.
    sent: Vec<[u32; 2]>,
    pub(super) joined: usize,
    /// How long clients took to join, from `coming_from_us` on.
    pub(super) joined_after: Latencies,
    pub(super) coming_from_us: u64,
    /// Whether what is due waits, also for clients that are there.
    pub(super) holds: bool,
    /// What was to come, and came, since the start; of it within the window.
    pub(super) expected: u64,
    pub(super) received: u64,
    pub(super) received_in_window: u64,
    pub(super) acked_in_window: u64,
    pub(super) resumed: u64,
    latencies: Latencies,
    acks: Latencies,
    late: Latencies,
    faults: BTreeMap<Fault, u64>,
    first_fault: Option<String>,
    text: String,
    failure: Option<anyhow::Error>,
}

impl Talk {
    pub(super) fn new(crowd: &Crowd, shape: crate::target::Shape, says: Says, bytes: usize) -> Self {
        let sides = (0..shape.clients()).map(|index| {
            let seat = crowd.seat(index);
            Side { checker: Checker::new(seat.room, seat.is_visitor), ..Side::default() }
        });
        Self {
            origin: Instant::now(),
            says,
            members: shape.members(),
            bytes,
            closed_until_us: None,
            resumes: crowd.dialect().resume.is_some(),
            window: Window { from_us: u64::MAX, until_us: u64::MAX },
            sides: sides.collect(),
            sent: vec![[0; 2]; shape.rooms],
            joined: 0,
            joined_after: Latencies::default(),
            coming_from_us: 0,
            holds: false,
            expected: 0,
            received: 0,
            received_in_window: 0,
            acked_in_window: 0,
            resumed: 0,
            latencies: Latencies::default(),
            acks: Latencies::default(),
            late: Latencies::default(),
            faults: BTreeMap::new(),
            first_fault: None,
            text: String::new(),
            failure: None,
        }
    }

    /// Microseconds since the run began.
    pub(super) fn now_us(&self) -> u64 {
        micros(self.origin.elapsed())
    }

    /// Measures what is due between these moments; forgets what was measured before.
    pub(super) fn measure(&mut self, window: Window) {
        self.window = window;
        (self.received_in_window, self.acked_in_window) = (0, 0);
        (self.latencies, self.acks, self.late) =
            (Latencies::default(), Latencies::default(), Latencies::default());
    }

    /// Has every writer say the next thing when the last is acked, until then.
    pub(super) fn close_the_loop(&mut self, until_us: u64) {
        self.closed_until_us = Some(until_us);
    }

    /// Has a client say something that was due at this moment.
    pub(super) fn say(&mut self, crowd: &mut Crowd, index: usize, due_us: u64) -> anyhow::Result<()> {
        if self.holds || !crowd.is_open(index) {
            self.sides[index].held.push(due_us);
            return Ok(());
        }
        let (room, writer) = (index / self.members, u8::from(!index.is_multiple_of(self.members)));
        let number = &mut self.sent[room][usize::from(writer)];
        let room = u32::try_from(room).unwrap_or(u32::MAX);
        let mark = Mark { room, writer, number: *number, due_us };
        *number += 1;
        if self.is_in_window(due_us) {
            self.late.add_us(self.now_us().saturating_sub(due_us));
        }
        // Nobody is shown their own typing.
        let readers = if self.says == Says::Typing { self.members - 1 } else { self.members };
        self.expected += readers as u64;
        mark.write(self.bytes, &mut self.text);
        match self.says {
            Says::Typing => crowd.type_text(index, &self.text),
            Says::Messages => {
                let id = crowd.send(index, &self.text, u64::from(mark.number))?;
                self.sides[index].unacked.push_back(Unacked { id, mark });
                Ok(())
            }
        }
    }

    /// Runs until this moment, with what the schedule says is due.
    pub(super) fn run_until(
        &mut self,
        crowd: &mut Crowd,
        until_us: u64,
        mut schedule: Option<&mut Schedule>,
    ) -> anyhow::Result<()> {
        loop {
            let now_us = self.now_us();
            let mut next_us = until_us;
            if let Some(schedule) = schedule.as_deref_mut() {
                let limit_us = now_us.min(until_us);
                while due_us(schedule) <= limit_us {
                    let (due, room) = schedule.pop();
                    self.say(crowd, room as usize * self.members, whole_us(due))?;
                }
                next_us = next_us.min(due_us(schedule));
            }
            if now_us >= until_us {
                return Ok(());
            }
            self.poll(crowd, Duration::from_micros(next_us.saturating_sub(now_us)))?;
        }
    }

    /// Runs until something is so, or this long; whether it came to be so.
    pub(super) fn run_while(
        &mut self,
        crowd: &mut Crowd,
        limit: Duration,
        is_done: impl Fn(&Self, &Crowd) -> bool,
    ) -> anyhow::Result<bool> {
        let until = Instant::now() + limit;
        while !is_done(self, crowd) {
            if Instant::now() >= until {
                return Ok(false);
            }
            self.poll(crowd, Duration::from_millis(5))?;
        }
        Ok(true)
    }

    fn poll(&mut self, crowd: &mut Crowd, timeout: Duration) -> anyhow::Result<()> {
        crowd.poll(timeout, self)?;
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Waits for what is still on its way; what does not come is lost.
    pub(super) fn drain(&mut self, crowd: &mut Crowd, limit: Duration) -> anyhow::Result<()> {
        self.closed_until_us = None;
        self.run_while(crowd, limit, |talk, _| talk.received >= talk.expected && talk.is_acked())?;
        Ok(())
    }

    /// Counts what never came. Typing may be merged under load, so nothing of it can be lost.
    pub(super) fn settle(&mut self) {
        if self.says == Says::Typing {
            return;
        }
        let missing: u64 = self
            .sides
            .iter()
            .enumerate()
            .map(|(index, side)| u64::from(side.checker.missing(self.sent[index / self.members])))
            .sum();
        if missing > 0 {
            self.fault(Fault::Lost, missing, || "messages that never came".to_owned());
        }
    }

    fn is_acked(&self) -> bool {
        self.sides.iter().all(|side| side.unacked.is_empty())
    }

    fn is_in_window(&self, due_us: u64) -> bool {
        (self.window.from_us..self.window.until_us).contains(&due_us)
    }

    fn fault(&mut self, fault: Fault, count: u64, what: impl FnOnce() -> String) {
        *self.faults.entry(fault).or_default() += count;
        self.first_fault.get_or_insert_with(|| format!("first fault: {fault}: {}", what()));
    }

    fn deliver(&mut self, index: usize, mark: Mark, place: Option<(u64, u64)>, is_note: bool, at_us: u64) {
        self.received += 1;
        if (self.window.from_us..self.window.until_us).contains(&at_us) {
            self.received_in_window += 1;
        }
        if self.is_in_window(mark.due_us) {
            self.latencies.add_us(at_us.saturating_sub(mark.due_us));
        }
        if let Err(fault) = self.sides[index].checker.take(mark, place, is_note) {
            self.fault(fault, 1, || format!("{mark:?} at {place:?} to client {index}"));
        }
    }

    fn acked(&mut self, crowd: &mut Crowd, index: usize, id: u64, is_refused: bool, at_us: u64) {
        let unacked = &mut self.sides[index].unacked;
        let Some(at) = unacked.iter().position(|one| one.id == id) else { return };
        let Some(one) = unacked.remove(at) else { return };
        if is_refused {
            self.fault(Fault::Refused, 1, || format!("{:?}", one.mark));
        }
        if self.is_in_window(one.mark.due_us) {
            self.acks.add_us(at_us.saturating_sub(one.mark.due_us));
        }
        if (self.window.from_us..self.window.until_us).contains(&at_us) {
            self.acked_in_window += 1;
        }
        if self.closed_until_us.is_some_and(|until| at_us < until) {
            let said = self.say(crowd, index, at_us);
            self.note_failure(said);
        }
    }

    fn note_failure(&mut self, result: anyhow::Result<()>) {
        if let Err(error) = result {
            self.failure.get_or_insert(error);
        }
    }

    /// Takes what a client was sent of what it had missed, or, the first time, where it begins.
    fn resume(&mut self, index: usize, missed: &[(u64, u64, String)], at_us: u64) {
        for (seq, prev, content) in missed {
            if !self.sides[index].was_there {
                self.sides[index].checker.start_at(*seq);
                continue;
            }
            self.resumed += 1;
            match Mark::find(content.as_bytes()) {
                Some(mark) => self.deliver(index, mark, Some((*seq, *prev)), false, at_us),
                None => {
                    if let Err(fault) = self.sides[index].checker.advance(Some((*seq, *prev))) {
                        self.fault(fault, 1, || format!("entry {seq} after {prev} to client {index}"));
                    }
                }
            }
        }
    }

    /// A server without resume gives those who come back nothing: what they begin with is what is sent from now on.
    pub(super) fn forget_what_was_missed(&mut self) {
        for (index, side) in self.sides.iter_mut().enumerate() {
            side.checker.skip_to(self.sent[index / self.members]);
            side.unacked.clear();
        }
        self.expected = self.received;
    }

    /// Sends what was due while clients were away.
    pub(super) fn send_held(&mut self, crowd: &mut Crowd, index: usize) -> anyhow::Result<()> {
        for due_us in std::mem::take(&mut self.sides[index].held) {
            self.say(crowd, index, due_us)?;
        }
        Ok(())
    }

    /// Sends again what has no ack, as the same messages.
    fn send_again(&mut self, crowd: &mut Crowd, index: usize) -> anyhow::Result<()> {
        for Unacked { mark, .. } in std::mem::take(&mut self.sides[index].unacked) {
            mark.write(self.bytes, &mut self.text);
            let id = crowd.send(index, &self.text, u64::from(mark.number))?;
            self.sides[index].unacked.push_back(Unacked { id, mark });
        }
        Ok(())
    }

    /// Latencies, faults, and how late the generator itself was.
    pub(super) fn report(&self, reading: &mut Reading) {
        reading.set_latencies("", &self.latencies);
        reading.set_latencies("ack_", &self.acks);
        if self.late.count() > 0 {
            reading.set("generator_late_p99_ms", self.late.at_ms(0.99));
        }
        self.report_faults(reading);
    }

    pub(super) fn report_faults(&self, reading: &mut Reading) {
        for (fault, count) in &self.faults {
            *reading.faults.entry(fault.to_string()).or_default() += count;
        }
        reading.warnings.extend(self.first_fault.clone());
    }

    /// The latency below which 99 of 100 deliveries are.
    pub(super) fn p99_ms(&self) -> f64 {
        self.latencies.at_ms(0.99)
    }

    /// Those who write: the visitor of every room.
    pub(super) fn writers(&self) -> impl Iterator<Item = usize> + use<> {
        (0..self.sides.len()).step_by(self.members)
    }
}

impl Listener for Talk {
    fn heard(&mut self, crowd: &mut Crowd, index: usize, heard: Heard<'_>, at: Instant) {
        let at_us = micros(at.duration_since(self.origin));
        match heard {
            Heard::Delivery(frame) => {
                let dialect = crowd.dialect();
                let place = dialect.place(frame);
                match Mark::find(frame) {
                    Some(mark) => self.deliver(index, mark, place, dialect.is_note(frame), at_us),
                    // What the server itself says has a place, too.
                    None => {
                        if let Err(fault) = self.sides[index].checker.advance(place) {
                            self.fault(fault, 1, || String::from_utf8_lossy(frame).into_owned());
                        }
                    }
                }
            }
            Heard::Typing(frame) if self.says == Says::Typing => {
                if let Some(mark) = Mark::find(frame) {
                    self.deliver_typing(mark, index, at_us);
                }
            }
            Heard::Ack { id, is_refused } => self.acked(crowd, index, id, is_refused, at_us),
            Heard::History(frame) => match crowd.dialect().missed(frame) {
                Some(missed) => self.resume(index, &missed, at_us),
                None => self.fault(Fault::Unreadable, 1, || String::from_utf8_lossy(frame).into_owned()),
            },
            Heard::Error(frame) => {
                self.fault(Fault::Refused, 1, || String::from_utf8_lossy(frame).into_owned());
            }
            Heard::Typing(_) | Heard::Ping | Heard::Other => {}
        }
    }

    fn joined(&mut self, crowd: &mut Crowd, index: usize, at: Instant) {
        self.joined += 1;
        self.joined_after.add_us(micros(at.duration_since(self.origin)).saturating_sub(self.coming_from_us));
        self.sides[index].was_there = true;
        if self.resumes {
            let sent = self.send_again(crowd, index).and_then(|()| self.send_held(crowd, index));
            self.note_failure(sent);
        }
    }

    fn lost(&mut self, _crowd: &mut Crowd, index: usize, why: &str) {
        self.fault(Fault::Disconnected, 1, || format!("client {index}: {why}"));
    }

    fn position(&self, index: usize) -> Option<u64> {
        let side = &self.sides[index];
        side.was_there.then(|| side.checker.position())
    }
}

impl Talk {
    fn deliver_typing(&mut self, mark: Mark, index: usize, at_us: u64) {
        if mark.room as usize != index / self.members {
            self.fault(Fault::Leaked, 1, || format!("{mark:?} to client {index}"));
        }
        self.received += 1;
        if (self.window.from_us..self.window.until_us).contains(&at_us) {
            self.received_in_window += 1;
        }
        if self.is_in_window(mark.due_us) {
            self.latencies.add_us(at_us.saturating_sub(mark.due_us));
        }
    }
}

pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn due_us(schedule: &Schedule) -> u64 {
    whole_us(schedule.due())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
pub(super) fn whole_us(seconds: f64) -> u64 {
    (seconds.max(0.0) * 1e6) as u64
}
