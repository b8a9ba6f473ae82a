//! late_recording
