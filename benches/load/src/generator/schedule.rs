//! When messages are due, and in which room: known before the run, whatever the server does.

use crate::dice::Dice;

/// In which order rooms have their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Any room, at any time: exponential gaps, as of many people who do not know of one another.
    Random,
    /// One room after another at even gaps.
    Even,
}

/// An endless list of due times in seconds with their rooms.
#[derive(Debug)]
pub(crate) struct Schedule {
    dice: Dice,
    order: Order,
    rate: f64,
    rooms: u32,
    count: u64,
    next: f64,
}

impl Schedule {
    /// `rate` messages a second over all rooms.
    pub(crate) fn new(seed: u64, order: Order, rate: f64, rooms: u32, from: f64) -> Self {
        let mut schedule = Self { dice: Dice::new(seed), order, rate, rooms, count: 0, next: from };
        schedule.next += schedule.gap();
        schedule
    }

    /// When the next message is due.
    pub(crate) fn due(&self) -> f64 {
        self.next
    }

    /// Takes the next message: when it is due and its room.
    pub(crate) fn pop(&mut self) -> (f64, u32) {
        let due = self.next;
        let room = match self.order {
            Order::Random => self.dice.below(self.rooms),
            // Neighbours would share an org, and its turn.
            Order::Even => u32::try_from(self.count * 7_919 % u64::from(self.rooms)).unwrap_or(0),
        };
        self.count += 1;
        self.next += self.gap();
        (due, room)
    }

    fn gap(&mut self) -> f64 {
        match self.order {
            Order::Random => -(1.0 - self.dice.share()).ln() / self.rate,
            Order::Even => 1.0 / self.rate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_day_and_about_its_rate() {
        let day = |seed| {
            let mut schedule = Schedule::new(seed, Order::Random, 1_000.0, 50, 0.0);
            (0..10_000).map(|_| schedule.pop()).collect::<Vec<_>>()
        };

        assert_eq!(day(7), day(7));
        assert_ne!(day(7), day(8));
        let (last, _) = day(7)[9_999];
        assert!((9.0..11.0).contains(&last), "{last}");
    }

    #[test]
    fn even_turns_leave_no_room_out() {
        let mut schedule = Schedule::new(1, Order::Even, 10.0, 7, 0.0);
        let mut rooms: Vec<u32> = (0..7).map(|_| schedule.pop().1).collect();
        rooms.sort_unstable();

        assert_eq!(rooms, [0, 1, 2, 3, 4, 5, 6]);
        assert!((schedule.due() - 0.8).abs() < 1e-9);
    }
}
