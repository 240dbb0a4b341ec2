//! The test vectors of docs/SEALING.md.
