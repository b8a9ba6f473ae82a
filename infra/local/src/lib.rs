//! local

/// AWS inside the process.
pub mod aws;
