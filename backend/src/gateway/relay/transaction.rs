//! One mail over one connection. Where the server announces PIPELINING, the commands up to DATA leave together and
//! their replies are read after them (RFC 2920); DATA waits for these where the mail may not be wanted after all.

use super::{
    patience::Patience,
    wire::{Capabilities, Wire},
};
use crate::{
    intake::{
        envelope::{Envelope, Recipient},
        outcome::HopReply,
    },
    mail::next_hop::{Handed, HopError, Mode, Passing, RecipientOutcome, TOO_MANY},
};

/// Octets of commands that leave together: less than any system takes while the other side waits to be read from (RFC
/// 2920 section 3.1).
const FLIGHT: usize = 8 * 1024;

/// Why a transaction came to no end.
#[derive(Debug)]
pub(super) enum Broken {
    /// The connection had been idle and was closed: the server saw nothing of the mail.
    Stale,
    /// The connection had served other mails, and the server puts this one off before it has seen more of it than its
    /// sender: servers that take so many mails a connection, or for so long, say so in this way.
    Worn(HopReply),
    /// Something else.
    Hop(HopError),
}

impl From<HopError> for Broken {
    fn from(error: HopError) -> Self {
        Self::Hop(error)
    }
}

/// Hands a mail on. On a connection that was used before, the server is first brought back to the start.
pub(super) async fn run(
    wire: &mut Wire,
    envelope: &Envelope,
    mail: &Passing,
    how: (Mode, Patience),
    was_idle: bool,
) -> Result<Handed, Broken> {
    if let Some(refusal) = unfit(envelope, mail, wire.capabilities) {
        return Ok(Handed::None(refusal));
    }
    let (mode, patience) = how;
    let plan = Plan::new(envelope, mail.len(), wire.capabilities, mode, was_idle);
    let replies = plan.carry_out(wire, patience, was_idle).await?;
    Ok(conclude(wire, &plan, replies, mail, how).await?)
}

/// What has to be said, in order.
struct Plan<'a> {
    commands: Vec<String>,
    /// Where MAIL stands.
    mail: usize,
    /// The recipients, and where their RCPT stands; none where the server cannot take the address.
    recipients: Vec<(&'a Recipient, Option<usize>)>,
    /// Whether DATA comes last.
    has_data: bool,
}

impl<'a> Plan<'a> {
    fn new(envelope: &'a Envelope, size: usize, capabilities: Capabilities, mode: Mode, was_idle: bool) -> Self {
        let mut commands = Vec::with_capacity(envelope.recipients.len() + 3);
        if was_idle {
            commands.push("RSET".to_owned());
        }
        let mail = commands.len();
        commands.push(mail_command(envelope, capabilities, size));
        let mut recipients = Vec::with_capacity(envelope.recipients.len());
        for recipient in &envelope.recipients {
            let is_writable = capabilities.smtputf8 || recipient.address.written().is_ascii();
            recipients.push((recipient, is_writable.then_some(commands.len())));
            if is_writable {
                commands.push(rcpt_command(recipient, capabilities));
            }
        }
        // Once DATA is open, nothing but the end of the connection takes the mail back from those who were taken.
        let may_be_mixed = mode == Mode::WholeOrNothing && recipients.len() > 1;
        let has_data = capabilities.pipelining && commands.len() > mail + 1 && !may_be_mixed;
        if has_data {
            commands.push("DATA".to_owned());
        }
        Self { commands, mail, recipients, has_data }
    }

    /// Says it all, and hears as many replies; fewer where MAIL is refused before the rest has left.
    async fn carry_out(&self, wire: &mut Wire, patience: Patience, was_idle: bool) -> Result<Vec<HopReply>, Broken> {
        let mut replies: Vec<HopReply> = Vec::with_capacity(self.commands.len());
        while replies.len() < self.commands.len() {
            let flight = flight(&self.commands[replies.len()..], wire.capabilities.pipelining);
            let broken = |error, heard: usize| if was_idle && heard == 0 { Broken::Stale } else { Broken::Hop(error) };
            wire.say(flight, patience.command()).await.map_err(|error| broken(error, replies.len()))?;
            for _ in flight {
                let is_data = self.has_data && replies.len() + 1 == self.commands.len();
                let bound = if is_data { patience.data() } else { patience.command() };
                let reply = wire.reply(bound).await.map_err(|error| broken(error, replies.len()))?;
                // Whatever it says to RSET but yes, it wants to end.
                if was_idle && replies.is_empty() && !reply.is_yes() {
                    return Err(Broken::Stale);
                }
                if was_idle && replies.len() == self.mail && reply.is_temporary() {
                    return Err(Broken::Worn(reply));
                }
                // One recipient's may be that recipient's.
                let is_rcpt = replies.len() > self.mail && !is_data;
                replies.push(if is_rcpt && reply.code >= 500 { reply } else { of_the_mail(reply, is_data)? });
            }
            if replies.get(self.mail).is_some_and(|reply| !reply.is_yes()) {
                break;
            }
        }
        if let Some(rcpts) = replies.get(self.mail + 1..self.mail + 1 + self.written())
            && let Some(first) = rcpts.first()
            && rcpts.iter().all(|reply| of_the_mail(reply.clone(), false).is_err())
        {
            of_the_mail(first.clone(), false)?;
        }
        Ok(replies)
    }

    /// How many recipients are asked for.
    fn written(&self) -> usize {
        self.recipients.iter().filter(|(_, at)| at.is_some()).count()
    }

    fn outcomes(&self, replies: &[HopReply]) -> Vec<RecipientOutcome> {
        let unwritable = || HopReply { code: 553, text: "5.6.7 The next server does not take this address".to_owned() };
        self.recipients
            .iter()
            .map(|(recipient, at)| {
                let reply = at.map_or_else(unwritable, |at| one_of_too_many(replies[at].clone()));
                RecipientOutcome { recipient: (*recipient).clone(), reply }
            })
            .collect()
    }
}

/// Servers of old refuse for good what is one recipient too many for this mail (RFC 5321 section 4.5.3.1.10).
fn one_of_too_many(reply: HopReply) -> HopReply {
    let is_too_many =
        reply.text.starts_with("5.5.3") || reply.text.to_ascii_lowercase().contains("too many recipients");
    if reply.code == 552 && is_too_many { HopReply { code: TOO_MANY, ..reply } } else { reply }
}

/// The answer, unless it says nothing of the mail: the server serves nobody (RFC 7504), it wants another login than the one
/// it was given (RFC 4954), or it is out of step. Whoever runs the servers will mend that, and no mail is lost for it.
fn of_the_mail(reply: HopReply, is_data: bool) -> Result<HopReply, HopError> {
    match reply.code {
        521 | 530 | 534 | 535 | 538 => Err(HopError::ServesNobody),
        300..400 if !is_data => Err(HopError::BrokenWithin),
        _ => Ok(reply),
    }
}

/// As many commands as may leave together.
fn flight(commands: &[String], pipelining: bool) -> &[String] {
    if !pipelining {
        return &commands[..1];
    }
    let mut octets = 0;
    let fit = commands.iter().take_while(|command| {
        octets += command.len() + 2;
        octets <= FLIGHT
    });
    &commands[..fit.count().max(1)]
}

/// What the replies come to; the mail itself is sent if it may be.
async fn conclude(
    wire: &mut Wire,
    plan: &Plan<'_>,
    replies: Vec<HopReply>,
    mail: &Passing,
    (mode, patience): (Mode, Patience),
) -> Result<Handed, HopError> {
    let data = if plan.has_data && replies.len() == plan.commands.len() { replies.last() } else { None };
    let is_open = data.is_some_and(|reply| reply.code == 354);
    if !replies[plan.mail].is_yes() {
        // A server that takes DATA after it refused MAIL is out of step.
        if is_open {
            wire.abandon();
        }
        return Ok(Handed::None(replies[plan.mail].clone()));
    }
    let mut outcomes = plan.outcomes(&replies);
    let taken = outcomes.iter().filter(|outcome| outcome.reply.is_yes()).count();
    if taken == 0 {
        if is_open {
            // An empty mail to nobody keeps the two in step (RFC 2920 section 3.1).
            wire.data("", b"", patience).await?;
        }
        let is_one_by_one = mode == Mode::Each && outcomes.len() > 1;
        return Ok(if is_one_by_one { Handed::Mixed(outcomes) } else { Handed::None(worst(&outcomes)) });
    }
    let all = taken == outcomes.len();
    if !all && mode == Mode::WholeOrNothing {
        if !wire.command("RSET", patience.command()).await.is_ok_and(|reply| reply.is_yes()) {
            wire.abandon();
        }
        return Ok(Handed::Mixed(outcomes));
    }
    let go = match data {
        Some(reply) => reply.clone(),
        None => of_the_mail(wire.command("DATA", patience.data()).await?, true)?,
    };
    let reply = match go.code {
        354 => of_the_mail(wire.data(&mail.trace, &mail.mail, patience).await?, false)?,
        400..600 => go,
        _ => return Err(HopError::BrokenWithin),
    };
    if all {
        return Ok(if reply.is_yes() { Handed::All(reply) } else { Handed::None(reply) });
    }
    for outcome in outcomes.iter_mut().filter(|outcome| outcome.reply.is_yes()) {
        outcome.reply = reply.clone();
    }
    Ok(Handed::Mixed(outcomes))
}

/// Why this server cannot take the mail at all, so that it is not even asked. Nothing is converted on the way: a mail
/// arrives as it was sent, or comes back.
fn unfit(envelope: &Envelope, mail: &Passing, capabilities: Capabilities) -> Option<HopReply> {
    let refusal = |code, text: &str| Some(HopReply { code, text: text.to_owned() });
    if capabilities.max_size.is_some_and(|most| most > 0 && mail.len() as u64 > most) {
        return refusal(552, "5.3.4 Too large for the next server");
    }
    // RFC 6531 section 3.2: the sender's address, or the header, needs what the server does not know.
    let sender_is_ascii = envelope.sender.as_ref().is_none_or(|sender| sender.written().is_ascii());
    if !capabilities.smtputf8 && (!sender_is_ascii || envelope.smtputf8 && !mail.has_ascii_header()) {
        return refusal(550, "5.6.7 The next server does not take international mail");
    }
    // RFC 6152 section 3.
    if envelope.eight_bit && !capabilities.eight_bit && !mail.is_ascii() {
        return refusal(554, "5.6.3 The next server takes 7-bit mail only, and nothing is converted here");
    }
    None
}

/// A 4xx if there is one, so that the client tries again; else the first 5xx.
fn worst(outcomes: &[RecipientOutcome]) -> HopReply {
    let replies = || outcomes.iter().map(|outcome| &outcome.reply);
    replies()
        .find(|reply| reply.is_temporary())
        .or_else(|| replies().next())
        .cloned()
        .unwrap_or(HopReply { code: 451, text: "4.3.0 No recipients".to_owned() })
}

fn mail_command(envelope: &Envelope, capabilities: Capabilities, size: usize) -> String {
    let sender = envelope.sender.as_ref().map_or("", |address| address.written());
    let mut command = format!("MAIL FROM:<{sender}>");
    if capabilities.max_size.is_some() {
        append(&mut command, "SIZE", &size.to_string());
    }
    if capabilities.eight_bit && envelope.eight_bit {
        command.push_str(" BODY=8BITMIME");
    }
    if capabilities.smtputf8 && envelope.smtputf8 {
        command.push_str(" SMTPUTF8");
    }
    if capabilities.dsn {
        for (name, value) in [("RET", &envelope.ret), ("ENVID", &envelope.envid)] {
            if let Some(value) = value {
                append(&mut command, name, value);
            }
        }
    }
    command
}

/// Adds a parameter.
fn append(command: &mut String, name: &str, value: &str) {
    command.extend([" ", name, "=", value]);
}

fn rcpt_command(recipient: &Recipient, capabilities: Capabilities) -> String {
    let mut command = format!("RCPT TO:<{}>", recipient.address.written());
    if capabilities.dsn {
        for (name, value) in [("NOTIFY", &recipient.notify), ("ORCPT", &recipient.orcpt)] {
            if let Some(value) = value {
                append(&mut command, name, value);
            }
        }
    }
    command
}
