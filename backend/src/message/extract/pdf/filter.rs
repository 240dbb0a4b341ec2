//! Filters of streams (ISO 32000-1 section 7.4): those that text is behind.

use std::{borrow::Cow, io::Read as _};

use flate2::read::{DeflateDecoder, ZlibDecoder};
use weezl::{BitOrder, decode::Decoder};

use super::object::{Dictionary, Object, is_white};

/// The most filters of one stream: programs use two.
const MAX_FILTERS: usize = 8;

/// What filters may fail with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// More than may be unpacked.
    TooLarge,
    /// An image, or a filter that nobody knows.
    NoText,
}

/// Undoes the filters of a stream; of a broken one what comes before the fault. No more than `most` octets are made.
pub(super) fn undo(dictionary: &Dictionary, octets: &[u8], most: u64) -> Result<Vec<u8>, Fault> {
    let get = |long: &str, short: &str| dictionary.get(long.as_bytes()).or_else(|| dictionary.get(short.as_bytes()));
    let list = |object: Option<&Object>| match object {
        Some(Object::Array(array)) => array.clone(),
        Some(object) => vec![object.clone()],
        None => Vec::new(),
    };
    let (filters, parameters) = (list(get("Filter", "F")), list(get("DecodeParms", "DP")));
    if filters.len() > MAX_FILTERS {
        return Err(Fault::TooLarge);
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut unpacked = Cow::Borrowed(octets);
    for (number, filter) in filters.iter().enumerate() {
        let mut undone = match filter.name().unwrap_or_default() {
            b"FlateDecode" | b"Fl" => inflate(&unpacked, most),
            b"LZWDecode" | b"LZW" => {
                let early =
                    parameters.get(number).and_then(Object::dictionary).and_then(|p| p.get(&b"EarlyChange"[..]));
                lzw(&unpacked, early.and_then(Object::number) != Some(0.0), most)
            }
            b"ASCII85Decode" | b"A85" => ascii85(&unpacked),
            b"ASCIIHexDecode" | b"AHx" => hexadecimal(&unpacked),
            b"RunLengthDecode" | b"RL" => run_lengths(&unpacked, most),
            b"Crypt" => continue,
            _ => return Err(Fault::NoText),
        };
        if undone.len() > most {
            return Err(Fault::TooLarge);
        }
        if let Some(parameters) = parameters.get(number).and_then(Object::dictionary) {
            undone = unpredicted(undone, parameters);
        }
        unpacked = Cow::Owned(undone);
    }
    Ok(unpacked.into_owned())
}

/// One octet more than allowed is read, so that what is too large shows.
fn inflate(octets: &[u8], most: usize) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let limit = most as u64 + 1;
    drop(ZlibDecoder::new(octets).take(limit).read_to_end(&mut unpacked));
    if unpacked.is_empty() {
        // Without a head, or with one that is wrong.
        drop(DeflateDecoder::new(octets).take(limit).read_to_end(&mut unpacked));
        if unpacked.is_empty() && octets.len() > 2 {
            drop(DeflateDecoder::new(&octets[2..]).take(limit).read_to_end(&mut unpacked));
        }
    }
    unpacked
}

fn lzw(octets: &[u8], early: bool, most: usize) -> Vec<u8> {
    let mut decoder =
        if early { Decoder::with_tiff_size_switch(BitOrder::Msb, 8) } else { Decoder::new(BitOrder::Msb, 8) };
    let (mut unpacked, mut rest, mut buffer) = (Vec::new(), octets, [0_u8; 4_096]);
    loop {
        let result = decoder.decode_bytes(rest, &mut buffer);
        unpacked.extend_from_slice(&buffer[..result.consumed_out]);
        rest = &rest[result.consumed_in..];
        let goes_on = matches!(result.status, Ok(weezl::LzwStatus::Ok)) && result.consumed_in + result.consumed_out > 0;
        if !goes_on || unpacked.len() > most {
            return unpacked;
        }
    }
}

fn ascii85(octets: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::with_capacity(octets.len() / 5 * 4 + 4);
    let mut group = [84_u8; 5];
    let mut count = 0;
    for &octet in octets.strip_prefix(b"<~").unwrap_or(octets) {
        match octet {
            b'z' if count == 0 => unpacked.extend([0; 4]),
            b'!'..=b'u' => {
                group[count] = octet - b'!';
                count += 1;
                if count == 5 {
                    unpacked.extend(group85(group));
                    (group, count) = ([84; 5], 0);
                }
            }
            b'~' => break,
            _ => {}
        }
    }
    if count > 1 {
        unpacked.extend(&group85(group)[..count - 1]);
    }
    unpacked
}

fn group85(group: [u8; 5]) -> [u8; 4] {
    let value = group.iter().fold(0_u32, |value, &digit| value.wrapping_mul(85).wrapping_add(u32::from(digit)));
    value.to_be_bytes()
}

fn hexadecimal(octets: &[u8]) -> Vec<u8> {
    let digits: Vec<u32> =
        octets.iter().take_while(|&&octet| octet != b'>').filter_map(|&octet| char::from(octet).to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).to_le_bytes()[0]).collect()
}

fn run_lengths(octets: &[u8], most: usize) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let mut rest = octets;
    while let Some((&length, after)) = rest.split_first() {
        let length = usize::from(length);
        rest = match length {
            0..=127 => {
                let (run, after) = after.split_at(after.len().min(length + 1));
                unpacked.extend_from_slice(run);
                after
            }
            128 => return unpacked,
            _ => {
                let Some((&octet, after)) = after.split_first() else { return unpacked };
                unpacked.extend(std::iter::repeat_n(octet, 257 - length));
                after
            }
        };
        if unpacked.len() > most {
            return unpacked;
        }
    }
    unpacked
}

/// Undoes the predictors of PNG (section 7.4.4.4); that of TIFF is for images.
fn unpredicted(octets: Vec<u8>, parameters: &Dictionary) -> Vec<u8> {
    let number = |key: &str, default| parameters.get(key.as_bytes()).and_then(Object::count).unwrap_or(default);
    if number("Predictor", 1) < 10 {
        return octets;
    }
    let bits = number("Colors", 1).saturating_mul(number("BitsPerComponent", 8));
    let row_length = bits.saturating_mul(number("Columns", 1)).div_ceil(8);
    let step = bits.div_ceil(8).max(1);
    if row_length == 0 || row_length > octets.len() {
        return octets;
    }
    let mut out: Vec<u8> = Vec::with_capacity(octets.len());
    let mut above = vec![0_u8; row_length];
    for line in octets.chunks(row_length + 1) {
        let (kind, mut row) = (line[0], line[1..].to_vec());
        for at in 0..row.len() {
            let left = if at >= step { row[at - step] } else { 0 };
            let (up, corner) = (above[at], if at >= step { above[at - step] } else { 0 });
            row[at] = row[at].wrapping_add(match kind {
                1 => left,
                2 => up,
                3 => u8::midpoint(left, up),
                4 => paeth(left, up, corner),
                _ => 0,
            });
        }
        out.extend_from_slice(&row);
        row.resize(row_length, 0);
        above = row;
    }
    out
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let (pa, pb, pc) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    if pa <= pb && pa <= pc {
        left
    } else if pb <= pc {
        up
    } else {
        corner
    }
}

/// Where a stream's octets end that does not say so, or not rightly.
pub(super) fn end_of_stream(octets: &[u8], start: usize, length: Option<usize>) -> usize {
    let ends_at = |end: usize| {
        let rest = octets.get(end..).unwrap_or_default();
        let blanks = rest.iter().take(4).take_while(|&&octet| is_white(octet)).count();
        rest[blanks..].starts_with(b"endstream")
    };
    if let Some(end) = length.and_then(|length| start.checked_add(length)).filter(|&end| ends_at(end)) {
        return end;
    }
    let rest = octets.get(start..).unwrap_or_default();
    memchr::memmem::find(rest, b"endstream").map_or(octets.len(), |length| start + length)
}

#[cfg(test)]
mod tests;
