//! The lines of a notice that have their length: an e-mail's subject, and an SMS. What must be in them stays whole; what need not
//! gives way (NT-19).

use minijinja::Value;

/// An SMS of one part.
const SMS_AT_MOST: usize = 160;
/// What the mail service takes as a subject.
const SUBJECT_AT_MOST: usize = 100;
/// How a text ends that was cut.
const CUT: &str = "...";

/// Makes the words of a notice with texts in the place of those that give way.
pub(super) type Filled<'a> = Box<dyn Fn(&[String]) -> Value + 'a>;

/// Nothing is left for the text itself.
#[derive(Debug, thiserror::Error)]
#[error("readMore leaves no room in an SMS: at most 80 characters of the GSM 7-bit alphabet")]
pub struct NoRoom;

/// The words of a notice, as templates name them.
pub(super) struct Words<'a> {
    /// All of them.
    pub all: Value,
    /// Where to read more, by which an SMS ends.
    pub read_more: &'a str,
    /// Texts that give way in a line where it is too long, the first one first; each with how it is called.
    pub give_way: Vec<(&'static str, String)>,
    /// All of the words, with these texts in the place of those that give way.
    pub with: Filled<'a>,
}

/// A line that was made to fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fitted {
    /// The line as it is sent.
    pub line: String,
    /// What of it gave way.
    pub cut: Vec<&'static str>,
}

/// In what letters a line is written, and how long it may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    written: fn(&str) -> String,
    length: fn(&str) -> usize,
    at_most: usize,
}

/// Of an e-mail's subject: printable ASCII.
pub(super) const SUBJECT: Form = Form { written: ascii, length: characters, at_most: SUBJECT_AT_MOST };

impl Form {
    /// Of an SMS of one part, before its ending.
    ///
    /// # Errors
    /// When its ending leaves no room.
    pub(super) fn of_sms(read_more: &str) -> Result<Self, NoRoom> {
        let ending = ending(read_more);
        if gsm7(&ending) != ending || gsm7_length(&ending) > SMS_AT_MOST / 2 + 1 {
            return Err(NoRoom);
        }
        Ok(Self { written: gsm7, length: gsm7_length, at_most: SMS_AT_MOST - gsm7_length(&ending) })
    }

    /// What `render` makes of the words, cut where it is too long.
    ///
    /// # Errors
    /// When the template does not fit the words.
    pub(super) fn fitted(
        &self,
        words: &Words<'_>,
        render: impl Fn(Value) -> Result<String, minijinja::Error>,
    ) -> Result<Fitted, minijinja::Error> {
        let mut texts: Vec<String> = words.give_way.iter().map(|(_, text)| self.one_line(text)).collect();
        let mut line = self.one_line(&render(words.all.clone())?);
        let mut cut = Vec::new();
        for (at, (name, _)) in words.give_way.iter().enumerate() {
            let over = (self.length)(&line).saturating_sub(self.at_most);
            if over == 0 {
                break;
            }
            let left = (self.length)(&texts[at]).saturating_sub(over);
            texts[at] = self.cut(&texts[at], left);
            cut.push(*name);
            line = self.one_line(&render((words.with)(&texts))?);
        }
        if (self.length)(&line) > self.at_most {
            cut.push("the template's own words");
        }
        Ok(Fitted { line: self.cut(&line, self.at_most), cut })
    }

    fn one_line(&self, text: &str) -> String {
        (self.written)(text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// At most so much of a text; nothing where not even its beginning has room.
    fn cut(&self, text: &str, most: usize) -> String {
        if (self.length)(text) <= most {
            return text.to_owned();
        }
        let Some(mut left) = most.checked_sub(CUT.len()).filter(|left| *left > 0) else { return String::new() };
        let fits = |c: &char| {
            let length = (self.length)(c.encode_utf8(&mut [0; 4]));
            let fits = length <= left;
            left = left.saturating_sub(length);
            fits
        };
        let cut: String = text.chars().take_while(fits).collect();
        format!("{}{CUT}", cut.trim_end())
    }
}

/// How an SMS ends: with the address to read more.
pub(super) fn ending(read_more: &str) -> String {
    format!(" {read_more}")
}

fn characters(text: &str) -> usize {
    text.chars().count()
}

fn ascii(text: &str) -> String {
    deunicode::deunicode(text).chars().map(|c| if c.is_ascii_graphic() { c } else { ' ' }).collect()
}

/// The default alphabet of 3GPP TS 23.038, without its escape.
const GSM7: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension table: an escape goes before each.
const GSM7_EXTENSION: &str = "^{}\\[~]|€\u{c}";

fn gsm7_septets(c: char) -> Option<usize> {
    if GSM7.contains(c) { Some(1) } else { GSM7_EXTENSION.contains(c).then_some(2) }
}

/// The length of a text in septets of the GSM 7-bit alphabet, in which an extension character counts two.
#[must_use]
pub fn gsm7_length(text: &str) -> usize {
    text.chars().map(|c| gsm7_septets(c).unwrap_or(1)).sum()
}

/// The text in the GSM 7-bit alphabet; what it lacks is written in its nearest letters.
fn gsm7(text: &str) -> String {
    let nearest = |c: char| match gsm7_septets(c) {
        Some(_) => c.to_string(),
        None if c.is_whitespace() => ' '.to_string(),
        None => {
            let ascii = deunicode::deunicode_char(c).unwrap_or("?");
            ascii.chars().map(|c| if gsm7_septets(c).is_some() { c } else { '\'' }).collect()
        }
    };
    text.chars().map(nearest).collect()
}
