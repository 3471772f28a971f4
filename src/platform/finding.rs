//! What an examination finds, how bad it is, and what helps.

use std::path::Path;

use rooms::Timestamp;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Fine,
    /// It works, and somebody should look at it.
    Doubtful,
    /// It does not work.
    Broken,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub name: &'static str,
    /// How bad it is.
    pub verdict: Verdict,
    /// What was found.
    pub words: String,
}

impl Finding {
    /// What helps, where something does.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        if self.verdict == Verdict::Fine {
            return None;
        }
        Some(match self.name {
            "data_dir" => "let the server's user write into the data directory (data_dir)",
            "database" => {
                "see that the database answers and that this is the newest release that has run on it"
            }
            "master_key" => {
                "give the server the key that sealed this database (SWITCHBOARD_MASTER_KEY, or master.key in the data directory)"
            }
            "disk" => "free space, or move the data directory to a larger disk",
            "clock" => "set the system's clock, best by NTP",
            "public_url" => "set public_url to the https address that browsers use",
            "voice" => "add a provider of voices to those orgs or to the platform, or switch their calls off",
            "recordings" => "let the server's user write into the folder of recordings",
            "prices" => "set a price for those models on the page of usage, 0 for models of your own",
            "files" => {
                "see that the bucket exists, and that s3_endpoint, s3_region and the keys are its own; or let the server's user write into files_dir"
            }
            "collector" => {
                "see that otlp_endpoint is where the collector takes OTLP over HTTP, and otlp_headers what it wants"
            }
            "audit_log" => "compare the audit log with a backup or an export of before",
            _ => return None,
        })
    }
}

/// What was found, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// When.
    pub at: Timestamp,
    /// What.
    pub findings: Vec<Finding>,
}

impl Health {
    /// Whether nothing is broken.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.findings.iter().all(|finding| finding.verdict != Verdict::Broken)
    }
}

pub(super) fn finding(name: &'static str, verdict: Verdict, words: impl Into<String>) -> Finding {
    Finding { name, verdict, words: words.into() }
}

impl Verdict {
    /// Its name in answers.
    #[must_use]
    pub fn name(self) -> &'static str {
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
