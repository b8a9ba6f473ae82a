//! missed_checks
