//! What a text is, everywhere (AP-07), how names are held against each other (SB-09), and how people's words are set off from the
//! desk's (NT-19).

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{BidiControl, DefaultIgnorableCodePoint, GeneralCategory, WhiteSpace},
};
use std::borrow::Cow;

/// What separates lines, in whatever system a text was written.
const SEPARATORS: [char; 7] = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
/// A blank that counts as a symbol.
const BRAILLE_BLANK: char = '\u{2800}';
/// A hyphen that counts as a symbol.
const MINUS: char = '\u{2212}';

/// A text as it is kept: composed (NFC), without blanks around it, each line ended by `\n`.
#[must_use]
pub fn kept(text: &str) -> String {
    let text = ComposingNormalizer::new_nfc().normalize(text.trim()).replace("\r\n", "\n");
    text.replace('\r', "\n")
}

/// Why it is no text, if so; `lines` tells whether it may have several.
#[must_use]
pub fn fault(text: &str, lines: bool) -> Option<&'static str> {
    let is_break = |c: char| matches!(c, '\n' | '\t');
    if text.contains(|c: char| c.is_control() && !is_break(c)) {
        Some("has no control characters but line breaks and tabs")
    } else if !lines && text.contains(|c: char| is_break(c) || SEPARATORS.contains(&c)) {
        Some("has one line")
    } else if text.contains(['\u{2028}', '\u{2029}']) {
        Some("has no line or paragraph separators: a line ends with a line break")
    } else if text.contains(turns) {
        Some("has no characters that turn the direction of writing")
    } else if !text.contains(is_seen) {
        Some("has something that can be seen")
    } else {
        None
    }
}

/// Whether a character turns the direction of what stands around it, so that it reads as other words.
fn turns(c: char) -> bool {
    CodePointSetData::new::<BidiControl>().contains(c)
}

/// Whether a character by itself leaves something to be seen.
fn is_seen(c: char) -> bool {
    use GeneralCategory::{Control, EnclosingMark, Format, NonspacingMark};
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    !CodePointSetData::new::<WhiteSpace>().contains(c)
        && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        && !matches!(category, Control | Format | NonspacingMark | EnclosingMark)
        && c != BRAILLE_BLANK
}

/// The normal form of a name: what is the same to a reader is the same here. Compatible letters are one (NFKC), and so are all
/// cases, all hyphens, and any blanks; what cannot be seen does not count.
#[must_use]
pub fn folded(name: &str) -> String {
    let nfkc = ComposingNormalizer::new_nfkc();
    let name = CaseMapper::new().fold_string(&nfkc.normalize(name)).into_owned();
    let is_hyphen =
        |c: char| c == MINUS || CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::DashPunctuation;
    let shown = name.chars().filter(|c| !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(*c));
    let name: String = shown.map(|c| if is_hyphen(c) { '-' } else { c }).collect();
    // Folding may take a letter apart again.
    let name = nfkc.normalize(&name);
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What people wrote, set off line by line: only its first line stands where the desk put it, each other one behind a `>`, so that
/// none can be taken for the desk's.
#[must_use]
pub fn set_off(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| SEPARATORS.contains(&c) || turns(c)) {
        return text.into();
    }
    let text: String = text.replace("\r\n", "\n").chars().filter(|c| !turns(*c)).collect();
    text.split(SEPARATORS).collect::<Vec<_>>().join("\n> ").into()
}
