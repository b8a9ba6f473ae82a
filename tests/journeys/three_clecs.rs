//! three_clecs
