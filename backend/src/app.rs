//! What is passed around: settings, clock, store, keys, and the ways out.

use std::{ops::Deref, sync::Arc};

use tokio::sync::Semaphore;

use crate::{
    accounts::throttle::Throttle,
    clock::SharedClock,
    config::Config,
    intake,
    mail::{capture::Capture, next_hop::NextHop},
    outbox::{self, Wake, handover::Handover, reach::Reach},
    policy,
    seal::Seal,
    store::Store,
};

/// The parts of the running program. A clone is another handle on the same.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// See [`App`].
pub struct Parts {
    /// The settings.
    pub config: Config,
    /// The time.
    pub clock: SharedClock,
    /// The database.
    pub store: Store,
    /// The keys.
    pub seal: Seal,
    /// Takes whatever leaves.
    pub next_hop: Arc<dyn NextHop>,
    /// The demo's mailbox, where that is the next hop.
    pub capture: Option<Capture>,
    /// Wakes the workers of the outbox.
    pub wake: Wake,
    /// The way to the workers for jobs that begin at once.
    pub handover: Handover,
    /// Whether the next hop can be reached.
    pub reach: Reach,
    /// Turns of the jobs that hold a large mail in memory.
    pub large_mails: Semaphore,
    /// Turns of the large mails that are judged.
    pub judging: Arc<Semaphore>,
    /// Wrong logins by SMTP.
    pub logins: Throttle,
    /// The settings that verdicts depend on.
    pub rules: policy::Rules,
}

impl App {
    /// Puts the parts together.
    pub fn new(
        config: Config,
        clock: SharedClock,
        store: Store,
        seal: Seal,
        next_hop: Arc<dyn NextHop>,
        capture: Option<Capture>,
    ) -> Self {
        let rules = policy::Rules {
            organisation: config.organisation.clone(),
            subject_tags: shared::rules::SubjectTags::new(config.rules.subject_tags.clone()),
            subject_findings: config.gateway.subject_findings,
            encrypted_archives: config.rules.encrypted_archives,
            custom: policy::CustomRules::new(config.rules.custom.clone()),
        };
        let (wake, reach, logins) = (Wake::default(), Reach::default(), Throttle::default());
        let handover = Handover::default();
        let large_mails = Semaphore::new(outbox::LARGE_AT_ONCE);
        let judging = Arc::new(Semaphore::new(intake::LARGE_AT_ONCE));
        Self(Arc::new(Parts {
            config,
            clock,
            store,
            seal,
            next_hop,
            capture,
            wake,
            handover,
            reach,
            large_mails,
            judging,
            logins,
            rules,
        }))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
