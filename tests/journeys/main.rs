//! Stories, each with a clock that is turned.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod acts;

mod agreement;
mod another_primary;
mod archive;
mod caller;
mod change_requests;
mod clocks;
mod closing;
mod cmp_site;
mod date_tbd;
mod daylight_saving;
mod digest;
mod escalation;
mod evening_change;
mod event;
mod failing_publish;
mod friday_evening;
mod full;
mod group_notices;
mod jeopardy;
mod killed;
mod late_recording;
mod listeners;
mod lists;
mod missed_checks;
mod monthly_meeting;
mod notices;
mod outage;
mod parties;
mod past;
mod patch;
mod process;
mod promised_update;
mod queue;
mod reached_nobody;
mod reasons;
mod recipients;
mod release;
mod requests;
mod search;
mod severity_change;
mod severity_request;
mod similar;
mod site;
mod subscriptions;
mod telephone;
mod three_clecs;
mod ticket_documents;
mod timeline;
mod undelivered;
mod workaround;
mod workaround_record;
