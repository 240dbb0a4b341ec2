//! What a password must be.
