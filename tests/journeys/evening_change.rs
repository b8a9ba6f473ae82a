//! evening_change
