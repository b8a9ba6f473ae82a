//! Who reads what the desk writes beside what the contract asks for: notes and reasons.

use strum::{IntoStaticStr, VariantArray};

/// Who reads a note or a reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Visibility {
    /// Whoever reads the ticket, and of a reason whoever is told of its change. So is what was stored before there was a choice:
    /// the CLECs could read it.
    #[default]
    Public,
    /// The CLEC whose ticket it is, and the provider: so is a reason of which the desk does not say who reads it.
    Own,
    /// The provider's own people alone.
    Internal,
}

crate::word!(Visibility);

impl Visibility {
    /// Whether everyone reads it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        *self == Self::Public
    }
}
