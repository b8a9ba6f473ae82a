//! `service-level`: acceptable and agreed thresholds, and what is agreed together, as TMF657 v4 has them (QS-04).

mod objective;
mod specification;
mod written;

use contract::{Party, Refused};
use platform::Services;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Where objectives are.
pub(crate) const OBJECTIVES: &str = "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective";
/// Where specifications are.
pub(crate) const SPECIFICATIONS: &str = "/tmf-api/serviceQualityManagement/v4/serviceLevelSpecification";

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(objective::record, objective::list))
        .routes(routes!(objective::read, objective::change, objective::withdraw))
        .routes(routes!(specification::record, specification::list))
        .routes(routes!(specification::read, specification::change, specification::withdraw))
}

/// That the provider's people ask.
pub(crate) fn providers_own(party: &Party) -> Result<(), Refused> {
    if party.is_provider() {
        return Ok(());
    }
    Err(Refused::forbidden("QS-04", "thresholds are the provider's to record, as they were agreed"))
}
