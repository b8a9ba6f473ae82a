//! The values of the domain that a field can hold: each is read by its `FromStr`, and described by its words or its shape.

use super::{Field, Json, Limit, Spec, Value};
use chrono_tz::Tz;
use contract::{
    AccountRequestNumber, ChangeRequestId, ClecId, DegradationReportNumber, MeetingNumber, ObjectiveNumber,
    OfferingNumber, OtherPartyNumber, OutageNumber, OwnId, PostMortemNumber, PurchaseNumber, Quantity, ReleaseNumber,
    Search, Severity, SpecificationNumber, TeamMemberNumber, TicketNumber, Visibility, Word, calendar::OpeningHours,
    notice_category::NoticeCategory, policy::EscalationLevel,
};
use domain::{
    account_request::{self, ContactChannel, GuidelineStanding, LevelOutcome, RequestKind},
    account_team::{Discipline, HandoverSubject, Position, Presence, ReassignmentStatus, Topic},
    change_request::{Action, Answer, ChangeKind, ChangeRequestNumber, Deadline, Outcome, Phase, Step, Suffix},
    degradation_report::{self, CrossingKind, Finding, Jeopardy, TaskState, TicketSays},
    hub::EventType,
    meeting::MeetingKind,
    other_party::OtherChannel,
    outage::{self, MaintenanceImpact, Stance},
    post_mortem,
    service_quality::{
        Comparator, MeasuredBy, MetricKind, Standing, Statistic, Validity, Window,
        series::{Resolution, Taken},
        spread::GroupBy,
        trend::Direction,
    },
    subscription::Channel,
    ticket::{
        case::{Decision, PatchCause},
        patch::{DepartedFrom, PatchKind},
        process::{StatusChannel, TroubleKind},
    },
    trouble::DueDate,
};
use record::notice::Status;
use std::fmt::Display;
use utoipa::openapi::{Object, ObjectBuilder, OneOfBuilder, RefOr, Schema, Type};

/// One of these words.
fn one_of(words: impl IntoIterator<Item = &'static str>) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}

/// The source's words and numbers, and the words of other systems. Each type stands by itself, because generators of clients cannot make
/// one enum of two types.
fn severity() -> RefOr<Schema> {
    let words = Severity::ALL.map(Severity::as_str).into_iter().chain(["1", "2", "3", "4", "high", "medium", "low"]);
    let levels = ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some(1..=4));
    OneOfBuilder::new().item(one_of(words)).item(levels).into()
}

/// A text of this shape.
fn like(pattern: &str, example: impl Display) -> Object {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).examples([example.to_string()]).build()
}

/// A number as the API writes it; it is read without the hyphen too, and in small letters.
fn numbered(letters: &str) -> String {
    format!("^{letters}[0-9A-HJKMNP-TV-Z]{{4}}-[0-9A-HJKMNP-TV-Z]{{4}}$")
}

macro_rules! values {
    ($($value:ty: $schema:expr;)*) => {$(
        impl Value for $value {
            fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
                at.parsed(&given)
            }

            fn schema(_: &Spec) -> RefOr<Schema> {
                $schema.into()
            }
        }
    )*};
}

values! {
    ClecId: like("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", "alpha");
    OwnId: like("^(desk|[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?)\\.[0-9a-fA-F]{16}$", "desk.610e9e838458eb19");
    TicketNumber: like(&numbered(""), TicketNumber::of_public("a", "number", 0));
    OutageNumber: like(&numbered("PO-"), OutageNumber::of_public("a", "number", 0));
    ReleaseNumber: like(&numbered("RL-"), ReleaseNumber::of_public("a", "number", 0));
    MeetingNumber: like(&numbered("MT-"), MeetingNumber::of_public("a", "number", 0));
    TeamMemberNumber: like(&numbered("TM-"), TeamMemberNumber::of_public("a", "number", 0));
    AccountRequestNumber: like(&numbered("AR-"), AccountRequestNumber::of_public("a", "number", 0));
    PostMortemNumber: like(&numbered("PM-"), PostMortemNumber::of_public("a", "number", 0));
    OfferingNumber: like(&numbered("OF-"), OfferingNumber::of_public("a", "number", 0));
    PurchaseNumber: like(&numbered("PP-"), PurchaseNumber::of_public("a", "number", 0));
    ObjectiveNumber: like(&numbered("SO-"), ObjectiveNumber::of_public("a", "number", 0));
    SpecificationNumber: like(&numbered("SS-"), SpecificationNumber::of_public("a", "number", 0));
    DegradationReportNumber: like(&numbered("QR-"), DegradationReportNumber::of_public("a", "number", 0));
    OtherPartyNumber: like(&numbered("OP-"), OtherPartyNumber::of_public("a", "number", 0));
    Quantity: ObjectBuilder::new().schema_type(Type::Number).examples([12.5]);
    Tz: ObjectBuilder::new().schema_type(Type::String).examples(["America/Denver"]);
    OpeningHours: like("^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$", "08:00-17:00");
    ChangeRequestId: like(&numbered("CR-"), ChangeRequestId::of_public("a", "number", 0));
    ChangeRequestNumber: ObjectBuilder::new().schema_type(Type::String).examples(["PC030504-1", "SCR062105-01"]);
    Severity: severity();
    Suffix: one_of(Suffix::PRINTED.map(Suffix::as_str));
}

macro_rules! words {
    ($($word:ty),* $(,)?) => {
        values! { $($word: one_of(<$word>::words());)* }
    };
}

impl Value for Search {
    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let words = at.text(&given)?;
        words.parse().map_err(|detail| at.fault(at.spec.rule, detail)).ok()
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        let (Limit::Text(most) | Limit::Line(most)) = spec.limit;
        let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(3)).max_length(Some(most));
        text.examples(["orders rejected"]).into()
    }
}

words! {
    Deadline, Status, Decision, PatchCause, PatchKind, DepartedFrom, DueDate, NoticeCategory, Channel, EventType, MaintenanceImpact,
    outage::Status, Discipline, Position, Topic, HandoverSubject, Presence, ReassignmentStatus, RequestKind, ContactChannel, GuidelineStanding, LevelOutcome,
    MetricKind, GroupBy, Direction, Validity, Statistic, Comparator, Window, MeasuredBy, Resolution, Standing, Taken, CrossingKind, Finding, Jeopardy, TaskState, TicketSays, OtherChannel, EscalationLevel, degradation_report::Status,
    account_request::Status, post_mortem::Status, Stance, ChangeKind, MeetingKind, Phase, Step, Answer, Outcome, Action, Visibility, StatusChannel, TroubleKind,
}
