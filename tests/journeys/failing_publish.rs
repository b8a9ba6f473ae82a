//! failing_publish
