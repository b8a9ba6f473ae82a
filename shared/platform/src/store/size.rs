//! How large an item is by the table's own count, so that one that does not fit is told from one that could not be written now.

use super::{Item, StoreError};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use record::bound::ITEM_AT_MOST;

/// The most that one transaction writes, in bytes.
const TRANSACTION_AT_MOST: usize = 4 * 1024 * 1024;
/// What a list or a map counts beside what is in it.
const NESTED: usize = 3;

/// That an item fits.
///
/// # Errors
/// [`StoreError::TooLarge`].
pub(super) fn check(item: &Item) -> Result<usize, StoreError> {
    let bytes = item.iter().map(|(name, value)| name.len() + of(value)).sum();
    if bytes <= ITEM_AT_MOST { Ok(bytes) } else { Err(too_large(item, bytes)) }
}

/// That a transaction fits, and each item of it.
///
/// # Errors
/// [`StoreError::TooLarge`].
pub(super) fn check_all(writes: &[TransactWriteItem]) -> Result<(), StoreError> {
    let mut sum = 0;
    for item in writes.iter().filter_map(|write| Some(write.put()?.item())) {
        sum += check(item)?;
        if sum > TRANSACTION_AT_MOST {
            return Err(too_large(item, sum));
        }
    }
    Ok(())
}

fn too_large(item: &Item, bytes: usize) -> StoreError {
    let sort_key = item.get("sk").and_then(|sk| sk.as_s().ok()).cloned().unwrap_or_default();
    StoreError::TooLarge { sort_key, bytes }
}

fn of(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        // Two digits a byte, and one for sign and exponent.
        AttributeValue::N(number) => number.len().div_ceil(2) + 1,
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::L(values) => NESTED + values.iter().map(|value| 1 + of(value)).sum::<usize>(),
        AttributeValue::M(values) => {
            NESTED + values.iter().map(|(name, value)| 1 + name.len() + of(value)).sum::<usize>()
        }
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Ns(numbers) => numbers.iter().map(|number| number.len().div_ceil(2) + 1).sum(),
        AttributeValue::Bs(blobs) => blobs.iter().map(|bytes| bytes.as_ref().len()).sum(),
        _ => 1,
    }
}
