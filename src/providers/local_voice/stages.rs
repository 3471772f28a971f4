//! What a call is heard and answered with.

use super::hearing::Hearing;
use super::speaking::Speaking;

/// The stages of a voice.
#[derive(Debug)]
pub(super) struct Stages {
    pub(super) hearing: Hearing,
    pub(super) speaking: Speaking,
}
