//! The one wiring of all services: for the server, for the shell and for tests.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;

use super::models::Models;
use crate::accounts::{Accounts, AccountsParts, Directory};
use crate::assistant::{Assistant, AssistantParts};
use crate::attachments::Attachments;
use crate::audit::{Audit, Security};
use crate::auth::IdentityVerifier;
use crate::base::Base;
use crate::crypto::MasterKeys;
use crate::desk::Desk;
use crate::handover::{Handover, HandoverParts};
use crate::http::Api;
use crate::hub::Hub;
use crate::knowledge::{Knowledge, KnowledgeParts};
use crate::llm::{EnvironmentKeys, Llm, LlmParts};
use crate::mail::Mailer;
use crate::notify::{Notifier, NotifierParts};
use crate::org_settings::OrgSettings;
use crate::platform::{Platform, PlatformParts};
use crate::privacy::{Privacy, PrivacyParts};
use crate::tenancy::{Tenancy, TenancyParts};
use crate::tools::{Tools, ToolsParts};
use crate::usage::Usage;
use crate::voice::{Voice, VoiceParts};

/// Every service of one process, wired once: made by [`Services::new`], then [`Services::recover`] reads what they stand on,
/// [`Services::take_over`] takes up what a stopped server left, and [`Services::start`] begins what happens by itself.
#[derive(Debug, Clone)]
pub struct Services {
    /// The means below them.
    pub base: Base,
    /// The audit log.
    pub audit: Audit,
    /// Security events and block lists.
    pub security: Security,
    /// What orgs and channels set.
    pub org_settings: OrgSettings,
    /// What models and voices cost.
    pub usage: Usage,
    /// Which model answers for an org.
    pub llm: Llm,
    /// The live part.
    pub hub: Arc<Hub>,
    /// Who may come in.
    pub accounts: Accounts,
    /// What agents keep.
    pub desk: Desk,
    /// What orgs know.
    pub knowledge: Knowledge,
    /// Files of conversations.
    pub attachments: Attachments,
    /// Tells the world of what happens.
    pub notifier: Notifier,
    /// What the assistant may do.
    pub tools: Tools,
    /// Briefs, insight, visitors who wait.
    pub handover: Handover,
    /// Answers visitors in text.
    pub assistant: Assistant,
    /// Calls.
    pub voice: Voice,
    /// Exports and erases what is stored of visitors.
    pub privacy: Privacy,
    /// Whole orgs.
    pub tenancy: Tenancy,
    /// The server as whoever runs it sees it.
    pub platform: Platform,
}

impl Services {
    /// Wires the services; nothing runs yet.
    ///
    /// # Errors
    /// When the settings of mail cannot be used.
    #[expect(clippy::too_many_lines, reason = "it lists the services, from the lowest to the highest")]
    pub fn new(
        base: Base,
        keys: MasterKeys,
        environment: EnvironmentKeys,
        models: Models,
    ) -> anyhow::Result<Self> {
        let keys = Arc::new(keys);
        let org_settings = OrgSettings::new(base.db.clone(), base.clock.clone());
        let audit = Audit::new(base.clone(), Arc::new(org_settings.clone()));
        let security = Security::new(base.clone());
        let usage = Usage::new(base.clone(), org_settings.clone());
        let llm = Llm::new(LlmParts {
            base: base.clone(),
            keys: keys.clone(),
            environment,
            org_settings: org_settings.clone(),
            usage: usage.clone(),
        });
        let hub = Hub::new(base.clone(), org_settings.clone());
        let mailer = Mailer::new(&base.settings).context("could not set mail up")?;
        let accounts = accounts(&base, &keys, &hub, &org_settings, mailer.clone());
        let desk = Desk::new(base.clone(), keys.clone(), hub.clone());
        let knowledge = Knowledge::new(KnowledgeParts {
            base: base.clone(),
            encoder: models.encoder,
            embedders: Arc::new(llm.clone()),
            extra_sources: vec![Arc::new(llm.clone())],
        });
        let notifier = Notifier::new(NotifierParts {
            base: base.clone(),
            keys: keys.clone(),
            org_settings: org_settings.clone(),
            mailer: mailer.clone(),
        });
        security.listen(Arc::new(notifier.clone()));
        let tools = Tools::new(ToolsParts {
            base: base.clone(),
            keys: keys.clone(),
            knowledge: knowledge.clone(),
            org_settings: org_settings.clone(),
            usage: usage.clone(),
            notifier: notifier.clone(),
        });
        let attachments = Attachments::new(base.clone(), org_settings.clone());
        let handover = Handover::new(HandoverParts {
            base: base.clone(),
            hub: hub.clone(),
            llm: llm.clone(),
            org_settings: org_settings.clone(),
            notifier: notifier.clone(),
        });
        let assistant = Assistant::new(AssistantParts {
            base: base.clone(),
            hub: hub.clone(),
            desk: desk.clone(),
            llm: llm.clone(),
            org_settings: org_settings.clone(),
            usage: usage.clone(),
            knowledge: knowledge.clone(),
            attachments: attachments.clone(),
            tools: tools.clone(),
            local_voices: models.voices,
        });
        let voice = Voice::new(VoiceParts {
            base: base.clone(),
            hub: hub.clone(),
            assistant: assistant.clone(),
            tools: tools.clone(),
            org_settings: org_settings.clone(),
            usage: usage.clone(),
        });
        let privacy = Privacy::new(PrivacyParts {
            base: base.clone(),
            hub: hub.clone(),
            org_settings: org_settings.clone(),
            attachments: attachments.clone(),
            voice: voice.clone(),
        });
        let tenancy = Tenancy::new(TenancyParts { base: base.clone(), hub: hub.clone() });
        let platform = Platform::new(PlatformParts {
            base: base.clone(),
            hub: hub.clone(),
            assistant: assistant.clone(),
            voice: voice.clone(),
            usage: usage.clone(),
            mailer,
        });
        hub.listen(vec![
            Arc::new(assistant.clone()),
            Arc::new(handover.clone()),
            Arc::new(voice.clone()),
            Arc::new(desk.clone()),
        ]);
        let listener: Arc<Hub> = hub.clone();
        org_settings.listen(Arc::downgrade(&listener) as _);
        Ok(Self {
            base,
            audit,
            security,
            org_settings,
            usage,
            llm,
            hub,
            accounts,
            desk,
            knowledge,
            attachments,
            notifier,
            tools,
            handover,
            assistant,
            voice,
            privacy,
            tenancy,
            platform,
        })
    }

    /// What REST stands on.
    #[must_use]
    pub fn api(&self) -> Api {
        Api {
            settings: self.base.settings.clone(),
            accounts: self.accounts.clone(),
            audit: self.audit.clone(),
            security: self.security.clone(),
            hub: self.hub.clone(),
            desk: self.desk.clone(),
            org_settings: self.org_settings.clone(),
            usage: self.usage.clone(),
            llm: self.llm.clone(),
            handover: self.handover.clone(),
            assistant: self.assistant.clone(),
            knowledge: self.knowledge.clone(),
            attachments: self.attachments.clone(),
            tools: self.tools.clone(),
            notifier: self.notifier.clone(),
            voice: self.voice.clone(),
            privacy: self.privacy.clone(),
            tenancy: self.tenancy.clone(),
            platform: self.platform.clone(),
        }
    }

    /// Reads and stores what services stand on, before anybody comes in.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn recover(&self) -> anyhow::Result<()> {
        self.security.recover().await.context("could not read the block lists")?;
        self.tools.recover().await.context("could not store the tools")?;
        self.usage.load_prices().await.context("could not read prices")?;
        Ok(())
    }

    /// Takes up what servers left that are gone; nothing of a live node is touched. It may run at any time, and again.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn take_over(&self) -> anyhow::Result<()> {
        self.voice.recover().await.context("could not end the calls that were left running")?;
        self.hub.recover().await.context("could not open the conversations with a pending reply")?;
        self.assistant.recover().await.context("could not take up what was left unanswered")?;
        self.handover.recover().await;
        self.knowledge.recover().await.context("could not queue the sources that were being read")?;
        self.notifier.recover().await.context("could not release the deliveries that were claimed")?;
        Ok(())
    }

    /// Begins what happens by itself; it ends when the base is told to stop.
    pub fn start(&self) {
        self.audit.start();
        self.security.start();
        self.assistant.start();
        self.handover.start();
        self.hub.start();
        self.desk.start();
        self.knowledge.start();
        self.attachments.start();
        self.notifier.start();
        self.tools.start();
        self.voice.start();
        self.privacy.start();
        self.tenancy.start();
    }
}

fn accounts(
    base: &Base,
    keys: &Arc<MasterKeys>,
    hub: &Arc<Hub>,
    org_settings: &OrgSettings,
    mailer: Mailer,
) -> Accounts {
    let directory = Directory::new(base.db.clone(), keys.clone(), base.clock.clone())
        .with_password_wait(Duration::from_secs(base.settings.password_wait_max_s))
        .with_conversation_days(base.settings.new_org_conversation_days);
    Accounts::new(AccountsParts {
        base: base.clone(),
        directory,
        hub: hub.clone(),
        identities: IdentityVerifier::new(base.gateway.clone(), base.clock.clone()),
        org_settings: org_settings.clone(),
        mailer,
    })
}
