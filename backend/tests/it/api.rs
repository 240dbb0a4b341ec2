//! The API, call by call.
