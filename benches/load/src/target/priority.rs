//! Puts what is measured before other programs of the machine, as far as this may be done.

const AUTOGROUP: &str = "/proc/self/autogroup";

/// As nice(2) counts: others get next to nothing of a core that is wanted.
const PRIORITY: i32 = -15;

/// A raised priority; that of the session goes back to what it was when this is dropped.
#[derive(Debug)]
pub(crate) struct Priority {
    session_before: Option<String>,
}

impl Priority {
    /// Raises this thread, what it starts from now on, and their session: Linux shares cores between sessions first,
    /// where it has groups of them (autogroup). Nothing where this may not be done.
    pub(crate) fn raise() -> Option<Self> {
        rustix::process::setpriority_process(None, PRIORITY).ok()?;
        let Some(before) = session_nice() else {
            // A kernel without such groups: the thread's own priority is all there is.
            return Some(Self { session_before: None });
        };
        std::fs::write(AUTOGROUP, PRIORITY.to_string()).ok()?;
        Some(Self { session_before: Some(before) })
    }
}

impl Drop for Priority {
    fn drop(&mut self) {
        if let Some(before) = &self.session_before {
            // What could be raised can be lowered; a session that has ended needs neither.
            let _ = std::fs::write(AUTOGROUP, before);
        }
    }
}

/// The session's priority: the last word of `/autogroup-2 nice 0`.
fn session_nice() -> Option<String> {
    let text = std::fs::read_to_string(AUTOGROUP).ok()?;
    text.split_whitespace().last().map(str::to_owned)
}
