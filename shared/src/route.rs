//! The path of every endpoint and page.
