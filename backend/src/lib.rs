//! Octothorpe.
