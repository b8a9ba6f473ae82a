//! Ticket numbers (TT-01): short enough to be read over the phone, unambiguous, checkable for typing slips.

use contract::{IdSecret, Party, RecordNumber, TicketNumber, number::NumberError};
use proptest::prelude::*;
use std::collections::HashMap;

/// Crockford's alphabet, in its order: no I, L, O or U.
const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn any_number() -> impl Strategy<Value = String> {
    (any::<[u8; 32]>(), "[a-z]{1,40}", any::<String>(), any::<u32>())
        .prop_map(|(secret, clec, key, attempt)| drawn(secret, &clec, &key, attempt).to_string())
}

/// The number that a CLEC's key leads to under a secret.
fn drawn(secret: [u8; 32], clec: &str, key: &str, attempt: u32) -> TicketNumber {
    let secret = secret.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    TicketNumber::draw(&IdSecret::new(&secret).unwrap(), &Party::Clec(clec.parse().unwrap()), key, attempt)
}

fn plain(number: &str) -> Vec<char> {
    number.chars().filter(|c| *c != '-').collect()
}

fn read(typed: impl IntoIterator<Item = char>) -> Result<String, NumberError> {
    typed.into_iter().collect::<String>().parse::<TicketNumber>().map(|number| number.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tt_01_a_number_is_two_groups_of_four_unambiguous_characters(number in any_number()) {
        let groups: Vec<&str> = number.split('-').collect();
        prop_assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [4, 4]);
        prop_assert!(plain(&number).iter().all(|c| ALPHABET.contains(*c)), "{}", number);
        prop_assert_eq!(read(number.chars()), Ok(number));
    }

    #[test]
    fn tt_01_another_secret_leads_a_clecs_key_to_another_number(
        one in any::<[u8; 32]>(), other in any::<[u8; 32]>(), clec in "[a-z]{1,40}", key in any::<String>(), attempt in any::<u32>(),
    ) {
        prop_assume!(one != other);
        let number = drawn(one, &clec, &key, attempt);
        prop_assert_eq!(drawn(one, &clec, &key, attempt), number);
        prop_assert_ne!(drawn(other, &clec, &key, attempt), number);
        prop_assert_ne!(TicketNumber::of_public(&clec, &key, attempt), number);
    }

    #[test]
    fn tt_01_every_single_wrong_character_is_noticed(number in any_number()) {
        let right = plain(&number);
        for (place, wrong) in (0..right.len()).flat_map(|place| ALPHABET.chars().map(move |wrong| (place, wrong))) {
            let mut typed = right.clone();
            typed[place] = wrong;
            let expected = if wrong == right[place] { Ok(number.clone()) } else { Err(NumberError::Check) };
            prop_assert_eq!(read(typed.clone()), expected, "{} typed {}", &number, typed.iter().collect::<String>());
        }
    }

    #[test]
    fn tt_01_every_swap_of_two_characters_is_noticed(number in any_number()) {
        let right = plain(&number);
        for (one, other) in (0..right.len()).flat_map(|one| (one + 1..right.len()).map(move |other| (one, other))) {
            let mut typed = right.clone();
            typed.swap(one, other);
            let expected = if typed == right { Ok(number.clone()) } else { Err(NumberError::Check) };
            prop_assert_eq!(read(typed.clone()), expected, "{} typed {}", &number, typed.iter().collect::<String>());
        }
    }

    #[test]
    fn tt_01_a_character_left_out_or_typed_twice_is_noticed(number in any_number(), place in 0..8_usize) {
        let mut left_out = plain(&number);
        let twice = left_out.remove(place);
        prop_assert_eq!(read(left_out), Err(NumberError::Shape));
        let mut doubled = plain(&number);
        doubled.insert(place, twice);
        prop_assert_eq!(read(doubled), Err(NumberError::Shape));
    }

    #[test]
    fn tt_01_a_number_is_read_however_it_is_typed(
        number in any_number(),
        typed_as in prop::collection::vec((0..3_usize, any::<bool>(), "[- ]{0,2}"), 8),
    ) {
        let mut typed = String::new();
        for (c, (look_alike, lower, separators)) in plain(&number).into_iter().zip(typed_as) {
            let c = match c {
                '1' => ['1', 'I', 'L'][look_alike],
                '0' => ['0', 'O', 'O'][look_alike],
                c => c,
            };
            typed.push_str(&separators);
            typed.push(if lower { c.to_ascii_lowercase() } else { c });
        }
        prop_assert_eq!(read(typed.chars()), Ok(number), "typed '{}'", typed);
    }
}

#[test]
fn tt_01_look_alikes_are_read_as_digits() {
    // One that has both digits is looked for.
    let mut numbers = (0..).map(|attempt| TicketNumber::of_public("alpha", "look-alikes", attempt).to_string());
    let number = numbers.find(|number| number.contains('0') && number.contains('1')).unwrap();
    for (zero, one) in [("O", "I"), ("o", "i"), ("O", "L"), ("o", "l")] {
        assert_eq!(
            read(number.replace('0', zero).replace('1', one).chars()),
            Ok(number.clone()),
            "0 as {zero}, 1 as {one}"
        );
    }
}

#[test]
fn tt_01_what_is_no_number_is_refused() {
    let not_eight_of_the_alphabet = [
        "",
        "-",
        "47YT-3NC",
        "47YT-3NC22",
        "47YT-3NCU",
        "47YT_3NC2",
        "47YT-3NC!",
        "47YT-3NCÉ",
        "éééé",
        "４７YT",
        "47YT\t3NC2",
        "#47YT-3NC2",
    ];
    for text in not_eight_of_the_alphabet {
        assert_eq!(text.parse::<TicketNumber>(), Err(NumberError::Shape), "'{text}'");
    }
    let refusal = |text: &str| text.parse::<TicketNumber>().unwrap_err().to_string();
    assert_eq!(
        refusal("47YT-3NC"),
        "a ticket number is 8 characters of 0-9 and A-Z without I, L, O, U, such as 7K3M-9QXD"
    );
    assert_eq!(refusal("47YT-3NC3"), "the number is mistyped: its check character does not fit");
}

/// Computed apart from the program: SHA-256, then the check symbol over GF(32). A change of these would import past change requests
/// a second time.
#[test]
fn tt_01_the_same_public_name_always_leads_to_the_same_number() {
    let derived = [
        ("alpha", "key-1", 0, "47YT-3NC2"),
        ("alpha", "key-1", 1, "D7V5-XYAY"),
        ("beta", "key-1", 0, "Q49A-CQHE"),
        ("desk", "", 0, "FZ1P-TCX9"),
    ];
    for (party, key, attempt, number) in derived {
        assert_eq!(TicketNumber::of_public(party, key, attempt).to_string(), number, "{party}, {key}, {attempt}");
    }
}

#[test]
fn tt_01_different_keys_lead_to_different_numbers() {
    let mut led_by = HashMap::new();
    let keys = (0..3_000).flat_map(|n| {
        // The last would be the first if party and key were only put together.
        [
            ("alpha", format!("{n}"), 0),
            ("alpha", format!("{n}"), 1),
            ("beta", format!("{n}"), 0),
            ("alp", format!("ha{n}"), 0),
        ]
    });
    for key in keys {
        let number = TicketNumber::of_public(key.0, &key.1, key.2);
        if let Some(other) = led_by.insert(number, key.clone()) {
            panic!("{key:?} and {other:?} both lead to {number}");
        }
    }
}
