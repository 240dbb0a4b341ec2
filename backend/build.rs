//! The portal's files become part of the program: a new bundle means a new build.

use std::{fs, path::Path};

fn main() {
    let bundle = Path::new("../frontend/dist");
    if let Err(error) = fs::create_dir_all(bundle) {
        println!("cargo:warning=the folder for the portal's bundle cannot be made: {error}");
    }
    println!("cargo:rerun-if-changed={}", bundle.display());
    println!("cargo:rerun-if-changed=../migrations");
}
