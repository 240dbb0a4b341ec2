//! The recipients that a call names, of those that a message has.

use shared::{EmailAddress, api::problem::FieldError};

use crate::{
    api::{Error, Result, Server},
    id::MessageId,
    store::{deliveries, lifecycle::Recipients},
};

/// All where none are named; else the named ones, each of which must be a recipient.
pub async fn recipients(server: &Server, id: MessageId, named: Option<Vec<String>>) -> Result<Recipients> {
    match named {
        None => Ok(Recipients::All),
        Some(addresses) if addresses.is_empty() => {
            Err(Error::field("recipients", "missing", "Name at least one, or leave it out for all."))
        }
        Some(addresses) => Ok(Recipients::Some(parse(server, id, &addresses).await?)),
    }
}

async fn parse(server: &Server, id: MessageId, addresses: &[String]) -> Result<Vec<EmailAddress>> {
    let known = server.app.store.read(move |conn| deliveries::list_of(conn, id)).await?;
    let (mut parsed, mut errors) = (Vec::new(), Vec::new());
    for (index, text) in addresses.iter().enumerate() {
        match text.parse::<EmailAddress>() {
            Ok(address) if known.iter().any(|delivery| delivery.recipient == address) => parsed.push(address),
            Ok(_) | Err(_) => errors.push(FieldError {
                field: format!("recipients[{index}]"),
                code: "unknown".to_owned(),
                message: "This is no recipient of the message.".to_owned(),
            }),
        }
    }
    if errors.is_empty() { Ok(parsed) } else { Err(Error::fields(errors)) }
}
