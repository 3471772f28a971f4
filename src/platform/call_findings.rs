//! `doctor` checks for calls: a voice provider for each channel with calls, and space for recordings.

use rooms::OrgId;

use super::finding::{Finding, Verdict, finding, try_writing};
use crate::config::Settings;
use crate::files::{FileKind, spool_root};
use crate::model::{CallSetting, CallSetup, PLATFORM, ProviderRecord};
use crate::weights;

/// Orgs that are named; more are counted.
const NAMED_MAX: usize = 5;

/// What a server that is started from here would have besides what is stored.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Environment {
    /// A key for OpenAI's own address.
    has_openai_key: bool,
    /// A key, an address and a voice model of a server that speaks alike.
    has_voice_elsewhere: bool,
    /// A voice of the server's own: its models, or servers for them.
    has_local_voice: bool,
    has_simulator: bool,
}

impl Environment {
    pub(super) fn read(env: &dyn Fn(&str) -> Option<String>, settings: &Settings) -> Self {
        let has = |name: &str| env(name).is_some_and(|value| !value.trim().is_empty());
        let (has_key, has_address) = (has("OPENAI_API_KEY"), has("OPENAI_BASE_URL"));
        Self {
            has_openai_key: has_key && !has_address,
            has_voice_elsewhere: has_key && has_address && has("OPENAI_VOICE_MODEL"),
            has_local_voice: has_local_voice(settings),
            has_simulator: settings.voice_simulator_url.is_some(),
        }
    }
}

/// Whether every org that takes calls has a provider of voices.
pub(super) fn voice(setup: Option<&CallSetup>, environment: &Environment) -> Finding {
    let name = "voice";
    let Some(setup) = setup else {
        return finding(
            name,
            Verdict::Fine,
            "not known: there is no database of this release that can be read",
        );
    };
    let callable: Vec<&(OrgId, String)> =
        setup.orgs.iter().filter(|(org, _)| is_on(setup, *org, "voice_enabled")).collect();
    if callable.is_empty() {
        return finding(name, Verdict::Fine, "no org takes calls (the setting voice_enabled)");
    }
    let mute: Vec<&str> = callable
        .iter()
        .filter(|(org, _)| !has_voice(setup, *org, environment))
        .map(|(_, name)| name.as_str())
        .collect();
    let count = callable.len();
    if !mute.is_empty() && environment.has_local_voice {
        let words = format!(
            "orgs that take calls: {count}; the basic voice of this server answers for those without a provider of voices: {}",
            list(&mute)
        );
        return finding(name, Verdict::Fine, words);
    }
    match (mute.is_empty(), environment.has_simulator) {
        (true, _) => finding(
            name,
            Verdict::Fine,
            format!("orgs that take calls: {count}; each has a provider of voices"),
        ),
        (false, true) => {
            let words =
                format!("without a provider of voices: {}; a simulated voice answers there", list(&mute));
            finding(name, Verdict::Doubtful, words)
        }
        (false, false) => {
            let words = format!(
                "take calls without a provider of voices: {}; add one, start the server with OPENAI_API_KEY, which is not set here, or pull the server's own voice with `switchboard models pull voice`",
                list(&mute)
            );
            finding(name, Verdict::Doubtful, words)
        }
    }
}

/// Whether a server with these settings hears and speaks by itself.
fn has_local_voice(settings: &Settings) -> bool {
    let hears = settings.transcription_url.is_some() || weights::has_recogniser(&settings.data_dir);
    let speaks = settings.speech_url.is_some() || weights::has_voice(&settings.data_dir);
    settings.local_voice && hears && speaks
}

/// Whether what is to be recorded can be.
pub(super) fn recordings(setup: Option<&CallSetup>, settings: &Settings) -> Finding {
    let name = "recordings";
    let is_wanted =
        setup.is_some_and(|setup| setup.orgs.iter().any(|(org, _)| is_on(setup, *org, "voice_recording")));
    let folder = spool_root(settings).join(FileKind::Recording.folder());
    let shown = folder.display();
    if !folder.exists() {
        let words = if is_wanted {
            format!("{shown} does not exist; the first call that is recorded makes it")
        } else {
            "no call is recorded (the setting voice_recording)".to_owned()
        };
        return finding(name, Verdict::Fine, words);
    }
    match try_writing(&folder) {
        Ok(()) => finding(name, Verdict::Fine, format!("{shown} can be written")),
        Err(error) => {
            let verdict = if is_wanted { Verdict::Broken } else { Verdict::Doubtful };
            finding(name, verdict, format!("{shown} cannot be written: {error}"))
        }
    }
}

/// Whether a setting is on anywhere in an org: its own or the platform's, or one of its channels'.
fn is_on(setup: &CallSetup, org: OrgId, field: &str) -> bool {
    let set: Vec<_> = setup.settings.iter().filter(|one| one.field == field).collect();
    let of_place = |org: Option<OrgId>| {
        let own = set.iter().find(|one| one.org_id == org && one.channel_id.is_none());
        own.map(|one| one.value == "true")
    };
    let is_channel = |one: &CallSetting| one.org_id == Some(org) && one.channel_id.is_some();
    let has_channel = set.iter().any(|one| is_channel(one) && one.value == "true");
    has_channel || of_place(Some(org)).or_else(|| of_place(None)).unwrap_or(false)
}

/// Whether anybody can speak for an org's assistant, by the same rules as when a call begins.
fn has_voice(setup: &CallSetup, org: OrgId, environment: &Environment) -> bool {
    let of = |org: OrgId| setup.providers.iter().filter(|one| one.org_id == org).collect::<Vec<_>>();
    let chain = Some(of(org)).filter(|own| !own.is_empty()).unwrap_or_else(|| of(PLATFORM));
    if chain.is_empty() {
        return environment.has_openai_key || environment.has_voice_elsewhere;
    }
    let lent = of(PLATFORM);
    let has_key = |one: &ProviderRecord| {
        let is_same = |other: &&ProviderRecord| {
            other.kind == one.kind && other.base_url == one.base_url && other.key_hint.is_some()
        };
        one.key_hint.is_some()
            || lent.iter().any(is_same)
            || (one.base_url.is_none() && environment.has_openai_key)
    };
    chain.into_iter().any(|one| match one.kind.as_str() {
        "openai" => has_key(one),
        "compatible" | "azure" => one.voice_model.is_some() && one.base_url.is_some(),
        _ => false,
    })
}

fn list(names: &[&str]) -> String {
    let shown = names[..names.len().min(NAMED_MAX)].join(", ");
    match names.len().saturating_sub(NAMED_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use rooms::ChannelId;

    use super::*;
    use crate::model::ProviderId;

    const NOTHING: Environment = Environment {
        has_openai_key: false,
        has_voice_elsewhere: false,
        has_local_voice: false,
        has_simulator: false,
    };

    const SHOP: OrgId = OrgId(1);
    const OTHER: OrgId = OrgId(2);
    const SITE: ChannelId = ChannelId(3);

    fn setting(
        org_id: Option<OrgId>,
        channel_id: Option<ChannelId>,
        field: &str,
        value: &str,
    ) -> CallSetting {
        CallSetting { org_id, channel_id, field: field.to_owned(), value: value.to_owned() }
    }

    fn provider(org: OrgId, kind: &str, key_hint: Option<&str>, voice_model: Option<&str>) -> ProviderRecord {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        ProviderRecord {
            id: ProviderId(4),
            org_id: org,
            position: 0,
            kind: kind.to_owned(),
            name: String::new(),
            base_url: (kind != "openai").then(|| "http://127.0.0.1:9/v1".to_owned()),
            model: "model".to_owned(),
            tool_calling: "native".to_owned(),
            sees_images: false,
            azure_api_version: None,
            voice_model: owned(voice_model),
            key_hint: owned(key_hint),
            created_at: 0,
        }
    }

    fn shop(settings: Vec<CallSetting>, providers: Vec<ProviderRecord>) -> CallSetup {
        CallSetup { orgs: vec![(SHOP, "The Shop".to_owned())], settings, providers }
    }

    fn on() -> Vec<CallSetting> {
        vec![setting(Some(SHOP), None, "voice_enabled", "true")]
    }

    #[test]
    fn whoever_takes_calls_without_a_voice_is_named() {
        let mute = voice(Some(&shop(on(), vec![])), &NOTHING);

        assert_eq!(mute.verdict, Verdict::Doubtful);
        assert!(mute.words.contains("The Shop") && mute.words.contains("OPENAI_API_KEY"), "{mute:?}");
        let own = voice(Some(&shop(on(), vec![])), &Environment { has_local_voice: true, ..NOTHING });
        assert!(own.words.contains("the basic voice of this server"), "{own:?}");
        let simulated = voice(Some(&shop(on(), vec![])), &Environment { has_simulator: true, ..NOTHING });
        assert!(simulated.words.contains("simulated"), "{simulated:?}");
        assert_eq!(voice(Some(&shop(vec![], vec![])), &NOTHING).verdict, Verdict::Fine);
        assert_eq!(voice(None, &NOTHING).verdict, Verdict::Fine);
    }

    #[test]
    fn a_voice_is_found_where_a_call_would_find_it() {
        let key = Environment { has_openai_key: true, ..NOTHING };
        let elsewhere = Environment { has_voice_elsewhere: true, ..NOTHING };
        let speaks = |providers: Vec<ProviderRecord>, environment: &Environment| {
            voice(Some(&shop(on(), providers)), environment).verdict == Verdict::Fine
        };

        assert!(speaks(vec![provider(SHOP, "openai", Some("sk-…1"), None)], &NOTHING));
        assert!(speaks(vec![provider(SHOP, "compatible", None, Some("any"))], &NOTHING));
        assert!(speaks(vec![provider(PLATFORM, "azure", None, Some("any"))], &NOTHING));
        assert!(speaks(vec![], &key) && speaks(vec![], &elsewhere));
        let lent = provider(PLATFORM, "openai", Some("sk-…2"), None);
        assert!(speaks(vec![provider(SHOP, "openai", None, None), lent], &NOTHING));
        assert!(speaks(vec![provider(SHOP, "openai", None, None)], &key));

        assert!(!speaks(vec![provider(SHOP, "openai", None, None)], &elsewhere));
        assert!(!speaks(vec![provider(SHOP, "compatible", Some("sk-…3"), None)], &key));
        assert!(!speaks(vec![provider(SHOP, "anthropic", Some("sk-…4"), Some("any"))], &key));
        assert!(!speaks(vec![provider(OTHER, "openai", Some("sk-…5"), None)], &NOTHING));
        let own = provider(SHOP, "knowledge", None, None);
        assert!(!speaks(vec![own, provider(PLATFORM, "openai", Some("sk-…6"), None)], &NOTHING));
    }

    #[test]
    fn a_setting_is_on_where_the_nearest_says_so() {
        let on = |settings| is_on(&shop(settings, vec![]), SHOP, "voice_enabled");
        let platform = setting(None, None, "voice_enabled", "true");
        let org_off = setting(Some(SHOP), None, "voice_enabled", "false");
        let channel = setting(Some(SHOP), Some(SITE), "voice_enabled", "true");

        assert!(on(vec![platform.clone()]));
        assert!(!on(vec![platform.clone(), org_off.clone()]));
        assert!(on(vec![platform, org_off, channel]));
        assert!(!on(vec![setting(Some(OTHER), None, "voice_enabled", "true")]));
        assert!(!on(vec![setting(Some(SHOP), None, "voice_recording", "true")]));
    }

    #[test]
    fn a_place_for_recordings_is_looked_at_and_left_as_it_was() {
        let data = tempfile::tempdir().unwrap();
        let settings = Settings { data_dir: data.path().to_owned(), ..Settings::defaults() };
        let wanted = shop(vec![setting(Some(SHOP), None, "voice_recording", "true")], vec![]);
        assert_eq!(recordings(Some(&wanted), &settings).verdict, Verdict::Fine);
        assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);

        // A file where the directory should be: not even root can write into it.
        std::fs::write(data.path().join("recordings"), b"").unwrap();

        assert_eq!(recordings(Some(&wanted), &settings).verdict, Verdict::Broken);
        assert_eq!(recordings(None, &settings).verdict, Verdict::Doubtful);
        std::fs::remove_file(data.path().join("recordings")).unwrap();
        std::fs::create_dir(data.path().join("recordings")).unwrap();
        assert_eq!(recordings(Some(&wanted), &settings).verdict, Verdict::Fine);
    }

    #[test]
    fn many_orgs_are_counted() {
        assert_eq!(list(&["a", "b"]), "a, b");
        assert_eq!(list(&["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e and 2 more");
    }
}
