//! How fast messages are sealed and opened, beside the cipher crate's own bulk rate and OpenSSL, in one run.
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::{
    hint::black_box,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{AeadInOut as _, inout::InOutBuf},
};
use chrono::DateTime;
use octothorpe::{
    id::MessageId,
    seal::{Holder, KeyRing, MessageOpener, MessageSealer, Seal, SealedChunk, chunk_count},
};

const MESSAGE_LEN: usize = 16 << 20;
const BULK_LEN: usize = 1 << 20;
const ROUNDS: usize = 15;

fn main() -> anyhow::Result<()> {
    let id = MessageId::from(uuid::Uuid::from_u128(1));
    let seal = Seal::new(KeyRing::generate(DateTime::UNIX_EPOCH));
    let sealer = seal.new_message(id);
    let opener = seal.open_message(id, Holder::Sender, &sealer.wrap(Holder::Sender)?)?;
    let content: Vec<u8> = (0..=250).cycle().take(MESSAGE_LEN).collect();
    let chunks: Vec<_> = sealer.chunks(&content).collect();
    let mut bulk = Bulk::new(BULK_LEN);
    let mut large = Bulk::new(MESSAGE_LEN);

    // They take turns, so that a slow moment of the machine meets them all.
    let mut times: [Vec<Duration>; 6] = Default::default();
    for _ in 0..ROUNDS {
        let (bulk, large) = (bulk.run()?, large.run()?);
        let now = [bulk.0, bulk.1, large.0, large.1, time_sealing(&sealer, &content), time_opening(&opener, &chunks)?];
        for (times, time) in times.iter_mut().zip(now) {
            times.push(time);
        }
    }
    let [bulk_encrypt, bulk_decrypt, large_encrypt, large_decrypt, sealing, opening] =
        times.map(|times| rate(times, MESSAGE_LEN));

    println!(
        "XChaCha20-Poly1305, one shot of 1 MiB:   encrypt {bulk_encrypt:6.0} MB/s   decrypt {bulk_decrypt:6.0} MB/s"
    );
    println!("a message of 16 MiB, chunk by chunk:     seal    {sealing:6.0} MB/s   open    {opening:6.0} MB/s");
    println!(
        "ratio (aim: at least 0.90):              seal    {:6.2}        open    {:6.2}",
        sealing / bulk_encrypt,
        opening / bulk_decrypt
    );
    // A message does not lie in the processor's cache as one MiB does that is encrypted again and again.
    println!(
        "XChaCha20-Poly1305, 16 MiB in such shots: encrypt {large_encrypt:5.0} MB/s   decrypt {large_decrypt:6.0} MB/s"
    );
    println!(
        "ratio to that:                           seal    {:6.2}        open    {:6.2}",
        sealing / large_encrypt,
        opening / large_decrypt
    );
    match openssl() {
        Ok(openssl) => println!(
            "OpenSSL chacha20-poly1305, 64 KiB:               {openssl:6.0} MB/s   ratio of sealing {:.2}",
            sealing / openssl
        ),
        Err(error) => println!("OpenSSL chacha20-poly1305: not measured: {error:#}"),
    }
    Ok(())
}

/// The cipher crate by itself, in place.
struct Bulk {
    cipher: XChaCha20Poly1305,
    buffer: Vec<u8>,
}

impl Bulk {
    fn new(len: usize) -> Self {
        Self { cipher: XChaCha20Poly1305::new(&[7; 32].into()), buffer: vec![7; len] }
    }

    /// As many octets as a message has: how long encrypting and decrypting take.
    fn run(&mut self) -> anyhow::Result<(Duration, Duration)> {
        let (mut encrypting, mut decrypting) = (Duration::ZERO, Duration::ZERO);
        for number in 0..MESSAGE_LEN / self.buffer.len() {
            let nonce = [u8::try_from(number)?; 24];
            let start = Instant::now();
            let mut tags = Vec::new();
            for shot in self.buffer.chunks_mut(BULK_LEN) {
                tags.push(self.cipher.encrypt_inout_detached(&nonce.into(), b"", InOutBuf::from(shot))?);
            }
            let encrypted = Instant::now();
            for (shot, tag) in self.buffer.chunks_mut(BULK_LEN).zip(&tags) {
                self.cipher.decrypt_inout_detached(&nonce.into(), b"", InOutBuf::from(shot), tag)?;
            }
            decrypting += encrypted.elapsed();
            encrypting += encrypted - start;
        }
        Ok((encrypting, decrypting))
    }
}

fn time_sealing(sealer: &MessageSealer, content: &[u8]) -> Duration {
    let start = Instant::now();
    for chunk in sealer.chunks(content) {
        black_box(chunk.as_bytes());
    }
    start.elapsed()
}

fn time_opening(opener: &MessageOpener, chunks: &[SealedChunk]) -> anyhow::Result<Duration> {
    let start = Instant::now();
    for (number, chunk) in (0..).zip(chunks) {
        black_box(&*opener.chunk(number, chunk_count(MESSAGE_LEN), chunk)?);
    }
    Ok(start.elapsed())
}

/// MB/s of the median round.
#[expect(clippy::cast_precision_loss, reason = "a rate needs no more than a few digits")]
fn rate(mut times: Vec<Duration>, len: usize) -> f64 {
    times.sort();
    len as f64 / 1e6 / times[times.len() / 2].as_secs_f64()
}

/// MB/s of OpenSSL's own benchmark. Its last line ends in thousands of octets a second: `ChaCha20-Poly1305 3683012.10k`.
fn openssl() -> anyhow::Result<f64> {
    let arguments = ["speed", "-seconds", "1", "-bytes", "65536", "-evp", "chacha20-poly1305"];
    let output = Command::new("openssl").args(arguments).output().context("openssl cannot be run")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().context("openssl printed nothing")?;
    let thousands =
        last.rsplit(' ').next().and_then(|word| word.strip_suffix('k')).context("openssl printed no rate")?;
    Ok(thousands.parse::<f64>()? / 1e3)
}
