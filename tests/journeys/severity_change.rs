//! severity_change
