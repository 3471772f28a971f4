//! `espeak-ng` as a process: many languages, a robot's voice. It is never linked: its licence is the GPL.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::sync::Semaphore;

use super::error::StageError;
use super::rate::CALL_HZ;

const PROGRAM: &str = "espeak-ng";
/// A sentence takes some milliseconds; one that hangs must end.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Its usual speed, in words a minute.
const WORDS_PER_MINUTE: f64 = 165.0;
/// Processes that run at once.
const AT_ONCE: usize = 4;
/// The longest sentence, in bytes; more is cut.
const SENTENCE_MAX: usize = 4_000;
/// What of its complaint is shown.
const REASON_MAX_CHARS: usize = 200;

/// `espeak-ng`, and the languages that it has.
#[derive(Debug, Clone)]
pub struct Espeak {
    languages: Arc<[String]>,
    places: Arc<Semaphore>,
}

impl Espeak {
    /// Finds it where it is installed.
    pub async fn find() -> Option<Self> {
        let listing = Command::new(PROGRAM).arg("--voices").stdin(Stdio::null()).kill_on_drop(true).output();
        let listing = tokio::time::timeout(TIMEOUT, listing).await.ok()?.ok()?;
        let languages = languages(&String::from_utf8_lossy(&listing.stdout));
        (!languages.is_empty()).then(|| Self { languages, places: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    pub(super) fn knows(&self, language: &str) -> bool {
        self.languages.iter().any(|known| known == language)
    }

    /// Speaks a sentence; mono sound at 24 kHz.
    pub(super) async fn speak(
        &self,
        sentence: &str,
        language: &'static str,
        speed: f64,
    ) -> Result<Vec<i16>, StageError> {
        let _place = self.places.acquire().await.map_err(|_| StageError::Stopping)?;
        let sentence = &sentence[..sentence.floor_char_boundary(SENTENCE_MAX)];
        let running = run(sentence, language, speed);
        let file = tokio::time::timeout(TIMEOUT, running).await;
        let file = file.map_err(|_| StageError::Espeak("it took too long".to_owned()))??;
        let sound = audio::read_wav(&file).map_err(|_| StageError::Espeak("it gave no sound".to_owned()))?;
        let converted = audio::resample_whole(&sound.samples, sound.rate_hz, CALL_HZ);
        converted.ok_or_else(|| StageError::Espeak("its sound has no usual rate".to_owned()))
    }
}

async fn run(sentence: &str, language: &str, speed: f64) -> Result<Vec<u8>, StageError> {
    let failed = |error: std::io::Error| StageError::Espeak(error.to_string());
    let mut child = Command::new(PROGRAM)
        .args(["--stdout", "--stdin", "-b", "1", "-v", language, "-s"])
        .arg(format!("{:.0}", WORDS_PER_MINUTE * speed))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    // The words go in by themselves: an argument that begins with a dash would be an option.
    let mut stdin = child.stdin.take().ok_or_else(|| StageError::Espeak("it takes no words".to_owned()))?;
    stdin.write_all(sentence.as_bytes()).await.map_err(failed)?;
    drop(stdin);
    let output = child.wait_with_output().await.map_err(failed)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    let reason = reason.trim().chars().filter(|one| !one.is_control()).take(REASON_MAX_CHARS).collect();
    Err(StageError::Espeak(reason))
}

/// Two-letter codes of the languages in the table that it prints.
fn languages(table: &str) -> Arc<[String]> {
    let codes = table.lines().skip(1).filter_map(|line| line.split_whitespace().nth(1));
    let mut codes: Vec<String> = codes
        .filter_map(|code| code.split('-').next())
        .filter(|code| code.len() == 2)
        .map(str::to_owned)
        .collect();
    codes.sort();
    codes.dedup();
    codes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_languages_are_read_from_its_table() {
        let table = "Pty Language       Age/Gender VoiceName          File\n \
             5  af              --/M      Afrikaans          gmw/af\n \
             5  en-gb           --/M      English            gmw/en\n \
             5  en-us           --/M      English            gmw/en-US\n \
             5  es-419          --/M      Spanish            roa/es-419\n \
             5  yue             --/M      Cantonese          sit/yue\n";

        assert_eq!(*languages(table), ["af", "en", "es"]);
        assert!(languages("espeak: not a table").is_empty());
    }

    #[tokio::test]
    async fn a_sentence_is_spoken_and_is_never_an_option() {
        let espeak = Espeak::find().await.expect("install espeak-ng to run the tests");
        assert!(espeak.knows("es") && !espeak.knows("xx"));

        for sentence in ["We open at nine.", "--help", "-w /tmp/no"] {
            let sound = espeak.speak(sentence, "en", 1.0).await.unwrap();
            let seconds = sound.len() / CALL_HZ as usize;
            assert!(sound.len() > 5_000 && seconds < 6, "{sentence}: {} samples", sound.len());
            assert!(sound.iter().any(|sample| sample.unsigned_abs() > 3_000), "{sentence} is heard");
        }
    }
}
