//! What the API and the pages exchange.
