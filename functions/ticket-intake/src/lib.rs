//! ticket-intake
