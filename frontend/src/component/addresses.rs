//! Addresses in one field, with commas between them.

/// The addresses as written, with or without names (`Anna Smith <anna@example.org>`).
pub fn split(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    let (mut quoted, mut inside) = (false, false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '<' => inside = true,
            '>' => inside = false,
            _ => {}
        }
        if matches!(c, ',' | ';' | '\n') && !quoted && !inside {
            found.push(std::mem::take(&mut current));
        } else {
            current.push(c);
        }
    }
    found.push(current);
    found.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// The address itself, without a name.
pub fn bare(written: &str) -> &str {
    match written.strip_suffix('>').and_then(|front| front.rsplit_once('<')) {
        Some((_, address)) => address,
        None => written,
    }
}
