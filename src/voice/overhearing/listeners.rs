//! The people currently transcribed in a call, and the copies of their audio.

use std::sync::Arc;

use audio::relay::Role;
use rooms::User;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::session::{Session, SessionParts};
use crate::voice::wire_names::role_name;

/// Frames buffered while a session is being opened: 10 s. Further frames are not transcribed.
const FRAMES_MAX: usize = 500;

/// A person whose words are transcribed.
#[derive(Debug)]
struct Listener {
    role: Role,
    frames: mpsc::Sender<Vec<u8>>,
}

/// The transcription sessions of one call.
#[derive(Debug)]
pub(in crate::voice) struct Overhearing {
    /// What sessions stand on; nothing where nobody is to be transcribed.
    parts: Option<SessionParts>,
    tasks: TaskTracker,
    listeners: Vec<Listener>,
    started_count: u32,
    /// Held by every session that runs.
    running: Arc<()>,
    /// Ends with the call's task.
    over: CancellationToken,
}

impl Overhearing {
    /// Of a call whose people are transcribed with `parts`, if at all.
    pub(in crate::voice) fn new(parts: Option<SessionParts>, tasks: TaskTracker) -> Self {
        Self {
            parts,
            tasks,
            listeners: Vec::new(),
            started_count: 0,
            running: Arc::default(),
            over: CancellationToken::new(),
        }
    }

    /// Starts a session for each person, where that is wanted and none runs.
    pub(in crate::voice) fn start(&mut self, visitor: &User, agent: Option<&User>) {
        let (Some(parts), Some(agent), true) = (self.parts.clone(), agent, self.listeners.is_empty()) else {
            return;
        };
        self.started_count += 1;
        for (role, person) in [(Role::Visitor, visitor), (Role::Agent, agent)] {
            let name = format!("{}-{}", role_name(role), self.started_count);
            let session = Session::new(parts.clone(), role, person.clone(), name);
            let (frames, running, over) = (self.add(role), self.running.clone(), self.over.clone());
            self.tasks.spawn(async move {
                over.run_until_cancelled(session.run(frames)).await;
                drop(running);
            });
        }
    }

    fn add(&mut self, role: Role) -> mpsc::Receiver<Vec<u8>> {
        let (frames, heard) = mpsc::channel(FRAMES_MAX);
        self.listeners.push(Listener { role, frames });
        heard
    }

    /// Takes no more sound; the sessions finish, and the last words come after that.
    pub(in crate::voice) fn stop(&mut self) {
        self.listeners.clear();
    }

    /// Ends the sessions where they are.
    pub(in crate::voice) fn cancel(&self) {
        self.over.cancel();
    }

    /// Whether words may still come.
    pub(in crate::voice) fn is_running(&self) -> bool {
        Arc::strong_count(&self.running) > 1
    }

    /// A copy of 20 ms of a person.
    pub(in crate::voice) fn push_audio(&self, role: Role, pcm: &[u8]) {
        if let Some(listener) = self.listeners.iter().find(|one| one.role == role) {
            // Audio is dropped when the queue is full: transcription must not delay the call.
            let _full = listener.frames.try_send(pcm.to_vec());
        }
    }
}

#[cfg(test)]
mod tests {
    use rooms::{UserId, UserKind};

    use super::*;

    fn overhearing() -> Overhearing {
        Overhearing::new(None, TaskTracker::new())
    }

    fn person(kind: UserKind) -> User {
        User { id: UserId(1), kind, name: "P".into() }
    }

    #[test]
    fn nobody_is_transcribed_where_that_is_not_wanted() {
        let mut overhearing = overhearing();

        overhearing.start(&person(UserKind::Visitor), Some(&person(UserKind::Agent)));

        assert!(overhearing.listeners.is_empty() && !overhearing.is_running());
    }

    #[test]
    fn each_listener_gets_the_sound_of_their_person_alone() {
        let mut overhearing = overhearing();
        let mut visitor = overhearing.add(Role::Visitor);
        let mut agent = overhearing.add(Role::Agent);

        overhearing.push_audio(Role::Visitor, &[1; 2]);
        overhearing.push_audio(Role::Agent, &[2; 2]);
        overhearing.push_audio(Role::Assistant, &[3; 2]);

        assert_eq!((visitor.try_recv().unwrap(), agent.try_recv().unwrap()), (vec![1; 2], vec![2; 2]));
        assert!(visitor.try_recv().is_err() && agent.try_recv().is_err());
    }

    #[test]
    fn what_waits_is_bounded_and_ends_with_the_stop() {
        let mut overhearing = overhearing();
        let mut heard = overhearing.add(Role::Visitor);
        for _ in 0..FRAMES_MAX + 10 {
            overhearing.push_audio(Role::Visitor, &[0; 2]);
        }

        overhearing.stop();
        overhearing.push_audio(Role::Visitor, &[0; 2]);

        assert!(overhearing.listeners.is_empty());
        assert_eq!(std::iter::from_fn(|| heard.try_recv().ok()).count(), FRAMES_MAX);
        assert_eq!(heard.try_recv(), Err(mpsc::error::TryRecvError::Disconnected));
    }

    #[tokio::test]
    async fn sessions_run_until_they_are_cancelled() {
        let tasks = TaskTracker::new();
        let overhearing = overhearing();
        assert!(!overhearing.is_running());
        let (running, over) = (overhearing.running.clone(), overhearing.over.clone());
        tasks.spawn(async move {
            over.cancelled().await;
            drop(running);
        });
        assert!(overhearing.is_running());

        overhearing.cancel();
        tasks.close();
        tasks.wait().await;

        assert!(!overhearing.is_running());
    }
}
