//! `switchboard serve`: start, run and graceful shutdown.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::accept::{self, Places, Times};
use super::bus::join_bus;
use super::heartbeat::{Heartbeat, check_nodes};
use super::knowledge::add_demo_knowledge;
use super::listen::{listen, raise_open_files};
use super::models::Models;
use super::notice::{base_url, say};
use super::router::router;
use super::services::Services;
use super::signals;
use super::simulator;
use crate::base::Base;
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::crypto::MasterKeys;
use crate::db::{Db, DbError, Found, Mark, ServeLock, ServeMode};
use crate::http;
use crate::llm::EnvironmentKeys;
use crate::otlp::Telemetry;
use crate::outbound::install_crypto_provider;
use crate::telemetry;

/// How often it is checked that this process still has the database to itself. A session that has ended is noticed within
/// this time; while the database does not answer at all, it takes no writes either.
const LOCK_PERIOD: Duration = Duration::from_millis(500);

/// Timeout for confirming the lock; a stalled database must not keep the server from stopping.
const LOCK_TIME: Duration = Duration::from_secs(3);
/// Timeout for the last writes and for closing connections.
const CLOSE_TIME: Duration = Duration::from_secs(5);
/// Maximum lag of the mark beside the database.
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

/// A running server: its services, and what it has to itself.
struct Server {
    services: Services,
    lock: ServeLock,
    heartbeat: Heartbeat,
    mark: Mark,
    telemetry: Telemetry,
}

async fn run(mut settings: Settings) -> anyhow::Result<()> {
    let _simulator = simulator::start(&mut settings).await?;
    check_nodes(&settings)?;
    let settings = Arc::new(settings);
    let stop = CancellationToken::new();
    signals::watch(stop.clone()).context("could not listen for signals")?;
    let metrics = telemetry::metrics::install();
    let mut server = Server::open(settings.clone(), stop).await?;
    let listener =
        listen(settings.listen).with_context(|| format!("could not listen on {}", settings.listen))?;
    let address = listener.local_addr().context("could not read the address listened on")?;
    server.serve_metrics(&metrics)?;
    server.telemetry = {
        let Base { settings, gateway, tasks, .. } = &server.services.base;
        Telemetry::start(settings, gateway, &metrics, tasks)
    };
    server.heartbeat.recover(&server.services).await?;
    server.services.start();
    server.announce(address).await?;
    let app = router(&server.services);
    server.run(listener, app).await
}

impl Server {
    async fn open(settings: Arc<Settings>, stop: CancellationToken) -> anyhow::Result<Self> {
        use secrecy::ExposeSecret;
        let url = settings.database_url.as_ref().map(|url| url.expose_secret().to_owned());
        let db = Db::open(url.as_deref(), &settings.data_dir, settings.db_readers)
            .await
            .context("could not open the database")?;
        let mode = if settings.bus.is_some() { ServeMode::AsNode } else { ServeMode::Alone };
        let lock = ServeLock::take(&db, mode).await?;
        let mark = compare_with_mark(&db, &settings.data_dir).await?;
        let from_environment = std::env::var("SWITCHBOARD_MASTER_KEY").ok();
        let keys = MasterKeys::load(from_environment.as_deref(), &settings.data_dir)
            .context("could not load the master key")?;
        let base = Base { stop, ..Base::new(db, Arc::new(SystemClock), settings) };
        let base = join_bus(base, &mark).await?;
        let models = Models::open(&base.settings, &base.gateway).await;
        let services = Services::new(base, keys, EnvironmentKeys::read(), models)?;
        let checking = services.accounts.directory().check_master_key();
        checking.await.context("the master key does not open what is stored")?;
        let heartbeat = Heartbeat::begin(&services).await.context("could not register this node")?;
        Ok(Self { services, lock, heartbeat, mark, telemetry: Telemetry::default() })
    }

    /// Serves metrics where they are asked for, and keeps them fresh.
    fn serve_metrics(&self, metrics: &telemetry::metrics::Handle) -> anyhow::Result<()> {
        let base = &self.services.base;
        if let Some(address) = base.settings.metrics_listen {
            let listener =
                listen(address).with_context(|| format!("could not listen for metrics on {address}"))?;
            let app = http::metrics_router(metrics.clone());
            base.tasks.spawn(async move {
                // It runs as long as the process.
                let _never_ends = axum::serve(listener, app).await;
            });
        }
        let metrics = metrics.clone();
        base.spawn_until_stop(async move { metrics.keep_up().await });
        Ok(())
    }

    /// Says where the server is, how to get in the first time, and what is unusual.
    async fn announce(&self, address: SocketAddr) -> anyhow::Result<()> {
        let Services { accounts, knowledge, org_settings, base: Base { settings, db, .. }, .. } =
            &self.services;
        let base = base_url(settings, address);
        let mut lines = vec![format!("Switchboard {} is at {base}/", env!("CARGO_PKG_VERSION"))];
        if let Some(demo) = accounts.ensure_demo(&base).await? {
            add_demo_knowledge(knowledge, org_settings, &demo)
                .await
                .context("could not store what the demo knows")?;
            lines.push(format!(
                "Console: {base}/console   e-mail {}   password {}",
                demo.email, demo.password
            ));
            lines
                .push("This password is shown once; the demo's data stays in the data directory.".to_owned());
        } else if let Some(link) = accounts.first_setup().link(&base).await? {
            lines.push(format!(
                "Set up your first org here (one use, valid {} hours): {link}",
                settings.setup_link_ttl_h
            ));
        } else {
            lines.push(format!("Console: {base}/console"));
        }
        lines.extend(voice_line(self.services.assistant.has_local_voices(), settings));
        say(&lines);
        warn_of_unusual(settings);
        tracing::info!(engine = db.engine(), open_files_max = raise_open_files(), "listening on {address}");
        Ok(())
    }

    async fn run(mut self, listener: TcpListener, app: Router) -> anyhow::Result<()> {
        let Base { db, settings, stop, .. } = self.services.base.clone();
        let accepting = CancellationToken::new();
        let places = Places::new(&settings, raise_open_files());
        let times = Times::new(&settings);
        let serving = tokio::spawn(accept::serve(listener, app, times, places, accepting.clone()));
        let following = tokio::spawn(follow_mark(self.mark.clone(), db.clone()));
        let lost = tokio::select! {
            () = stop.cancelled() => None,
            error = keep_lock(&mut self.lock, &db) => Some(error),
            () = self.heartbeat.fenced() => Some(DbError::Fenced),
        };
        if let Some(error) = &lost {
            db.give_up();
            tracing::error!("{error}; stopping");
            stop.cancel();
        }
        following.abort();
        self.drain(accepting, serving).await;
        match lost {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    /// Lets clients go, finishes what they were promised, and closes the database.
    async fn drain(self, accepting: CancellationToken, serving: tokio::task::JoinHandle<()>) {
        let Services { base, hub, voice, .. } = &self.services;
        let timeout = Duration::from_secs(base.settings.drain_timeout_s);
        hub.drain();
        accepting.cancel();
        let left = async {
            hub.wait_until_empty().await;
            voice.wait_until_written().await;
            // Its result is no longer needed.
            let _ended = serving.await;
        };
        if tokio::time::timeout(timeout, left).await.is_err() {
            tracing::warn!("some connections did not close within {} s", timeout.as_secs());
        }
        let closed = async {
            base.store.flush().await;
            self.heartbeat.end(base).await;
            self.close_database().await;
        };
        if tokio::time::timeout(CLOSE_TIME, closed).await.is_err() {
            tracing::warn!(
                "the database did not answer within {} s; stopping without it",
                CLOSE_TIME.as_secs()
            );
        }
        self.telemetry.finish().await;
        tracing::info!("stopped");
    }

    async fn close_database(&self) {
        if let Err(error) = self.mark.clone().follow(&self.services.base.db) {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "could not write the mark of the database"
            );
        }
        self.services.base.db.close().await;
    }
}

/// Confirms the lock on the database for as long as this process has it; gives back who has it then.
async fn keep_lock(lock: &mut ServeLock, db: &Db) -> DbError {
    let mut is_confirmed = true;
    loop {
        tokio::time::sleep(LOCK_PERIOD).await;
        match tokio::time::timeout(LOCK_TIME, lock.keep(db)).await {
            Ok(Err(error)) if error.is_served() => return error,
            kept => is_confirmed = log_lock(kept.ok(), is_confirmed),
        }
    }
}

/// Whose voice answers calls until there is a provider of voices.
fn voice_line(has_local_voices: bool, settings: &Settings) -> Option<String> {
    let whose = match (has_local_voices, &settings.voice_simulator_url) {
        (true, _) => "the basic voice of this server",
        (false, Some(_)) => {
            "a simulated voice, or by the basic voice of this server after `switchboard models pull voice` and a restart,"
        }
        (false, None) => return None,
    };
    Some(format!(
        "Calls are answered by {whose} until a provider of voices is set (OPENAI_API_KEY, or the console)."
    ))
}

fn warn_of_unusual(settings: &Settings) {
    if !settings.limits {
        tracing::warn!("rate limits are off: use this for load tests only, not on the open internet");
    }
    if cfg!(feature = "conformance") {
        tracing::warn!(
            "built with the conformance echo: this is for protocol suites, not for the open internet"
        );
    }
}

/// Logs when the lock on the database could no longer be confirmed, and when it could again; whether it is confirmed
/// now. `None` says that the database did not answer.
fn log_lock(kept: Option<Result<(), DbError>>, was_confirmed: bool) -> bool {
    match kept {
        Some(Ok(())) => {
            if !was_confirmed {
                tracing::info!("the lock on the database is confirmed again");
            }
            return true;
        }
        Some(Err(error)) if was_confirmed => tracing::error!(
            error = &error as &dyn std::error::Error,
            "could not confirm the lock on the database"
        ),
        None if was_confirmed => {
            tracing::error!("database does not respond; could not confirm the lock on it");
        }
        Some(Err(_)) | None => {}
    }
    false
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
        // A hanging disk must not block a runtime thread.
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
