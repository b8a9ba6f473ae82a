//! TT-06: the problem that a group shares is one struct in the ticket, and lies flat in what is stored, as it did when its fields
//! were the ticket's own.

use super::chart;
use contract::{Impact, Policy, Severity};
use domain::ticket::{
    Closing, Disposition, Patch, Problem, State, Ticket,
    patch::{Commitment, DepartedFrom, PatchKind},
};
use domain::trouble::{Proposal, Workaround};
use serde_json::{Value, json};
use tests::at;

const NOW: &str = "2026-03-04T18:00:00Z";

/// A ticket with a problem of which everything is known.
fn whole() -> Ticket {
    let (ticket, _) = chart::opened(chart::trouble(Severity::Moderate), at(NOW), &Policy::defaults());
    let date = "2026-03-20".parse().unwrap();
    let proposal = Proposal {
        description: "by fax".to_owned(),
        call_center_reference: Some("CC-1".to_owned()),
        ..Proposal::default()
    };
    let workaround = Workaround {
        provided_at: Some(at(NOW)),
        agreed: [ticket.number.into()].into(),
        disputed: [ticket.number.into()].into(),
        ..proposal.into()
    };
    let patch = Patch {
        changes: PatchKind::Software,
        departed_from: DepartedFrom::TechnicalSpecifications,
        document: "IMA 19.0".to_owned(),
        change: "an edit".to_owned(),
        implemented_at: Some(at(NOW)),
    };
    let closing = Closing {
        closed_at: at(NOW),
        recorded_at: at(NOW),
        disposition: Disposition::ResolvedInPatch { patch_date: date },
    };
    let problem = Problem {
        state: State::Closed(closing),
        event_since: Some(at(NOW)),
        event_description: Some("orders are slow".to_owned()),
        event_impact: Some(Impact { geographic_area: Some("Denver".to_owned()), ..Impact::default() }),
        workaround: Some(workaround),
        patch: Some(patch),
        commitment: Some(Commitment::Implemented { at: at(NOW) }),
        estimated_resolution: Some(at(NOW)),
        patch_date: Some(date),
        resolved_at: Some(at(NOW)),
        resolution: Some("turned on again".to_owned()),
        agreement_sought_at: Some(at(NOW)),
    };
    Ticket { problem, ..ticket }
}

#[test]
fn tt_06_a_problem_lies_flat_in_the_stored_ticket() {
    let ticket = whole();
    let stored = serde_json::to_value(&ticket).unwrap();
    let number = ticket.number.to_string();
    let expected = json!({
        "status": "closed", "closedAt": NOW, "recordedAt": NOW, "disposition": { "code": "resolvedInPatch", "patchDate": "2026-03-20" },
        "eventSince": NOW, "eventDescription": "orders are slow", "eventImpact": { "geographicArea": "Denver" },
        "workaround": {
            "description": "by fax", "callCenterReference": "CC-1", "providedAt": NOW, "agreed": [number], "disputed": [number],
        },
        "patch": {
            "changes": "software", "departedFrom": "technicalSpecifications", "document": "IMA 19.0", "change": "an edit", "implementedAt": NOW,
        },
        "commitment": { "standing": "implemented", "at": NOW },
        "estimatedResolution": NOW, "patchDate": "2026-03-20", "resolvedAt": NOW, "resolution": "turned on again",
        "agreementSoughtAt": NOW,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&stored[name], value, "{name}");
    }
    assert_eq!(stored["problem"], Value::Null);
    assert_eq!(serde_json::from_value::<Ticket>(stored).unwrap(), ticket);
}

#[test]
fn tt_06_a_stored_problem_is_read_as_it_was_whole_or_with_nothing_known_of_it() {
    let whole = whole();
    let mut nothing = whole.clone();
    let (fresh, _) = chart::opened(chart::trouble(Severity::Moderate), at(NOW), &Policy::defaults());
    nothing.problem = fresh.problem;
    for ticket in [whole, nothing] {
        let item: serde_dynamo::Item = serde_dynamo::to_item(&ticket).unwrap();
        assert_eq!(serde_dynamo::from_item::<_, Ticket>(item).unwrap(), ticket);
    }
}
