//! Every word that people read. A language is one file in `languages`; the build scripts of the backend and of the
//! frontend turn them into Rust, and fail where a language misses a word. The texts of the pages are files beside the
//! bundle, so that a browser loads one language.

mod check;
mod file;
mod write;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use file::File;

/// Who reads the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The pages in the browser: constants and functions that follow the language of the page.
    Page,
    /// The server, which speaks to each in their own language: one type a section, made of a language.
    Server,
}

/// The whole of a build script: writes `words.rs` into `OUT_DIR`, or says what is wrong with the files.
#[allow(clippy::print_stdout, reason = "a build script speaks to cargo in this way")]
#[allow(clippy::disallowed_methods, reason = "cargo tells a build script by the environment where to write")]
pub fn build(reader: Reader) -> ExitCode {
    let folder = folder();
    println!("cargo::rerun-if-changed={}", folder.display());
    let made = read(&folder).and_then(|files| {
        let target = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("words.rs");
        fs::write(&target, write::all(&files, reader)).map_err(|error| vec![format!("{}: {error}", target.display())])
    });
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(faults) => {
            for fault in faults {
                println!("cargo::error={fault}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Writes what the pages load, `words-<code>.txt` and `writing-<code>.txt` for each language, or says what is wrong.
pub fn write_for_pages(target: &Path) -> Result<(), Vec<String>> {
    let files = read(&folder())?;
    for (file, texts) in files.iter().zip(write::texts(&files)) {
        for (name, texts) in [("words", texts.reading), ("writing", texts.writing)] {
            let path = target.join(format!("{name}-{}.txt", file.code));
            fs::write(&path, texts).map_err(|error| vec![format!("{}: {error}", path.display())])?;
        }
    }
    Ok(())
}

/// Where the languages are.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("languages")
}

/// All languages, English first and the others by their code; or everything that is wrong with them.
fn read(folder: &Path) -> Result<Vec<File>, Vec<String>> {
    let unreadable = |path: &Path, error: std::io::Error| vec![format!("{}: {error}", path.display())];
    let mut files = Vec::new();
    let mut faults = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        if path.extension().is_some_and(|suffix| suffix == "toml") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            match File::parse(&name, &text) {
                Ok(file) => files.push(file),
                Err(found) => faults.extend(found),
            }
        }
    }
    files.sort_by_key(|file| (file.code != check::REFERENCE, file.code.clone()));
    if faults.is_empty() {
        faults = check::faults(&files);
    }
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

#[cfg(test)]
mod tests;
