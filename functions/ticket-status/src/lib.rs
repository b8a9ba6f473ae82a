//! ticket-status
