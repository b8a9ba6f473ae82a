//! ticket-link
