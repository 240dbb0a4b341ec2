//! Rotation's view of the store: what depends on an old key, in batches, and its replacement. Each replacement is
//! guarded by the old bytes, so that what was destroyed meanwhile stays destroyed.

use diesel::prelude::*;

use super::{
    Connection, Error,
    schema::{deliveries, drafts, messages, outbox},
};
use crate::{
    id::{DeliveryId, DraftId, JobId, MessageId},
    seal::{KeyId, SealedRecord, Wrap},
};

/// A place where something depends on a key: its list query and its replacement.
macro_rules! place {
    (
        $(#[$doc:meta])* $list:ident -> ($id:ty $(, $extra:ty = $extra_column:path)?) $kind:ident,
        $replace:ident, $table:ident . $bytes:ident / $key:ident
    ) => {
        $(#[$doc])*
        ///
        /// At most `limit`, in the order of their ids, behind `after`.
        pub fn $list(
            conn: &mut Connection,
            key: &KeyId,
            after: Option<$id>,
            limit: i64,
        ) -> Result<Vec<($id, $($extra,)? $kind)>, Error> {
            let mut query = $table::table
                .filter($table::$key.eq(key))
                .order($table::id)
                .limit(limit)
                .select(($table::id, $($extra_column,)? $table::$bytes.assume_not_null()))
                .into_boxed();
            if let Some(after) = after {
                query = query.filter($table::id.gt(after));
            }
            let rows: Vec<($id, $($extra,)? Vec<u8>)> = query.load(conn)?;
            Ok(rows.into_iter().map(place!(@row $kind, key $(, $extra)?)).collect())
        }

        /// Replaces it, if it is still `old`. Answers whether it was.
        pub fn $replace(conn: &mut Connection, id: $id, old: &[u8], new: &$kind) -> Result<bool, Error> {
            let unchanged = $table::table.find(id).filter($table::$bytes.eq(old));
            Ok(diesel::update(unchanged)
                .set(($table::$bytes.eq(&new.bytes), $table::$key.eq(&new.key_id)))
                .execute(conn)?
                == 1)
        }
    };
    (@row $kind:ident, $key:ident) => {
        |(id, bytes)| (id, $kind { key_id: *$key, bytes })
    };
    (@row $kind:ident, $key:ident, $extra:ty) => {
        |(id, extra, bytes)| (id, extra, $kind { key_id: *$key, bytes })
    };
}

place!(
    /// Wraps of deliveries.
    list_deliveries -> (DeliveryId, MessageId = deliveries::message_id) Wrap,
    replace_delivery, deliveries.wrap / key_id
);
place!(
    /// Tickets that still have to be sent.
    list_tickets -> (DeliveryId) SealedRecord,
    replace_ticket, deliveries.sealed_ticket / ticket_key_id
);
place!(
    /// What reports must say.
    list_reports -> (DeliveryId) SealedRecord,
    replace_report, deliveries.sealed_report / report_key_id
);
place!(
    /// Wraps of senders.
    list_senders -> (MessageId) Wrap,
    replace_sender, messages.sender_wrap / sender_key_id
);
place!(
    /// Wraps of jobs.
    list_jobs -> (JobId, Option<MessageId> = outbox::message_id) Wrap,
    replace_job, outbox.wrap / wrap_key_id
);
place!(
    /// Payloads of jobs.
    list_payloads -> (JobId) SealedRecord,
    replace_payload, outbox.sealed_payload / payload_key_id
);
place!(
    /// Covers.
    list_covers -> (MessageId) SealedRecord,
    replace_cover, messages.sealed_cover / cover_key_id
);
place!(
    /// Drafts.
    list_drafts -> (DraftId) SealedRecord,
    replace_draft, drafts.sealed_content / key_id
);
