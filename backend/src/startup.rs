//! Building the program from its settings, running it, stopping it in order.

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use actix_web::{App as Site, HttpServer, middleware::from_fn, web};
use anyhow::{Context as _, bail};
use metrics_exporter_prometheus::PrometheusBuilder;
use secrecy::ExposeSecret as _;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use crate::{
    accounts,
    api::{self, Server},
    app::App,
    certificate::Certificate,
    clock::{SharedClock, SystemClock},
    config::{Config, Transport},
    gateway,
    intake::Pipeline,
    mail::{capture::Capture, next_hop::NextHop, tls},
    outbox, rotation,
    seal::{KeyRing, Seal},
    store::{self, Migrations, Store, StoreUrl},
    welcome,
};

/// Puts the parts together: opens the store and the key ring, and sees that they belong together.
///
/// # Errors
/// In one sentence that says what to do.
pub async fn build(config: Config, clock: SharedClock) -> anyhow::Result<App> {
    make_folder(&config.data_dir, "data_dir")?;
    let store = open_store(&config, Migrations::Apply).await?;
    let ring = ring(&config, &store, &clock).await?;
    rotation::check(&store, &ring, clock.now()).await?;
    let (next_hop, capture) = way_out(&config, &clock)?;
    Ok(App::new(config, clock, store, Seal::new(ring), next_hop, capture))
}

fn make_folder(folder: &Path, setting: &str) -> anyhow::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .recursive(true)
        .create(folder)
        .with_context(|| format!("the folder {} ({setting}) cannot be made", folder.display()))
}

/// Opens the store.
///
/// # Errors
/// In one sentence that says what to do.
pub async fn open_store(config: &Config, migrations: Migrations) -> anyhow::Result<Store> {
    if let Some(folder) = config.store.sqlite_path().and_then(Path::parent).filter(|path| !path.as_os_str().is_empty())
    {
        make_folder(folder, "store.url")?;
    }
    let url: StoreUrl = config.store.url.parse()?;
    Store::open(&url, migrations).await.context("store.url")
}

/// The key ring: from the environment or its file; a new one for an empty store alone.
async fn ring(config: &Config, store: &Store, clock: &SharedClock) -> anyhow::Result<KeyRing> {
    if let Some(text) = &config.keys.ring {
        return KeyRing::parse(text.expose_secret()).context("keys.ring");
    }
    let file = config.keys.file();
    if file.exists() {
        return Ok(KeyRing::load(file)?);
    }
    if !store.read(store::key_checks::all).await?.is_empty() {
        bail!(
            "the key ring {} is missing, and nothing in the store can be opened without it: put it back from its \
             backup, or point keys.file to it",
            file.display()
        );
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder, "keys.file")?;
    }
    let ring = KeyRing::generate(clock.now());
    ring.save(file)?;
    tracing::info!(file = %file.display(), "made a new key ring; keep a copy of it in a safe place");
    Ok(ring)
}

fn way_out(config: &Config, clock: &SharedClock) -> anyhow::Result<(Arc<dyn NextHop>, Option<Capture>)> {
    match config.mail.transport {
        Transport::Capture => {
            let folder = config.mailbox_dir();
            let capture = Capture::new(&folder, Arc::clone(clock))
                .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
            Ok((Arc::new(capture.clone()), Some(capture)))
        }
        Transport::Smtp => {
            let relay = config.mail.relay_url()?.context("mail.relay must be set")?;
            let hostname = config.gateway.hostname.clone();
            let (verified, any) = (tls::verifying()?, tls::opportunistic()?);
            Ok((Arc::new(gateway::relay::Relay::new(relay, hostname, verified, any)), None))
        }
    }
}

/// Runs until told to stop.
///
/// # Errors
/// In one sentence that says what to do, when something keeps it from starting.
pub async fn serve(config: Config, with_welcome: bool) -> anyhow::Result<()> {
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let smtp = listen(config.gateway.listen, "gateway.listen").await?;
    config.mail.check_looked_up(smtp.local_addr()?).await?;
    let http = listen(config.http.listen, "http.listen").await?.into_std()?;
    let certificates = Certificates::load(&config)?;
    let smtp_tls = certificates.gateway.as_ref().map(Certificate::server).transpose()?.map(Arc::new);
    let http_tls = certificates.http.as_ref().map(Certificate::server).transpose()?;
    let hangup = signal(SignalKind::hangup())?;
    let metrics = PrometheusBuilder::new().install_recorder().ok();
    let app = build(config, Arc::new(SystemClock)).await?;
    accounts::password::warm_up();

    let (stop, stopped) = watch::channel(false);
    let server = web::Data::new(Server::new(app.clone(), metrics));
    let site = run_site(http, http_tls, &server)?;
    let site_handle = site.handle();
    let site = tokio::spawn(site);
    let settings = Arc::new(gateway::Settings { tls: smtp_tls, ..gateway::Settings::of(&app) });
    let pipeline = Arc::new(Pipeline(app.clone()));
    let smtp = tokio::spawn(gateway::listener::run(smtp, settings, pipeline, stopped.clone()));
    server.set_listening(true);
    let outbox = tokio::spawn(outbox::worker::run(app.clone(), stopped.clone()));
    let reloading = tokio::spawn(certificates.reload_at(hangup, stopped.clone()));
    let ring = app.config.keys.ring.is_none().then(|| app.config.keys.file().to_owned());
    let rotation = tokio::spawn(rotation::watch(app.clone(), ring, stopped));
    tracing::info!(portal = app.config.portal.base(), smtp = %app.config.gateway.listen, "ready");
    if with_welcome {
        welcome::print(&app.config);
    }

    told_to_stop().await?;
    tracing::info!("stopping: running sessions may end");
    server.set_listening(false);
    stop.send_replace(true);
    site_handle.stop(true).await;
    site.await??;
    smtp.await?;
    outbox.await?;
    rotation.await?;
    reloading.await?;
    Ok(())
}

/// The certificates of the two servers, where they have one.
struct Certificates {
    gateway: Option<Arc<Certificate>>,
    http: Option<Arc<Certificate>>,
}

impl Certificates {
    fn load(config: &Config) -> anyhow::Result<Self> {
        let (gateway, http) = (&config.gateway, &config.http);
        let load = |section, chain: &Option<PathBuf>, key: &Option<PathBuf>| match (chain, key) {
            (Some(chain), Some(key)) => Certificate::load(section, chain, key).map(Some),
            _ => Ok(None),
        };
        Ok(Self {
            gateway: load("gateway", &gateway.tls_certificate, &gateway.tls_key)?,
            http: load("http", &http.tls_certificate, &http.tls_key)?,
        })
    }

    /// Reads them anew at each signal.
    async fn reload_at(self, mut hangup: Signal, mut shutdown: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                Some(()) = hangup.recv() => {}
                _ = shutdown.wait_for(|stopping| *stopping) => return,
            }
            for certificate in self.gateway.iter().chain(&self.http) {
                certificate.reload();
            }
        }
    }
}

fn run_site(
    listener: std::net::TcpListener,
    tls: Option<rustls::ServerConfig>,
    server: &web::Data<Server>,
) -> io::Result<actix_web::dev::Server> {
    let site = HttpServer::new({
        let server = server.clone();
        move || {
            let server = server.clone();
            Site::new().wrap(from_fn(api::add_headers)).configure(|config| api::routes(config, server))
        }
    })
    .disable_signals()
    .shutdown_timeout(20);
    let site = match tls {
        Some(tls) => site.listen_rustls_0_23(listener, tls)?,
        None => site.listen(listener)?,
    };
    Ok(site.run())
}

async fn listen(address: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "{setting}: another program listens on {address} already, perhaps another octothorpe: stop it, or choose \
             another port"
        ),
        io::ErrorKind::PermissionDenied => {
            anyhow::anyhow!("{setting}: listening on {address} is not permitted: choose a port above 1023")
        }
        _ => anyhow::anyhow!("{setting}: cannot listen on {address}: {error}"),
    })
}

async fn told_to_stop() -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}
