//! Words: enums whose values the API, the store, the policy and the notices write as one word each. The names of the variants are the
//! words, in the case that `#[strum(serialize_all = "…")]` tells; [`word!`](crate::word!) makes the rest of them.

pub use strum::VariantArray;

/// A value that is written as one word.
pub trait Word: Copy + Into<&'static str> + VariantArray {
    /// What can be written in its place, as a refusal of another word says it.
    fn choices() -> String;

    /// The word that the API, the stored items and the policy have for the value.
    fn as_str(self) -> &'static str {
        self.into()
    }

    /// All words, in the order of the variants.
    #[must_use]
    fn words() -> Vec<&'static str> {
        Self::VARIANTS.iter().map(|word| word.as_str()).collect()
    }
}

/// "a, b or c".
#[must_use]
pub fn either(words: &[&str]) -> String {
    match words {
        [before @ .., last] if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => words.concat(),
    }
}

/// "one of a, b, c".
#[must_use]
pub fn one_of(words: &[&str]) -> String {
    format!("one of {}", listed(words))
}

/// "a, b, c".
#[must_use]
pub fn listed(words: &[&str]) -> String {
    words.join(", ")
}

/// Makes an enum that derives `strum::IntoStaticStr` and `strum::VariantArray` a [`Word`](crate::word::Word), which is read, printed
/// and stored by its word. A refusal of another word lists the words as "a, b or c", or as the named function does.
#[macro_export]
macro_rules! word {
    ($word:ty) => {
        $crate::word!($word, $crate::word::either);
    };
    ($word:ty, $choices:expr) => {
        impl $word {
            /// All of them, in their order.
            pub const ALL: [Self; <Self as $crate::word::VariantArray>::VARIANTS.len()] =
                *<Self as $crate::word::VariantArray>::VARIANTS
                    .first_chunk()
                    .expect("the array is as long as the slice");

            /// The word for it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                self.into()
            }
        }

        impl $crate::word::Word for $word {
            fn choices() -> String {
                $choices(&Self::ALL.map(Self::as_str))
            }
        }

        impl ::std::fmt::Display for $word {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $word {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let found = Self::ALL.into_iter().find(|word| word.as_str() == text);
                found.ok_or_else(<Self as $crate::word::Word>::choices)
            }
        }

        impl ::serde::Serialize for $word {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $word {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as ::serde::Deserialize>::deserialize(from)?;
                text.parse().map_err(|choices| ::serde::de::Error::custom(format!("'{text}' is not {choices}")))
            }
        }
    };
}
