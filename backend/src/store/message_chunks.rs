//! The content of messages, in sealed chunks.

use diesel::prelude::*;

use super::{Connection, Error, dialect::on_either, schema::message_chunks};
use crate::{id::MessageId, seal::SealedChunk};

/// Adds the chunk `number`, counted from 0.
pub fn insert(conn: &mut Connection, message_id: MessageId, number: u32, sealed: &SealedChunk) -> Result<(), Error> {
    let row = diesel::insert_into(message_chunks::table).values((
        message_chunks::message_id.eq(message_id),
        message_chunks::number.eq(column(number)),
        message_chunks::sealed.eq(sealed),
    ));
    on_either!(conn, row.execute(conn))?;
    Ok(())
}

/// The chunks numbered `from` up to and without `to`, in order.
pub fn get_range(conn: &mut Connection, message_id: MessageId, from: u32, to: u32) -> Result<Vec<SealedChunk>, Error> {
    let chunks: Vec<SealedChunk> = message_chunks::table
        .filter(message_chunks::message_id.eq(message_id))
        .filter(message_chunks::number.ge(column(from)))
        .filter(message_chunks::number.lt(column(to)))
        .order(message_chunks::number)
        .select(message_chunks::sealed)
        .load(conn)?;
    // A gap would shift every later chunk.
    if chunks.len() == to.saturating_sub(from) as usize { Ok(chunks) } else { Err(Error::NotFound) }
}

/// Deletes a message's content.
pub fn delete_of(conn: &mut Connection, message_id: MessageId) -> Result<usize, Error> {
    Ok(diesel::delete(message_chunks::table.filter(message_chunks::message_id.eq(message_id))).execute(conn)?)
}

/// A chunk's number as its column holds it.
fn column(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
