//! `switchboard serve`: from settings to a running server, and its graceful stop.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::accept::{self, Places, Times};
use super::knowledge::{add_demo_knowledge, open_encoder};
use super::listen::{listen, raise_open_files};
use super::models::Models;
use super::notice::{base_url, say};
use super::outgoing::{Outgoing, OutgoingParts, outgoing};
use super::router::router;
use super::signals;
use super::simulator;
use crate::accounts::{Accounts, AccountsParts, Directory};
use crate::assistant::{Assistant, AssistantParts};
use crate::attachments::{Attachments, AttachmentsParts};
use crate::auth::IdentityVerifier;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Settings;
use crate::crypto::MasterKeys;
use crate::db::{Db, DbError, Found, Mark, ServeLock, Store};
use crate::http::{self, Api, ApiParts};
use crate::hub::{Hub, HubParts};
use crate::knowledge::{Knowledge, KnowledgeParts};
use crate::limits::Limits;
use crate::outbound::{Gateway, install_crypto_provider};
use crate::telemetry;
use crate::voice::{Voice, VoiceParts};

/// How often it is checked that this process still has the database to itself. A session that has ended is noticed within
/// this time; while the database does not answer at all, it takes no writes either.
const LOCK_PERIOD: Duration = Duration::from_millis(500);

/// How long the lock is asked for; a database that stands still must not keep the server from stopping.
const LOCK_TIME: Duration = Duration::from_secs(3);
/// How long the last writes and the end of the connections may take.
const CLOSE_TIME: Duration = Duration::from_secs(5);
/// How far the mark beside the database may lag behind it.
const MARK_PERIOD: Duration = Duration::from_secs(1);

/// Runs the server until it is told to stop.
///
/// # Errors
/// When it cannot start, or loses its database to another process.
pub fn serve(settings: Settings) -> anyhow::Result<()> {
    telemetry::init(settings.log_format, &settings.log_filter).context("could not start the log")?;
    telemetry::log_panics();
    install_crypto_provider();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start the runtime")?;
    runtime.block_on(run(settings))
}

/// The parts of a running server.
struct Server {
    settings: Arc<Settings>,
    hub: Arc<Hub>,
    accounts: Accounts,
    knowledge: Knowledge,
    attachments: Attachments,
    keys: Arc<MasterKeys>,
    models: Models,
    gateway: Gateway,
    clock: SharedClock,
    lock: ServeLock,
    mark: Mark,
}

async fn run(mut settings: Settings) -> anyhow::Result<()> {
    let _simulator = simulator::start(&mut settings).await?;
    let settings = Arc::new(settings);
    let stop = CancellationToken::new();
    signals::watch(stop.clone()).context("could not listen for signals")?;
    let metrics = telemetry::metrics::install();
    let server = Server::open(settings.clone()).await?;
    let listener =
        listen(settings.listen).with_context(|| format!("could not listen on {}", settings.listen))?;
    let address = listener.local_addr().context("could not read the address listened on")?;
    let outgoing = server.outgoing()?;
    outgoing.tools.begin().await.context("could not store the tools")?;
    let assistant = server.assistant(&outgoing, &stop);
    let voice = server.voice(&outgoing, &assistant);
    server.hub.listen(vec![Arc::new(assistant.clone()), Arc::new(voice.clone())]);
    voice.begin().await.context("could not end the calls that were left running")?;
    let rest = http::router(Api::new(ApiParts {
        accounts: server.accounts.clone(),
        hub: server.hub.clone(),
        settings: settings.clone(),
        assistant: assistant.clone(),
        knowledge: server.knowledge.clone(),
        attachments: server.attachments.clone(),
        tools: outgoing.tools.clone(),
        notifier: outgoing.notifier.clone(),
        voice: voice.clone(),
    }));
    let app = router(&server.hub, &server.accounts, &settings, &voice, rest);
    if let Some(metrics_address) = settings.metrics_listen {
        let metrics_listener = listen(metrics_address)
            .with_context(|| format!("could not listen for metrics on {metrics_address}"))?;
        let app = http::metrics_router(metrics.clone());
        server.hub.tasks().spawn(async move {
            // It runs as long as the process.
            let _never_ends = axum::serve(metrics_listener, app).await;
        });
    }
    server.hub.tasks().spawn({
        let (metrics, stop) = (metrics.clone(), stop.clone());
        async move {
            stop.run_until_cancelled(metrics.keep_up()).await;
        }
    });
    server.hub.start_jobs(&stop);
    server.knowledge.start_jobs(&stop);
    server.attachments.start_jobs(&stop);
    outgoing.notifier.start_jobs(&stop);
    outgoing.tools.start_jobs(&stop);
    voice.start_jobs(&stop);
    assistant.begin().await.context("could not take up what was left unanswered")?;
    server.announce(address).await?;
    server.run(listener, app, voice, stop).await
}

impl Server {
    async fn open(settings: Arc<Settings>) -> anyhow::Result<Self> {
        use secrecy::ExposeSecret;
        let url = settings.database_url.as_ref().map(|url| url.expose_secret().to_owned());
        let db = Db::open(url.as_deref(), &settings.data_dir, settings.db_readers)
            .await
            .context("could not open the database")?;
        let lock = db.lock_for_serving().await?;
        let mark = compare_with_mark(&db, &settings.data_dir).await?;
        let from_environment = std::env::var("SWITCHBOARD_MASTER_KEY").ok();
        let keys = MasterKeys::load(from_environment.as_deref(), &settings.data_dir)
            .context("could not load the master key")?;
        let clock: SharedClock = Arc::new(SystemClock);
        let tasks = TaskTracker::new();
        let store = Store::start(db.clone(), clock.clone(), settings.store_batch_max, &tasks);
        let limits = Arc::new(Limits::new(&settings));
        let hub =
            Hub::new(HubParts { store, settings: settings.clone(), clock: clock.clone(), limits, tasks });
        let gateway = Gateway::new(&settings);
        let keys = Arc::new(keys);
        let models = Models::new(&hub, &keys, &clock, &gateway);
        let attachments = Attachments::new(AttachmentsParts {
            db: db.clone(),
            clock: clock.clone(),
            settings: settings.clone(),
            tasks: hub.tasks().clone(),
        });
        let knowledge = Knowledge::new(KnowledgeParts {
            db: db.clone(),
            gateway: gateway.clone(),
            clock: clock.clone(),
            settings: settings.clone(),
            encoder: open_encoder(&settings.data_dir).await,
            embedders: models.embedders(),
            extra_sources: vec![models.stores()],
            tasks: hub.tasks().clone(),
        });
        let accounts = Accounts::new(AccountsParts {
            directory: Directory::new(db, keys.clone(), clock.clone())
                .with_password_wait(Duration::from_secs(settings.password_wait_max_s)),
            hub: hub.clone(),
            identities: IdentityVerifier::new(gateway.clone(), clock.clone()),
            gateway: gateway.clone(),
            org_settings: models.org_settings.clone(),
        });
        accounts
            .directory()
            .check_master_key()
            .await
            .context("the master key does not open what is stored")?;
        Ok(Self { settings, hub, accounts, knowledge, attachments, keys, models, gateway, clock, lock, mark })
    }

    /// What goes out of this server, and what that stands on.
    fn outgoing(&self) -> anyhow::Result<Outgoing> {
        outgoing(OutgoingParts {
            hub: &self.hub,
            knowledge: &self.knowledge,
            keys: &self.keys,
            gateway: &self.gateway,
            clock: &self.clock,
            settings: &self.settings,
            org_settings: self.models.org_settings.clone(),
            usage: self.models.usage.clone(),
        })
    }

    /// Calls, with nobody in them.
    fn voice(&self, outgoing: &Outgoing, assistant: &Assistant) -> Voice {
        Voice::new(VoiceParts {
            hub: self.hub.clone(),
            assistant: assistant.clone(),
            tools: outgoing.tools.clone(),
            org_settings: self.models.org_settings.clone(),
            usage: self.models.usage.clone(),
            gateway: self.gateway.clone(),
        })
    }

    /// Starts the assistant; it hears of the hub once it listens.
    fn assistant(&self, outgoing: &Outgoing, stop: &CancellationToken) -> Assistant {
        let parts = AssistantParts {
            hub: self.hub.clone(),
            keys: self.keys.clone(),
            chains: self.models.chains.clone(),
            org_settings: self.models.org_settings.clone(),
            usage: self.models.usage.clone(),
            attachments: self.attachments.clone(),
            tools: outgoing.tools.clone(),
            notifier: outgoing.notifier.clone(),
            knowledge: self.knowledge.clone(),
            gateway: self.gateway.clone(),
        };
        Assistant::start(parts, stop.clone())
    }

    /// Says where the server is, how to get in the first time, and what is unusual.
    async fn announce(&self, address: SocketAddr) -> anyhow::Result<()> {
        let base = base_url(&self.settings, address);
        let mut lines = vec![format!("Switchboard {} is at {base}/", env!("CARGO_PKG_VERSION"))];
        if let Some(demo) = self.accounts.ensure_demo(&base).await? {
            add_demo_knowledge(&self.knowledge, &self.models.org_settings, &demo)
                .await
                .context("could not store what the demo knows")?;
            lines.push(format!(
                "Console: {base}/console   e-mail {}   password {}",
                demo.email, demo.password
            ));
            lines
                .push("This password is shown once; the demo's data stays in the data directory.".to_owned());
        } else if let Some(link) = self.accounts.setup_link(&base).await? {
            lines.push(format!(
                "Set up your first org here (one use, valid {} hours): {link}",
                self.settings.setup_link_ttl_h
            ));
        } else {
            lines.push(format!("Console: {base}/console"));
        }
        if self.settings.voice_simulator_url.is_some() {
            lines.push(
                "Calls are answered by a simulated voice until a provider of voices is set (OPENAI_API_KEY, or the console)."
                    .to_owned(),
            );
        }
        say(&lines);
        if !self.settings.limits {
            tracing::warn!(
                "limits by count and time are off: this is for load tests, not for the open internet"
            );
        }
        if cfg!(feature = "conformance") {
            tracing::warn!(
                "built with the conformance echo: this is for protocol suites, not for the open internet"
            );
        }
        tracing::info!(
            engine = self.hub.db().engine(),
            open_files_max = raise_open_files(),
            "listening on {address}"
        );
        Ok(())
    }

    async fn run(
        mut self,
        listener: TcpListener,
        app: Router,
        voice: Voice,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let accepting = CancellationToken::new();
        let places = Places::new(&self.settings, raise_open_files());
        let times = Times::new(&self.settings);
        let serving = tokio::spawn(accept::serve(listener, app, times, places, accepting.clone()));
        let following = tokio::spawn(follow_mark(self.mark.clone(), self.hub.db().clone()));
        let mut is_confirmed = true;
        let lost = loop {
            tokio::select! {
                () = stop.cancelled() => break None,
                () = tokio::time::sleep(LOCK_PERIOD) => {
                    let kept = tokio::select! {
                        () = stop.cancelled() => break None,
                        kept = tokio::time::timeout(LOCK_TIME, self.lock.keep(self.hub.db())) => kept,
                    };
                    let is_kept = matches!(kept, Ok(Ok(())));
                    match kept {
                        Ok(Err(error @ DbError::Served)) => {
                            self.hub.db().give_up();
                            tracing::error!("another server has taken the database over; stopping");
                            stop.cancel();
                            break Some(error);
                        }
                        Ok(Err(error)) if is_confirmed => tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "could not confirm the lock on the database"
                        ),
                        Err(_) if is_confirmed => {
                            tracing::error!("the database does not answer; could not confirm the lock on it");
                        }
                        Ok(Ok(())) if !is_confirmed => tracing::info!("the lock on the database is confirmed again"),
                        _ => {}
                    }
                    is_confirmed = is_kept;
                }
            }
        };
        following.abort();
        self.drain(accepting, serving, &voice).await;
        match lost {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    /// Lets clients go, finishes what they were promised, and closes the database.
    async fn drain(self, accepting: CancellationToken, serving: tokio::task::JoinHandle<()>, voice: &Voice) {
        let timeout = Duration::from_secs(self.settings.drain_timeout_s);
        self.hub.drain();
        accepting.cancel();
        let left = async {
            self.hub.wait_until_empty().await;
            voice.wait_until_written().await;
            // Its outcome does not matter any more.
            let _ended = serving.await;
        };
        if tokio::time::timeout(timeout, left).await.is_err() {
            tracing::warn!("some connections did not leave within {} s", timeout.as_secs());
        }
        let closed = async {
            self.hub.store().flush().await;
            self.close_database().await;
        };
        if tokio::time::timeout(CLOSE_TIME, closed).await.is_err() {
            tracing::warn!(
                "the database did not answer within {} s; stopping without it",
                CLOSE_TIME.as_secs()
            );
        }
        tracing::info!("stopped");
    }

    async fn close_database(&self) {
        if let Err(error) = self.mark.clone().follow(self.hub.db()) {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "could not write the mark of the database"
            );
        }
        self.hub.db().close().await;
    }
}

/// Looks whether the database is older than it was, and says so.
async fn compare_with_mark(db: &Db, data_dir: &Path) -> anyhow::Result<Mark> {
    let mut mark = db.file().map_or_else(|| Mark::in_dir(data_dir), Mark::beside);
    let found = mark.compare(db).await.context("could not compare the database with its mark")?;
    if let Found::IsBehind { newest_entry_at, marked_at } = found {
        tracing::warn!(
            newest_entry_at,
            marked_at,
            "the database is older than it was: a backup was restored. Every conversation has a new epoch, so that no \
             client goes on from a history that is not there"
        );
    }
    Ok(mark)
}

/// Keeps the mark no more than a period behind the database.
async fn follow_mark(mut mark: Mark, db: Db) {
    let mut is_warned = false;
    loop {
        tokio::time::sleep(MARK_PERIOD).await;
        // A disk that stands still must not hold a thread of the runtime.
        let (follower, followed) = (mark, db.clone());
        let writing = tokio::task::spawn_blocking(move || {
            let mut mark = follower;
            let outcome = mark.follow(&followed);
            (mark, outcome)
        });
        let Ok((returned, outcome)) = writing.await else { return };
        mark = returned;
        match outcome {
            Ok(()) => is_warned = false,
            Err(error) if !is_warned => {
                is_warned = true;
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "could not write the mark of the database"
                );
            }
            Err(_) => {}
        }
    }
}
