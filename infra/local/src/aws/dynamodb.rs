//! DynamoDB, on the embedded engine.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, PoisonError},
};

use dynoxide::{Database, DynoxideError, actions::transact_write_items::TransactWriteItemsRequest, storage::Storage};
use serde::{Serialize, de::DeserializeOwned};

use super::{Answer, BoxFuture, Call, NoAnswer, Service};

const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// How many transactions can be repeated by their token: the SDK repeats one at once, when its answer was lost.
const REPEATABLE: usize = 100;

/// DynamoDB and its streams, as far as the desk uses them. `Scan` is not among its operations.
pub struct DynamoDb {
    db: Database,
    /// The latest transactions that had a token, each with its answer. The engine would keep the tokens of ten minutes and go through
    /// all of them at each transaction, so that a transaction cost more the faster the clock is turned.
    repeatable: Mutex<VecDeque<(Vec<u8>, String)>>,
}

impl DynamoDb {
    /// The service on `db`, which may be shared with others.
    pub fn new(db: Database) -> Self {
        Self { db, repeatable: Mutex::default() }
    }

    fn run(&self, operation: &str, body: &[u8]) -> Option<dynoxide::Result<String>> {
        let db = &self.db;
        Some(match operation {
            "CreateTable" => typed(body, |request| db.create_table(request)),
            "DescribeTable" => typed(body, |request| db.describe_table(request)),
            "ListTables" => typed(body, |request| db.list_tables(request)),
            "UpdateTimeToLive" => typed(body, |request| db.update_time_to_live(request)),
            "PutItem" => typed(body, |request| db.put_item(request)),
            "GetItem" => typed(body, |request| db.get_item(request)),
            "UpdateItem" => typed(body, |request| db.update_item(request)),
            "DeleteItem" => typed(body, |request| db.delete_item(request)),
            "Query" => typed(body, |request| db.query(request)),
            "BatchGetItem" => typed(body, |request| db.batch_get_item(request)),
            "BatchWriteItem" => typed(body, |request| db.batch_write_item(request)),
            "TransactGetItems" => typed(body, |request| db.transact_get_items(request)),
            "TransactWriteItems" => self.transact_write_items(body),
            "ListStreams" => typed(body, |request| db.list_streams(request)),
            "DescribeStream" => typed(body, |request| db.describe_stream(request)),
            "GetShardIterator" => typed(body, |request| db.get_shard_iterator(request)),
            "GetRecords" => typed(body, |request| db.get_records(request)),
            _ => return None,
        })
    }

    /// A transaction; the same request with the same token is answered as before, and has its effect once.
    fn transact_write_items(&self, body: &[u8]) -> dynoxide::Result<String> {
        let mut repeatable = self.repeatable.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, answer)) = repeatable.iter().find(|(asked, _)| asked == body) {
            return Ok(answer.clone());
        }
        let mut has_token = false;
        let answer = typed(body, |mut request: TransactWriteItemsRequest| {
            has_token = request.client_request_token.take().is_some();
            self.db.transact_write_items(request)
        })?;
        if has_token {
            repeatable.truncate(REPEATABLE - 1);
            repeatable.push_front((body.to_vec(), answer.clone()));
        }
        Ok(answer)
    }
}

/// The records of a table's stream that were played and can go: DynamoDB keeps a record for a day. The engine keeps each for ever and
/// looks through all of them at each write, so that a write cost more with each write before it.
pub struct PlayedRecords {
    /// A second connection to the engine's file; an engine in memory has none, and keeps its records.
    file: Option<Mutex<Storage>>,
}

impl PlayedRecords {
    /// The records of the engine that `db` is.
    ///
    /// # Errors
    /// When its file cannot be opened a second time.
    pub fn of(db: &Database) -> dynoxide::Result<Self> {
        Ok(Self { file: db.db_path()?.map(|path| Storage::new(&path).map(Mutex::new)).transpose()? })
    }

    /// Deletes what is before a record, which stays: the engine numbers the next one from it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn trim(&self, table: &str, played: &str) -> anyhow::Result<()> {
        let before = "DELETE FROM _stream_records WHERE table_name = ?1
            AND id < (SELECT id FROM _stream_records WHERE table_name = ?1 AND event_id = ?2)";
        if let Some(file) = &self.file {
            let file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.conn().execute(before, (table, played))?;
        }
        Ok(())
    }
}

impl fmt::Debug for DynamoDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamoDb").finish_non_exhaustive()
    }
}

impl Service for DynamoDb {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Result<Answer, NoAnswer>> {
        Box::pin(async move {
            Ok(match self.run(&call.operation, &call.body) {
                Some(Ok(body)) => Answer::new(200, CONTENT_TYPE, body),
                Some(Err(error)) => Answer::new(error.status_code(), CONTENT_TYPE, error.to_json()),
                None => Answer::unknown_operation(CONTENT_TYPE),
            })
        })
    }
}

fn typed<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    run: impl FnOnce(Q) -> dynoxide::Result<A>,
) -> dynoxide::Result<String> {
    let request = serde_json::from_slice(body).map_err(unreadable)?;
    serde_json::to_string(&run(request)?).map_err(|e| DynoxideError::InternalServerError(e.to_string()))
}

/// The engine's request types mark a refusal with its class, and `serde_json` adds where in the body it was.
fn unreadable(error: serde_json::Error) -> DynoxideError {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    match text.split_once(':') {
        Some(("VALIDATION" | "VALIDATION_AS_READ" | "VALIDATION_REQUEST", reason)) => {
            DynoxideError::ValidationException(reason.to_owned())
        }
        Some(("SERIALIZATION" | "SERIALIZATION_AS_READ", reason)) => {
            DynoxideError::SerializationException(reason.to_owned())
        }
        _ => DynoxideError::SerializationException(text.to_owned()),
    }
}
