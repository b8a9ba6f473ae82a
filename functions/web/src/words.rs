//! Names of the API as people read them.

/// Names that are written in another way than their letters.
const WORDS: [(&str, &str); 12] = [
    ("clec", "CLEC"),
    ("id", "Number"),
    ("csie", "CSIE"),
    ("sms", "SMS"),
    ("https", "HTTPS"),
    ("email", "E-mail"),
    ("utc", "UTC"),
    ("url", "Address"),
    ("lsrs", "LSRs"),
    ("tns", "Telephone numbers"),
    ("noticeId", "Notice id"),
    ("dateTbd", "Date TBD"),
];

/// A name of the API in words: `systemAffected` is System affected.
pub(crate) fn words(name: &str) -> String {
    if let Some((_, words)) = WORDS.iter().find(|(of, _)| *of == name) {
        return (*words).to_owned();
    }
    let mut words = String::new();
    for (at, letter) in name.char_indices() {
        match letter {
            '_' | '-' | '.' => words.push(' '),
            _ if at == 0 => words.extend(letter.to_uppercase()),
            _ if letter.is_uppercase() => {
                words.push(' ');
                words.extend(letter.to_lowercase());
            }
            _ => words.push(letter),
        }
    }
    words.replace("clec", "CLEC").replace("Clec", "CLEC")
}
