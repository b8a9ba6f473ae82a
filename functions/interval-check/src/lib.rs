//! interval-check
