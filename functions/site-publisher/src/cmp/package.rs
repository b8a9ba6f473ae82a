//! The package of a meeting as everybody reads it: as it was distributed, but for how to dial in, which is told to CLECs alone.

use crate::{
    Unfinished,
    layout::{Layout, file},
};
use domain::change_request::ChangeRequestNumber;
use pages::{Document, docx};
use platform::sites::File;
use serde::Deserialize;

/// What a reader is told of a package that was cut.
const CUT: &str =
    "Too much was open for one package: of the change requests those that were received or ended last are not in it.";

/// A package as it is kept.
#[derive(Deserialize)]
struct Package {
    content: Content,
    printed: Document,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    cut: bool,
}

/// The package, as a page and as a document of a word processor, in the folder of its meeting.
pub(crate) fn files(layout: &Layout<'_>, folder: &str, distributed: &str) -> Result<Vec<File>, Unfinished> {
    let Package { content, mut printed } = serde_json::from_str(distributed)?;
    // The place of a meeting, or how to dial in, is among the notes; its purpose stands on the page of the meeting.
    printed.notes = content.cut.then(|| CUT.to_owned()).into_iter().collect();
    for cell in printed.sections.iter_mut().flat_map(|of| of.rows.iter_mut().flatten()) {
        for line in cell.iter_mut() {
            if line.href.take().is_none() {
                continue;
            }
            // An item of the agenda names its change request by the address at the API.
            let named = line.text.rsplit('/').next().unwrap_or_default();
            if let Ok(number) = named.parse::<ChangeRequestNumber>() {
                line.href = Some(format!("/cmp/{number}/"));
                line.text = named.to_owned();
            }
        }
        // What else the package leads to is the API's.
        cell.retain(|line| !line.text.starts_with("/cmp/v1/"));
    }
    let page =
        layout.page_with(&format!("{folder}package.html"), "package.html", "/cmp/meetings/", Vec::new(), &printed)?;
    Ok(vec![page, file(&format!("{folder}package.docx"), docx::MEDIA_TYPE, docx::document(&printed)?)])
}
