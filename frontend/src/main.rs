//! Octothorpe.
fn main() {}
