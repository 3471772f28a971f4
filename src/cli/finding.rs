//! What a doctor finds, and how bad it is.

use std::path::Path;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    Doubtful,
    Broken,
}

#[derive(Debug)]
pub(super) struct Finding {
    pub(super) name: &'static str,
    pub(super) verdict: Verdict,
    pub(super) words: String,
}

pub(super) fn finding(name: &'static str, verdict: Verdict, words: impl Into<String>) -> Finding {
    Finding { name, verdict, words: words.into() }
}

impl Verdict {
    /// Its name in answers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Doubtful => "warn",
            Self::Broken => "fail",
        }
    }
}

/// Makes a file in a folder, and takes it away again.
pub(super) fn try_writing(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".doctor-{}", crate::ids::new_id()));
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(&probe)
}
