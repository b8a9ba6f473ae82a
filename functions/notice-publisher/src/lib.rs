//! notice-publisher
