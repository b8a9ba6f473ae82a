//! workaround
