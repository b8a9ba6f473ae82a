//! Who was overtaken by another write decides again, on what that left.

use crate::StoreError;
use contract::Failed;

/// How often something is decided before its caller is told that somebody was always first.
const ROUNDS: u32 = 6;

/// An error that may say that somebody was first.
pub(crate) trait MaybeOvertaken {
    /// Whether it does: nothing was written then.
    fn is_overtaken(&self) -> bool;
}

impl MaybeOvertaken for StoreError {
    fn is_overtaken(&self) -> bool {
        matches!(self, Self::Overtaken)
    }
}

impl MaybeOvertaken for Failed {
    fn is_overtaken(&self) -> bool {
        matches!(self, Self::Broken(error) if error.downcast_ref().is_some_and(StoreError::is_overtaken))
    }
}

/// Reads, decides and writes by `attempt`, which is told the round, the first is 1; again while somebody was first, a few times.
pub(crate) async fn again_when_overtaken<T, E: MaybeOvertaken, F: Future<Output = Result<T, E>>>(
    attempt: impl Fn(u32) -> F,
) -> Result<T, E> {
    let mut round = 1;
    loop {
        match attempt(round).await {
            Err(error) if round < ROUNDS && error.is_overtaken() => round += 1,
            done => return done,
        }
    }
}

/// What was written, unless somebody was first, where that makes no difference.
pub(crate) fn unless_overtaken<T>(written: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match written {
        Ok(written) => Ok(Some(written)),
        Err(StoreError::Overtaken) => Ok(None),
        Err(error) => Err(error),
    }
}
