//! Notes that are added to a ticket.

use contract::{FieldError, Party, Visibility};
use domain::trouble::{NewNote, Note, calls::SHOWN_AT_MOST};
use http_edge::{Field, Json, Limit, Spec, Value};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, Type, schema::ArrayItems};

/// Notes in one request.
const NOTES_AT_MOST: usize = 20;
/// A note's fields; of one that is new, the text and who reads it are taken.
const FIELDS: [&str; 8] = ["id", "author", "date", "text", "visibility", "@type", "@baseType", "@schemaLocation"];
/// A note's length.
const TEXT: Limit = Limit::Text(2_000);

/// Notes as a client writes them: new ones, and those that it read, sent back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes(Vec<Written>);

#[derive(Debug, Clone)]
struct Written {
    id: Option<String>,
    /// None with a fault.
    text: Option<String>,
    is_given: bool,
    /// Who reads it; the desk's is internal when it does not say, a CLEC's public.
    visibility: Option<Visibility>,
}

impl Notes {
    /// Those that the ticket does not have already, as a party adds them.
    pub(crate) fn added_to(&self, present: &[Note], party: &Party) -> Vec<NewNote> {
        let default = if party.is_provider() { Visibility::Internal } else { Visibility::Public };
        let new =
            |note: &Written| Some(NewNote { text: note.text.clone()?, visibility: note.visibility.unwrap_or(default) });
        self.new_ones(present).filter_map(|(_, note)| new(note)).collect()
    }

    /// What is wrong with those.
    pub(crate) fn faults(&self, present: &[Note], party: &Party) -> Vec<FieldError> {
        let missing = self.new_ones(present).filter(|(_, note)| !note.is_given);
        let mut faults: Vec<FieldError> =
            missing.map(|(at, _)| FieldError::new(format!("note[{at}].text"), "AP-01", "is missing")).collect();
        let internal = |note: &Written| note.visibility == Some(Visibility::Internal) && !party.is_provider();
        faults.extend(self.new_ones(present).filter(|(_, note)| internal(note)).map(|(at, _)| {
            FieldError::new(format!("note[{at}].visibility"), "NT-21", "a CLEC's note is public: the desk reads it too")
        }));
        if self.added_to(present, party).len() > NOTES_AT_MOST {
            faults.push(FieldError::new("note", "AP-01", too_many()));
        }
        faults
    }

    fn new_ones<'a>(&'a self, present: &'a [Note]) -> impl Iterator<Item = (usize, &'a Written)> {
        let is_new = |note: &Written| !present.iter().any(|of| note.id.as_deref() == Some(&of.id));
        self.0.iter().enumerate().filter(move |(_, note)| is_new(note))
    }
}

fn too_many() -> String {
    format!("is a list of at most {NOTES_AT_MOST} new notes")
}

impl Value for Notes {
    const REQUIRED: bool = false;

    fn read(given: Json, at: &mut Field<'_, '_>) -> Option<Self> {
        let entries = match given {
            Json::Array(entries) if entries.len() <= NOTES_AT_MOST + SHOWN_AT_MOST => entries,
            _ => {
                at.fault("AP-01", too_many());
                return None;
            }
        };
        let mut notes = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            let unknown = entry.as_object().and_then(|of| of.keys().find(|key| !FIELDS.contains(&key.as_str())));
            if let Some(unknown) = unknown {
                at.fault_within(&format!("[{place}].{unknown}"), "AP-01", "is no field of this request");
            }
            let text = entry.get("text").filter(|text| !text.is_null());
            notes.push(Written {
                id: entry.get("id").and_then(Json::as_str).map(str::to_owned),
                is_given: entry.get("text").is_some(),
                text: text.and_then(|text| at.within(&format!("[{place}].text")).text_of(text, TEXT)),
                visibility: entry.get("visibility").filter(|visibility| !visibility.is_null()).and_then(|visibility| {
                    Visibility::read(visibility.clone(), &mut at.within(&format!("[{place}].visibility")))
                }),
            });
        }
        Some(Self(notes))
    }

    fn schema(spec: &Spec) -> RefOr<Schema> {
        let text = String::schema(&Spec { limit: TEXT, ..*spec });
        let other = || ObjectBuilder::new().schema_type(Type::String);
        let note = FIELDS.iter().fold(ObjectBuilder::new(), |note, name| match *name {
            "text" => note.property(*name, text.clone()),
            "visibility" => note.property(*name, Visibility::schema(spec)),
            name => note.property(name, other()),
        });
        let notes = ArrayBuilder::new().items(ArrayItems::RefOrSchema(Box::new(note.into())));
        notes.max_items(Some(NOTES_AT_MOST + SHOWN_AT_MOST)).into()
    }

    fn absent(_: &http_edge::Party) -> Option<Self> {
        Some(Self::default())
    }

    fn placeholder() -> Option<Self> {
        Some(Self::default())
    }
}
