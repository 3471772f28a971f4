//! The voice service: finds, joins and ends calls.

use std::sync::Arc;
use std::time::Duration;

use audio::SampleRate;
use rooms::{CallId, OrgId, Timestamp, User, UserId};

use super::control::{Coming, Control};
use super::leg::LegSocket;
use super::live::{CallFacts, CallStanding, LiveCall};
use super::recording;
use super::registry::{Shared, VoiceParts};
use super::retention::Retention;
use super::tickets::{LegMode, Ticket};
use crate::auth::{Principal, Right};
use crate::db::DbError;
use crate::files::{ByteRange, FileKey, FilesError, StoredFile};
use crate::hub::{Actor, Command, Listener, Noted, RoomFacts};
use crate::model::{CallEnd, CallRecord, ChannelRecord, ConversationRecord, RecordingFault, VisitorRecord};
use crate::org_settings::Effective;
use crate::refusal::ServiceError;
use crate::wire::VoiceHello;

/// Drain time of calls when the server stops.
const DRAIN_GRACE: Duration = Duration::from_secs(2);

/// Interval between evictions of expired tickets.
const TICKET_SWEEP: Duration = Duration::from_secs(60);

/// A ticket for a leg.
#[derive(Debug)]
pub struct LegTicket {
    /// The call.
    pub call: CallId,
    /// Opens the socket, once.
    pub ticket: String,
}

/// A call as agents see it.
#[derive(Debug)]
pub struct CallView {
    /// What is stored of it.
    pub record: CallRecord,
    /// How it is now, while it runs here.
    pub standing: Option<CallStanding>,
}

/// A recording that was asked for.
#[derive(Debug)]
pub enum Recording {
    /// It, or the part of it that was asked for.
    Part(StoredFile),
    /// It ends before that part begins.
    BehindItsEnd {
        /// Its size.
        bytes: u64,
    },
}

/// The calls of this server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Voice {
    pub(super) shared: Arc<Shared>,
}

impl Voice {
    /// Calls over what they need; none runs yet.
    #[must_use]
    pub fn new(parts: VoiceParts) -> Self {
        Self { shared: Arc::new(Shared::new(parts)) }
    }

    /// Ends, in storage, the calls that servers left running which are gone, and with them their callers.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn recover(&self) -> Result<(), DbError> {
        let hub = &self.shared.parts.hub;
        for (org, conversation, call) in hub.db().calls().left_running(hub.base().now()).await? {
            let mut ended_at = None;
            if let Some(record) = hub.db().calls().get(org, call).await? {
                // The call ended when the server stopped, which may have been days ago.
                let trail = hub.db().calls().trail(org, conversation, Timestamp(record.started_at)).await?;
                let seconds = u64::try_from((trail.last.0 - record.started_at) / 1_000).unwrap_or(0);
                ended_at = Some(trail.last);
                let (at, cost_nano_usd) = (trail.last, trail.cost_nano_usd);
                let recording = self.repair_recording(org, call).await?;
                let end = CallEnd { at, seconds, reason: "error", cost_nano_usd, recording };
                hub.db().calls().end(org, call, &end).await?;
            }
            let end = Command::EndCall { call, reason: "error", at: ended_at };
            let actor = Actor::System { org, user: &User::system() };
            if let Err(error) = hub.act(actor, conversation, end).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "could not end call {call}, left running by a server that is gone"
                );
            }
        }
        Ok(())
    }

    /// Keeps what was recorded of a call until its server was killed, and notes that it is cut; gives the name of its file.
    async fn repair_recording(&self, org: OrgId, call: CallId) -> Result<Option<String>, DbError> {
        let base = self.shared.parts.hub.base();
        match recording::repair(&base.files, FileKey::recording(org, call)).await {
            Ok(false) => Ok(None),
            Ok(true) => {
                base.db.calls().note_recording_fault(org, call, RecordingFault::Cut).await?;
                Ok(Some(recording::name_of(call)))
            }
            Err(error) => {
                let (code, error) = (error.code(), &error as &dyn std::error::Error);
                tracing::error!(error, code, call.id = %call, "could not keep what was recorded of call {call}");
                Ok(None)
            }
        }
    }

    /// Whether a visitor of a channel is offered calls: somebody must hear and speak their language.
    pub async fn is_offered(
        &self,
        channel: &ChannelRecord,
        visitor: &VisitorRecord,
        conversation: Option<&ConversationRecord>,
        settings: &Effective,
    ) -> bool {
        if !settings.voice_enabled || !channel.has_assistant {
            return false;
        }
        match self.shared.parts.assistant.has_voice_for(channel, visitor, conversation).await {
            Ok(has_voice) => has_voice,
            Err(error) => {
                error.log_unanswered("could not look who has a voice");
                false
            }
        }
    }

    /// Waits until every call has ended and what happened in it is stored. No call is to begin any more.
    pub async fn wait_until_written(&self) {
        self.shared.writing.close();
        self.shared.writing.wait().await;
    }

    /// Ends every call when the server stops, and until then removes recordings whose time is over.
    pub fn start(&self) {
        let base = &self.shared.parts.base;
        base.spawn_until_stop(Retention::new(self.shared.clone()).run());
        base.spawn_until_stop(self.clone().forget_tickets());
        base.tasks.spawn(self.clone().end_calls_at_stop());
    }

    async fn end_calls_at_stop(self) {
        self.shared.parts.base.stop.cancelled().await;
        let running: Vec<LiveCall> = self.shared.calls.iter().map(|call| call.clone()).collect();
        for call in running {
            let end = call.control.send(Control::End { by: User::system() });
            // A call that does not listen ends with the process.
            let _late = tokio::time::timeout(DRAIN_GRACE, end).await;
        }
    }

    async fn forget_tickets(self) {
        loop {
            tokio::time::sleep(TICKET_SWEEP).await;
            self.shared.tickets.sweep(self.shared.parts.base.now().0);
        }
    }

    /// A ticket for an agent's leg.
    ///
    /// # Errors
    /// `forbidden`, and `not_found` where no such call runs.
    pub fn agent_ticket(
        &self,
        principal: &Principal,
        call: CallId,
        mode: LegMode,
        origin: Option<String>,
    ) -> Result<LegTicket, ServiceError> {
        Right::JoinCall.check(principal)?;
        self.live(principal.org, call)?;
        Ok(self.ticket(principal, call, mode, origin))
    }

    /// Another ticket for the visitor's own leg, whose page was loaded again.
    ///
    /// # Errors
    /// `not_found` where no such call of theirs runs.
    pub fn visitor_ticket(
        &self,
        principal: &Principal,
        call: CallId,
        origin: Option<String>,
    ) -> Result<LegTicket, ServiceError> {
        let live = self.live(principal.org, call)?;
        if !principal.is_visitor() || !live.has_visitor(principal.user.id) {
            return Err(ServiceError::not_found());
        }
        Ok(self.ticket(principal, call, LegMode::Call, origin))
    }

    pub(super) fn ticket(
        &self,
        principal: &Principal,
        call: CallId,
        mode: LegMode,
        origin: Option<String>,
    ) -> LegTicket {
        let ticket = Ticket { call, principal: principal.clone(), mode, origin };
        let now_ms = self.shared.parts.base.now().0;
        LegTicket { call, ticket: self.shared.tickets.issue(ticket, now_ms) }
    }

    /// Lets a leg join that has said hello.
    ///
    /// # Errors
    /// `unauthenticated` with the socket, which is to be closed.
    pub async fn join(
        &self,
        socket: LegSocket,
        hello: VoiceHello,
        origin: Option<&str>,
    ) -> Result<(), (Box<LegSocket>, ServiceError)> {
        let refused = |socket| Err((Box::new(socket), ServiceError::unauthenticated()));
        let rate = hello.rate.and_then(SampleRate::from_hz);
        let coming = match (&hello.resume, &hello.ticket) {
            (Some(resume), _) => self.shared.redeem_resume(&resume.token).map(|(call, leg)| {
                (call, Coming::Back { leg, last_n: resume.last_n, played: resume.played })
            }),
            (None, Some(ticket)) => {
                let now_ms = self.shared.parts.base.now().0;
                self.shared.tickets.redeem(ticket, origin, now_ms).map(|ticket| {
                    (ticket.call, Coming::New { principal: ticket.principal, mode: ticket.mode })
                })
            }
            (None, None) => None,
        };
        let Some((call, coming)) = coming else { return refused(socket) };
        let Some(live) = self.shared.calls.get(&call).map(|live| live.clone()) else {
            return refused(socket);
        };
        // A call that has just ended drops the socket.
        let _ended = live.control.send(Control::Join { socket: Box::new(socket), rate, coming }).await;
        Ok(())
    }

    /// Calls of the caller's org, newest first.
    ///
    /// # Errors
    /// `forbidden`, `unavailable`.
    pub async fn list(
        &self,
        principal: &Principal,
        running_only: bool,
        before: Option<CallId>,
        limit: i64,
    ) -> Result<Vec<CallView>, ServiceError> {
        Right::ListCalls.check(principal)?;
        let db = &self.shared.parts.base.db;
        let records = db.calls().list(principal.org, running_only, before, limit).await?;
        Ok(records.into_iter().map(|record| self.view(record)).collect())
    }

    /// A call of the caller's org.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `unavailable`.
    pub async fn find(&self, principal: &Principal, call: CallId) -> Result<CallView, ServiceError> {
        Right::ListCalls.check(principal)?;
        let found = self.shared.parts.base.db.calls().get(principal.org, call).await;
        let record = found?.ok_or_else(ServiceError::not_found)?;
        Ok(self.view(record))
    }

    fn view(&self, record: CallRecord) -> CallView {
        let standing = self.shared.calls.get(&record.id).map(|one| one.standing());
        CallView { record, standing }
    }

    /// The recording of a call of the caller's org, or a part of it: up to hundreds of megabytes.
    ///
    /// # Errors
    /// `forbidden`, and `not_found` where there is none, or the call still runs.
    pub async fn recording(
        &self,
        principal: &Principal,
        call: CallId,
        range: Option<ByteRange>,
    ) -> Result<Recording, ServiceError> {
        Right::HearRecording.check(principal)?;
        self.check_recorded(principal, call).await?;
        let key = FileKey::recording(principal.org, call);
        match self.shared.parts.base.files.get(key, range).await {
            Ok(file) => Ok(Recording::Part(file)),
            Err(FilesError::BehindItsEnd { bytes }) => Ok(Recording::BehindItsEnd { bytes }),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes the recording of a call.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `unavailable`.
    pub async fn remove_recording(&self, principal: &Principal, call: CallId) -> Result<(), ServiceError> {
        Right::RemoveRecording.check(principal)?;
        self.check_recorded(principal, call).await?;
        recording::remove_stored(&self.shared.parts.base.files, principal.org, call).await?;
        let db = &self.shared.parts.base.db;
        db.calls().forget_recording(principal.org, call).await.map_err(ServiceError::from)
    }

    /// Removes the files of recordings whose calls are about to be removed; those that are gone already are fine.
    ///
    /// # Errors
    /// When the place of files fails; what is left is removed when it is asked again.
    pub async fn remove_recordings(&self, org: OrgId, calls: &[CallId]) -> Result<(), FilesError> {
        for call in calls {
            recording::remove_stored(&self.shared.parts.base.files, org, *call).await?;
        }
        Ok(())
    }

    async fn check_recorded(&self, principal: &Principal, call: CallId) -> Result<(), ServiceError> {
        let found = self.shared.parts.base.db.calls().get(principal.org, call).await;
        let record = found?;
        record.and_then(|record| record.recording).ok_or_else(ServiceError::not_found).map(drop)
    }

    /// Ends a running call in the name of an agent.
    ///
    /// # Errors
    /// `forbidden`, `not_found` where no such call runs.
    pub async fn end(&self, principal: &Principal, call: CallId) -> Result<(), ServiceError> {
        Right::EndCall.check(principal)?;
        let live = self.live(principal.org, call)?;
        let by = principal.user.clone();
        live.control.send(Control::End { by }).await.map_err(|_| ServiceError::not_found())
    }

    fn live(&self, org: OrgId, call: CallId) -> Result<LiveCall, ServiceError> {
        self.shared
            .calls
            .get(&call)
            .filter(|live| live.facts.org == org)
            .map(|live| live.clone())
            .ok_or_else(ServiceError::not_found)
    }

    /// The org of every running call.
    #[must_use]
    pub fn orgs_in_calls(&self) -> Vec<OrgId> {
        self.shared.calls.iter().map(|call| call.facts.org).collect()
    }

    /// How many calls run.
    #[must_use]
    pub fn call_count(&self) -> usize {
        self.shared.calls.len()
    }

    /// What never changes about a running call.
    #[must_use]
    pub fn facts(&self, call: CallId) -> Option<Arc<CallFacts>> {
        self.shared.calls.get(&call).map(|live| live.facts.clone())
    }
}

impl Voice {
    /// Ends the running calls that are meant, also while the server stops.
    pub(super) fn end_calls(&self, by: &User, is_meant: impl Fn(&CallFacts) -> bool) {
        for live in self.shared.calls.iter().filter(|live| is_meant(&live.facts)) {
            let (control, by) = (live.control.clone(), by.clone());
            // A full queue is waited for: a call that goes on would be with somebody who may not call any more.
            self.shared.spawn(async move {
                drop(control.send(Control::End { by }).await);
            });
        }
    }
}

impl Listener for Voice {
    fn reply_wanted(&self, _facts: &Arc<RoomFacts>) {}

    fn revoked(&self, org: OrgId, subject: &str) {
        self.shared.tickets.revoke(org, subject);
        for live in self.shared.calls.iter().filter(|live| live.facts.org == org) {
            let told = live.control.try_send(Control::Revoked { subject: subject.into() });
            if told.is_err() && !live.control.is_closed() {
                tracing::error!(call.id = %live.facts.id, "could not check who may still be in call {}", live.facts.id);
            }
        }
    }

    fn visitor_blocked(&self, org: OrgId, visitor: UserId, by: &User) {
        self.end_calls(by, |facts| facts.org == org && facts.visitor.id == visitor);
    }

    fn org_suspended(&self, org: OrgId, by: &User) {
        self.end_calls(by, |facts| facts.org == org);
    }

    fn noted(&self, noted: Noted) {
        let Some(call) = self.shared.by_conversation.get(&noted.facts.id).map(|call| *call) else { return };
        let Some(live) = self.shared.calls.get(&call).map(|live| live.clone()) else { return };
        if let Err(error) = live.control.try_send(Control::Noted(Box::new(noted)))
            && !matches!(error, tokio::sync::mpsc::error::TrySendError::Closed(_))
        {
            // The queue holds what a call can do in seconds; a full one means that its task is stuck.
            tracing::error!(call.id = %call, "call {call} does not hear of its conversation");
        }
    }
}
