//! date_tbd
