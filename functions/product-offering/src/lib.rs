//! `product-offering`: what the provider sells, with the metrics of it, and what CLECs purchased (QS-04, QS-05).

mod history;
mod offering;
mod purchase;

use contract::{Party, Refused};
use platform::Services;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Where product offerings are.
pub(crate) const OFFERINGS: &str = "/cmp/v1/productOffering";
/// Where purchased offerings are.
pub(crate) const PURCHASES: &str = "/cmp/v1/purchasedOffering";

/// The function's routes.
#[must_use]
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(offering::record, offering::list))
        .routes(routes!(offering::read, offering::change))
        .routes(routes!(offering::retire))
        .routes(routes!(offering::analyze))
        .routes(routes!(history::list))
        .routes(routes!(purchase::record, purchase::list))
        .routes(routes!(purchase::read, purchase::change))
}

/// That the provider's people ask.
pub(crate) fn providers_own(party: &Party) -> Result<(), Refused> {
    if party.is_provider() {
        return Ok(());
    }
    Err(Refused::forbidden("QS-04", "what is sold and purchased is the provider's to record"))
}
