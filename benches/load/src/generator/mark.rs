//! What the text of a message says about itself, whatever server it goes through.

/// Which message it is and when it should have been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) room: u32,
    /// Who of the room wrote it.
    pub(crate) writer: u8,
    /// Counts the writer's messages, from 0.
    pub(crate) number: u32,
    /// Microseconds since the origin of the run.
    pub(crate) due_us: u64,
}

/// What people write about; a room keeps to one of them.
const SENTENCES: [&str; 4] = [
    "hello, my order should have arrived on Monday and I cannot find where it is, could you have a look please",
    "good morning, is the blue one of this also made in a larger size, and how long would it take to get here",
    "the page says that my card was declined, although it works everywhere else, what else can I do about it",
    "we would like to book a table for six people on Friday evening, somewhere quiet if that can be done at all",
];

impl Mark {
    /// Writes a text of this length into `out`.
    pub(crate) fn write(&self, bytes: usize, out: &mut String) {
        use std::fmt::Write as _;
        let Self { room, writer, number, due_us } = self;
        out.clear();
        // A string takes everything.
        let _ = write!(out, "~{room}.{writer}.{number}.{due_us}~ ");
        let sentence = SENTENCES[*room as usize % SENTENCES.len()];
        while out.len() < bytes {
            let missing = bytes - out.len();
            out.push_str(&sentence[..missing.min(sentence.len())]);
        }
    }

    /// Finds it in a frame.
    pub(crate) fn find(frame: &[u8]) -> Option<Self> {
        let from = memchr::memchr(b'~', frame)? + 1;
        let mut numbers = [0_u64; 4];
        let mut at = from;
        for (index, number) in numbers.iter_mut().enumerate() {
            let end = if index == 3 { b'~' } else { b'.' };
            while let Some(digit) = frame.get(at).filter(|byte| byte.is_ascii_digit()) {
                *number = number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
                at += 1;
            }
            if frame.get(at) != Some(&end) {
                return None;
            }
            at += 1;
        }
        let [room, writer, number, due_us] = numbers;
        Some(Self {
            room: room.try_into().ok()?,
            writer: writer.try_into().ok()?,
            number: number.try_into().ok()?,
            due_us,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_length_and_says_what_it_is() {
        let mark = Mark { room: 999, writer: 1, number: 40, due_us: 12_345_678 };
        let mut text = String::new();

        for bytes in [64, 128, 900] {
            mark.write(bytes, &mut text);

            assert_eq!(text.len(), bytes);
            assert_eq!(Mark::find(format!("{{\"content\":\"{text}\"}}").as_bytes()), Some(mark));
        }
        assert_eq!(Mark::find(b"no mark ~ here"), None);
    }
}
