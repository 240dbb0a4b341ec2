//! The trace field in front of relayed mail (RFC 5321 section 4.4), and mail loops.

use chrono::{DateTime, Utc};

use crate::{intake::outcome::Client, message::Headers};

/// So many trace fields in all (RFC 5321 section 6.3), or so many of ours, are a loop.
const MOST: usize = 100;
const MOST_OF_OURS: usize = 3;

/// A Received field with its CRLF; without `for`, which would tell one recipient of another.
pub fn received_field(client: &Client, hostname: &str, id: &str, now: DateTime<Utc>) -> String {
    let protocol = match (client.extended, client.tls, client.authenticated.is_some()) {
        (false, _, _) => "SMTP",
        (true, false, _) => "ESMTP",
        (true, true, false) => "ESMTPS",
        (true, true, true) => "ESMTPSA",
    };
    let literal = match client.ip {
        std::net::IpAddr::V4(ip) => format!("[{ip}]"),
        std::net::IpAddr::V6(ip) => format!("[IPv6:{ip}]"),
    };
    format!(
        "Received: from {} ({literal})\r\n\tby {hostname} (Octothorpe) with {protocol} id {id};\r\n\t{}\r\n",
        client.helo,
        now.to_rfc2822()
    )
}

/// Whether a mail has come round too often.
pub fn is_loop(headers: &Headers, hostname: &str) -> bool {
    let ours = format!("by {hostname} (Octothorpe)");
    let fields: Vec<&str> = headers.values("received").collect();
    fields.len() >= MOST
        || fields.iter().filter(|field| field.replace('\t', " ").contains(&ours)).count() >= MOST_OF_OURS
}
