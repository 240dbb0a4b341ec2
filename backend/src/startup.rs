//! Building the program from its settings, running it, stopping it in order.

use std::{fs, io, net::SocketAddr, path::Path, sync::Arc};

use actix_web::{App as Site, HttpServer, middleware::from_fn, web};
use anyhow::{Context as _, bail};
use metrics_exporter_prometheus::PrometheusBuilder;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use secrecy::ExposeSecret as _;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    accounts,
    api::{self, Server},
    app::App,
    clock::{SharedClock, SystemClock},
    config::{Config, Transport},
    gateway,
    intake::Pipeline,
    mail::{capture::Capture, mailer::Mailer, next_hop::NextHop, tls},
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
    let (mailer, next_hop) = ways_out(&config, &clock)?;
    Ok(App::new(config, clock, store, Seal::new(ring), mailer, next_hop))
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

fn ways_out(config: &Config, clock: &SharedClock) -> anyhow::Result<(Mailer, Arc<dyn NextHop>)> {
    match config.mail.transport {
        Transport::Capture => {
            let folder = config.mailbox_dir();
            let capture = Capture::new(&folder, Arc::clone(clock))
                .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
            Ok((Mailer::Capture(capture.clone()), Arc::new(capture)))
        }
        Transport::Smtp => {
            let relay = config.mail.relay_url()?.context("mail.relay must be set")?;
            let hostname = &config.gateway.hostname;
            let mailer = Mailer::smtp(&relay, hostname).context("mail.relay")?;
            let (verified, any) = (tls::verifying()?, tls::opportunistic()?);
            Ok((mailer, Arc::new(gateway::relay::Relay::new(relay, hostname.clone(), verified, any))))
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
    let http = listen(config.http.listen, "http.listen").await?.into_std()?;
    let settings = Arc::new(gateway_settings(&config)?);
    let http_tls = match (&config.http.tls_certificate, &config.http.tls_key) {
        (Some(certificate), Some(key)) => Some(server_tls(certificate, key, "http")?),
        _ => None,
    };
    let metrics = PrometheusBuilder::new().install_recorder().ok();
    let app = build(config, Arc::new(SystemClock)).await?;
    accounts::password::warm_up();

    let (stop, stopped) = watch::channel(false);
    let server = web::Data::new(Server::new(app.clone(), metrics));
    let site = HttpServer::new({
        let server = server.clone();
        move || {
            let server = server.clone();
            Site::new().wrap(from_fn(api::add_headers)).configure(|config| api::routes(config, server))
        }
    })
    .disable_signals()
    .shutdown_timeout(20);
    let site = match http_tls {
        Some(tls) => site.listen_rustls_0_23(http, tls)?,
        None => site.listen(http)?,
    }
    .run();
    let site_handle = site.handle();
    let site = tokio::spawn(site);
    let smtp = tokio::spawn(gateway::listener::run(smtp, settings, Arc::new(Pipeline(app.clone())), stopped.clone()));
    server.set_listening(true);
    let outbox = tokio::spawn(outbox::worker::run(app.clone(), stopped.clone()));
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
    Ok(())
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

fn gateway_settings(config: &Config) -> anyhow::Result<gateway::Settings> {
    let gateway = &config.gateway;
    let mut settings = gateway::Settings::new(
        gateway.hostname.clone(),
        gateway.max_size,
        gateway.memory_limit,
        gateway.trusted_networks.clone(),
    );
    if let (Some(certificate), Some(key)) = (&gateway.tls_certificate, &gateway.tls_key) {
        settings.tls = Some(Arc::new(server_tls(certificate, key, "gateway")?));
    }
    Ok(settings)
}

fn server_tls(certificate: &Path, key: &Path, section: &str) -> anyhow::Result<rustls::ServerConfig> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("{section}.tls_certificate: {} cannot be read", certificate.display()))?;
    let private = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("{section}.tls_key: {} cannot be read", key.display()))?;
    rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .with_context(|| format!("{section}.tls_certificate and {section}.tls_key do not fit together"))
}

async fn told_to_stop() -> io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}
