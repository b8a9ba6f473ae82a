//! ticket-query
