//! jeopardy
