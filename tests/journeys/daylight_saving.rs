//! daylight_saving
