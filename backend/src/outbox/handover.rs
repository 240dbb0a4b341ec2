//! Jobs that begin as soon as they are committed. They are leased by the transaction that writes them, so that no other
//! has to look for them; who finds no place here waits in the table like any other.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::Job;
use crate::store::outbox::{self, LeaseOwner};

/// So many such jobs run side by side.
const AT_ONCE: usize = 16;

/// The way from whoever writes jobs to the worker, open while that runs.
#[derive(Default)]
pub struct Handover(Mutex<Option<Door>>);

#[derive(Clone)]
struct Door {
    owner: LeaseOwner,
    places: Arc<Semaphore>,
    begun: mpsc::UnboundedSender<Begun>,
}

/// A place for one job.
pub struct Place {
    door: Door,
    permit: OwnedSemaphorePermit,
}

/// A job that was written with a lease, and is to run once that is committed. Dropped instead, it gives its place free.
pub struct Begun {
    pub(super) row: outbox::Job,
    pub(super) job: Job,
    pub(super) place: Place,
}

impl Handover {
    /// Opens the way to the worker of this name.
    pub(super) fn open(&self, owner: LeaseOwner) -> mpsc::UnboundedReceiver<Begun> {
        let (begun, jobs) = mpsc::unbounded_channel();
        let door = Door { owner, places: Arc::new(Semaphore::new(AT_ONCE)), begun };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(door);
        jobs
    }

    /// Nothing is handed over any more.
    pub(super) fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// A place, if one is free.
    pub(super) fn place(&self) -> Option<Place> {
        let door = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let permit = Arc::clone(&door.places).try_acquire_owned().ok()?;
        Some(Place { door, permit })
    }
}

impl Place {
    /// Whose lease the job is to bear.
    pub(super) fn owner(&self) -> &LeaseOwner {
        &self.door.owner
    }

    /// What must live as long as the job runs.
    pub(super) fn into_permit(self) -> OwnedSemaphorePermit {
        self.permit
    }
}

impl Begun {
    /// The job is committed: it may run.
    pub fn go(self) {
        let begun = self.place.door.begun.clone();
        // A worker that has stopped meanwhile takes nothing: the lease runs out, and the job is found in the table.
        drop(begun.send(self));
    }
}
