//! Spawns the tasks of an admitted call: the call, its scribe, and its recorder.

use std::sync::{Arc, Mutex};

use audio::CallLimits;
use audio::relay::{Relay, Role, Rules, Turn};
use rooms::Head;
use tokio::sync::mpsc;

use super::call::{CallParts, CallTask};
use super::control::Control;
use super::dialer::Dialer;
use super::links::{Links, LinksParts};
use super::live::{CONTROL_MAX, CallFacts, CallStanding, LiveCall};
use super::overhearing::{Overhearing, SessionParts};
use super::plan::Plan;
use super::recording::{self, Recorder};
use super::scribe::{JobQueue, Scribe};
use super::service::Voice;
use super::start::{Allowed, MIN_OUTPUT_TOKENS};
use crate::assistant::CallScene;
use crate::files::FileKey;
use crate::org_settings::Effective;
use crate::providers::realtime::{Detection, RealtimeEndpoint, Setup, Task};
use crate::refusal::log_unanswered;
use crate::telemetry::trace::{InTrace as _, Kind, Span, TraceContext, keys};
use crate::usage::Reservation;
use crate::wire::{VoiceLimits, VoiceNotice};

/// Fallback transcription models if the provider rejects the configured one.
const TRANSCRIPTION_FALLBACKS: [&str; 2] = ["gpt-transcribe", "gpt-4o-mini-transcribe"];

impl Voice {
    /// Starts the tasks of a call in a conversation that stands at `head`.
    pub(super) fn launch(&self, allowed: Allowed, head: &Head) {
        let Allowed { facts, slot, endpoints, scene, settings, reservation, limits } = allowed;
        let (control, waiting) = mpsc::channel(CONTROL_MAX);
        let (jobs, written) = JobQueue::new(facts.id);
        let standing = Arc::new(Mutex::new(standing(head)));
        let live =
            LiveCall { facts: facts.clone(), address: slot.address(), standing, control: control.clone() };
        let scribe = self.scribe(&live, &scene, reservation);
        let rules = self.rules(limits, endpoints.len(), &settings);
        let plan = plan(&endpoints, &scene, &settings, limits);
        let relay = relay(rules, &plan, &scene);
        let dialer = self.dialer(&facts, endpoints, &settings);
        let greeting = scene.greeting.clone();
        let setup = setup(scene, &settings);
        let overhearing = self.overhearing(&dialer, &setup, &settings, &control, &jobs);
        slot.occupy(live.clone());
        let traced = traced(&facts);
        let place = traced.place();
        self.shared.spawn(self.shared.writing.track_future(scribe.run(written)).in_trace(&place));
        let links = self.links(&facts, dialer, setup, greeting, control, jobs.clone());
        let recorder = settings.voice_recording.then(|| self.record(&facts));
        let task = CallTask::new(CallParts {
            shared: self.shared.clone(),
            live,
            plan,
            relay,
            links,
            overhearing,
            jobs,
            control: waiting,
            agent: head.responder.agent().cloned(),
            recorder,
            traced,
        });
        self.shared.spawn(async move { task.run().in_trace(&place).await });
        tracing::info!(call.id = %facts.id, org.id = %facts.org, provider = facts.provider, "call {} started", facts.id);
    }

    fn links(
        &self,
        facts: &CallFacts,
        dialer: Dialer,
        setup: Setup,
        greeting: String,
        control: mpsc::Sender<Control>,
        jobs: JobQueue,
    ) -> Links {
        Links::new(LinksParts {
            call: facts.id,
            dialer,
            setup,
            greeting,
            speaking: (facts.provider.clone(), facts.model.clone()),
            control,
            jobs,
            tasks: self.shared.parts.base.tasks.clone(),
        })
    }

    fn scribe(&self, live: &LiveCall, scene: &CallScene, reservation: Reservation) -> Scribe {
        Scribe {
            hub: self.shared.parts.hub.clone(),
            usage: self.shared.parts.usage.clone(),
            reservation,
            facts: live.facts.clone(),
            assistant: scene.assistant.clone(),
            control: live.control.clone(),
        }
    }

    fn rules(&self, limits: CallLimits, provider_count: usize, settings: &Effective) -> Rules {
        Rules {
            limits,
            provider_count,
            frames_per_append: settings.voice_frames_per_append,
            greets: settings.voice_greets,
            silence_ms: settings.voice_silence_ms,
            absent_ms: self.shared.parts.base.settings.voice_absent_ms,
        }
    }

    fn dialer(&self, facts: &CallFacts, endpoints: Vec<RealtimeEndpoint>, settings: &Effective) -> Dialer {
        let caller = crate::ids::hash_token(&format!("switchboard:{}:{}", facts.org, facts.visitor.id));
        Dialer {
            gateway: self.shared.parts.base.gateway.clone(),
            endpoints: endpoints.into(),
            model: settings.voice_model.as_str().into(),
            caller: caller.into(),
        }
    }

    fn overhearing(
        &self,
        dialer: &Dialer,
        setup: &Setup,
        settings: &Effective,
        control: &mpsc::Sender<Control>,
        jobs: &JobQueue,
    ) -> Overhearing {
        let is_wanted = settings.voice_transcribe_people && !setup.transcription_models.is_empty();
        let parts = is_wanted.then(|| SessionParts {
            dialer: dialer.clone(),
            setup: Setup {
                instructions: String::new(),
                delegating_instructions: String::new(),
                tools: Vec::new(),
                ..setup.clone()
            },
            control: control.clone(),
            jobs: jobs.clone(),
        });
        Overhearing::new(parts, self.shared.parts.base.tasks.clone())
    }

    /// Starts the task that writes a recording.
    fn record(&self, facts: &CallFacts) -> Recorder {
        let settings = &self.shared.parts.base.settings;
        let (files, key) = (self.shared.parts.base.files.clone(), FileKey::recording(facts.org, facts.id));
        let floor_bytes = settings.free_space_floor_bytes;
        let (pieces, written) = recording::queue();
        let (org, call, db) = (facts.org, facts.id, self.shared.parts.base.db.clone());
        self.shared.spawn(self.shared.writing.track_future(async move {
            let written = recording::record(&files, key, written, floor_bytes).await;
            if let Some(error) = written.error {
                let (code, error) = (error.code(), &error as &dyn std::error::Error);
                tracing::error!(error, code, call.id = %call, "could not record call {call}");
            }
            if let Some(fault) = written.fault
                && let Err(error) = db.calls().note_recording_fault(org, call, fault).await
            {
                log_unanswered(&error, "could not note that a recording is not whole");
            }
        }));
        Recorder::new(pieces)
    }
}

/// The span of a call from its start to its end, in the trace of the request that began it.
fn traced(facts: &CallFacts) -> Span {
    let span = Span::begin(&TraceContext::current(), Kind::Internal, || "call");
    span.set(keys::ORG, || facts.org.to_string());
    span.set(keys::CONVERSATION, || facts.conversation.to_string());
    span.set(keys::CALL, || facts.id.to_string());
    span
}

/// How a call stands before anything has happened in it.
fn standing(head: &Head) -> CallStanding {
    CallStanding {
        floor: "assistant",
        link: "reconnecting",
        sentiment: head.insight.as_ref().map(|insight| insight.sentiment.clone()),
        ..CallStanding::default()
    }
}

/// A relay that knows what was said in the conversation before.
fn relay(rules: Rules, plan: &Plan, scene: &CallScene) -> Relay {
    let mut relay = Relay::new(rules, 0);
    relay.remember(Turn::Said(Role::Visitor, plan.background.clone()));
    for earlier in &scene.earlier {
        let role = match earlier.role {
            rooms::Role::Visitor => Role::Visitor,
            rooms::Role::Assistant => Role::Assistant,
            rooms::Role::Agent | rooms::Role::System => Role::Agent,
        };
        relay.remember(Turn::Said(role, earlier.text.as_str().into()));
    }
    relay
}

fn plan(endpoints: &[RealtimeEndpoint], scene: &CallScene, settings: &Effective, limits: CallLimits) -> Plan {
    Plan {
        context: scene.context.clone(),
        summary: scene.summary.clone(),
        background: scene.background.as_str().into(),
        limits: VoiceLimits {
            max_seconds: limits.length_ms / 1_000,
            idle_seconds: settings.voice_idle_seconds,
        },
        notice: VoiceNotice {
            recording: settings.voice_recording,
            monitored: true,
            simulated: endpoints.iter().all(|one| one.is_simulated),
            basic: endpoints.iter().all(RealtimeEndpoint::is_local),
        },
    }
}

fn setup(scene: CallScene, settings: &Effective) -> Setup {
    let detection = if settings.voice_detection == "meaning" {
        Detection::Meaning
    } else {
        Detection::Loudness { threshold: settings.voice_threshold, silence_ms: settings.voice_silence_ms }
    };
    let noise_reduction =
        (settings.voice_noise_reduction != "none").then(|| settings.voice_noise_reduction.clone());
    Setup {
        task: Task::Talk,
        instructions: scene.instructions,
        delegating_instructions: scene.delegating_instructions,
        voice: settings.voice.clone(),
        speed: settings.voice_speed,
        detection,
        transcription_models: transcription_models(settings.voice_transcription_model.trim()),
        language: Some(scene.language),
        noise_reduction,
        phrases: scene.phrases,
        tools: scene.tools,
        max_output_tokens: settings.max_output_tokens.max(MIN_OUTPUT_TOKENS),
        without: Vec::new(),
        closed_count: 0,
    }
}

/// The preferred model and what follows it; none where nobody is to transcribe.
fn transcription_models(preferred: &str) -> Vec<String> {
    if preferred.is_empty() {
        return Vec::new();
    }
    let others = TRANSCRIPTION_FALLBACKS.into_iter().filter(|other| *other != preferred);
    std::iter::once(preferred).chain(others).map(str::to_owned).collect()
}
