//! What sound is in Switchboard.
