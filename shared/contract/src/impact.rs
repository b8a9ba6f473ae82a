//! What a trouble, or a maintenance, does to the CLECs.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// Impact to the CLECs (12.6).
#[skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Impact {
    /// The geographic area; several areas are separated by commas.
    pub geographic_area: Option<String>,
    /// The products affected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products_affected: Vec<String>,
    /// The business implications.
    pub business_implications: Option<String>,
    /// The system implications.
    pub system_implications: Option<String>,
    /// Other pertinent information.
    pub other: Option<String>,
}

impl Impact {
    /// Its fields, by name.
    pub const FIELDS: [&str; 5] =
        ["geographicArea", "productsAffected", "businessImplications", "systemImplications", "other"];
}
