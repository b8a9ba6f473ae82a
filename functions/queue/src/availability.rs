//! The availability of the interfaces (WB-05): the numbers of the event notification site.

use axum::{Json, extract::State};
use chrono::{NaiveDate, TimeDelta};
use contract::Failed;
use domain::availability::{Availability, Day, InterfaceAvailability};
use http_edge::{Caller, NoQuery, Problem, route};
use platform::{Services, StoreError, sites::AVAILABILITY};
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

/// The availability of the interfaces.
#[skip_serializing_none]
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Availability)]
pub(super) struct AvailabilityShown {
    /// The first day that is told, in the policy's zone; absent while the event notification site was never made.
    from: Option<NaiveDate>,
    /// The last day that is told: yesterday, when the last night's run was made.
    to: Option<NaiveDate>,
    /// The interfaces: those that the policy names, and those that events and planned outages name.
    interfaces: Vec<InterfaceShown>,
}

/// The availability of an interface.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InterfaceAvailability)]
struct InterfaceShown {
    /// The interface as it was first told.
    name: String,
    /// The percentage of the unplanned time in which the interface was available, rounded down to thousandths; null without such time.
    percent: Option<f64>,
    /// How long it was unavailable in all, as ISO 8601 writes a duration.
    unavailable: String,
    /// How long it was impaired in all.
    impaired: String,
    /// How long it was in planned outages in all.
    planned: String,
    /// Each day, the earliest first.
    days: Vec<DayShown>,
}

/// How long an interface was so, of a day; the rest of it was available.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AvailabilityOfDay)]
struct DayShown {
    /// The date, in the policy's zone.
    date: NaiveDate,
    /// How long the day is: daylight saving makes one of 23 hours, and one of 25.
    length: String,
    /// How long it was unavailable.
    unavailable: String,
    /// How long it was impaired, and available.
    impaired: String,
    /// How long it was in a planned outage.
    planned: String,
}

impl From<&Day> for DayShown {
    fn from(day: &Day) -> Self {
        let [length, unavailable, impaired, planned] =
            [day.length, day.unavailable, day.impaired, day.planned].map(|of: TimeDelta| of.to_string());
        Self { date: day.date, length, unavailable, impaired, planned }
    }
}

impl From<&InterfaceAvailability> for InterfaceShown {
    fn from(interface: &InterfaceAvailability) -> Self {
        let sum = |of| interface.sum(of).to_string();
        Self {
            name: interface.name.clone(),
            percent: interface.percent(),
            unavailable: sum(|day| day.unavailable),
            impaired: sum(|day| day.impaired),
            planned: sum(|day| day.planned),
            days: interface.days.iter().map(DayShown::from).collect(),
        }
    }
}

/// The availability of each interface over the policy's days, by what everybody was told of events and planned outages: the numbers of the
/// event notification site, as that was made last.
#[route(get, "/cmp/v1/availability", tag = "queue", id = "readAvailability")]
pub(super) async fn availability(
    State(services): State<Services>,
    _: Caller,
    _: NoQuery,
) -> Result<Json<AvailabilityShown>, Problem> {
    let file = services.sites.get(AVAILABILITY).await.map_err(|error| Failed::Broken(Box::new(error)))?;
    let Some(file) = file else { return Ok(Json(AvailabilityShown::default())) };
    let made: Availability = serde_json::from_slice(&file).map_err(StoreError::from).map_err(Failed::from)?;
    let interfaces = made.interfaces.iter().map(InterfaceShown::from).collect();
    Ok(Json(AvailabilityShown { from: Some(made.from), to: Some(made.to), interfaces }))
}
