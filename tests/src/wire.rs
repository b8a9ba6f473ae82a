//! The wire to the services: it counts what goes over it, fails where it is told to, and notes each call that the template
//! does not allow the function that makes it.

use crate::{
    Template,
    template::{Permission, needed},
};
use local_desk::{
    aws::{Answer, BoxFuture, Call, NoAnswer, Service},
    stand_ins::StandIns,
};
use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex},
};

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// DynamoDB throttles it; nothing was done.
    Throttled,
    /// Another transaction is at the same item; nothing was done.
    TransactionConflict,
    /// The connection is lost before it arrives.
    LostBefore,
    /// It is done, and the connection is lost before the answer arrives.
    LostAfter,
    /// SNS, or EventBridge, takes all entries of the batch but the one at this place.
    RefusesEntry(usize),
    /// The service is down.
    Down,
    /// SNS does not take the number, and quotes it.
    QuotesNumber,
    /// The process dies before the call: no later call arrives either.
    KilledBefore,
    /// The process dies right after the call.
    KilledAfter,
}

#[derive(Debug, Default)]
struct State {
    calls: Vec<(String, Call)>,
    faults: Vec<(&'static str, Fault, usize)>,
    dead: bool,
    used: BTreeSet<(String, Permission)>,
    violations: BTreeSet<String>,
}

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The table.
    DynamoDb,
    /// The messaging service.
    Sns,
    /// The bus.
    EventBridge,
    /// The attachments.
    S3,
}

/// The wire; its clones are the same wire.
#[derive(Debug, Clone, Default)]
pub struct Wire(Arc<Mutex<State>>);

impl Wire {
    /// The next `times` calls of an operation fail so.
    pub fn fails(&self, operation: &'static str, times: usize, fault: Fault) {
        self.0.lock().unwrap().faults.push((operation, fault, times));
    }

    /// Nothing fails any more.
    pub fn mended(&self) {
        self.0.lock().unwrap().faults.clear();
    }

    /// The calls that went over it since it was last asked.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.calls_of_functions().into_iter().map(|(_, call)| call).collect()
    }

    /// The same, each with the function that made it.
    #[must_use]
    pub fn calls_of_functions(&self) -> Vec<(String, Call)> {
        std::mem::take(&mut self.0.lock().unwrap().calls)
    }

    /// What the functions used of what they are allowed, each by the permission that allowed it.
    #[must_use]
    pub fn used(&self) -> BTreeSet<(String, Permission)> {
        self.0.lock().unwrap().used.clone()
    }

    /// Puts the wire between a function and the stand_ins.
    #[must_use]
    pub fn before(&self, function: &str, stand_ins: StandIns) -> StandIns {
        let allowed: Arc<[Permission]> = Template::get().permissions(function).into();
        let wired = |target, service: Arc<dyn Service>| -> Arc<dyn Service> {
            let (wire, function, allowed) = (self.clone(), function.to_owned(), allowed.clone());
            Arc::new(Wired { wire, function, allowed, target, service })
        };
        StandIns {
            dynamodb: wired(Target::DynamoDb, stand_ins.dynamodb),
            sns: wired(Target::Sns, stand_ins.sns),
            eventbridge: wired(Target::EventBridge, stand_ins.eventbridge),
            s3: wired(Target::S3, stand_ins.s3),
            ..stand_ins
        }
    }

    /// The calls that the template does not allow. They are let through: the story fails when it ends.
    #[must_use]
    pub fn violations(&self) -> BTreeSet<String> {
        self.0.lock().unwrap().violations.clone()
    }

    /// Holds a call to its function's policy.
    fn permit(&self, wired: &Wired, call: &Call) {
        for needed in needed(wired.target, call) {
            let by = wired.allowed.iter().find(|allowed| allowed.allows(&needed));
            let mut state = self.0.lock().unwrap();
            match by {
                Some(by) => drop(state.used.insert((wired.function.clone(), by.clone()))),
                None => drop(state.violations.insert(format!(
                    "{} may not {} on {}: infra/template.yaml",
                    wired.function, needed.action, needed.resource
                ))),
            }
        }
    }

    fn fault(&self, function: &str, call: &Call) -> Result<Option<Fault>, NoAnswer> {
        let mut state = self.0.lock().unwrap();
        if state.dead {
            return Err(NoAnswer::ConnectionLost);
        }
        state.calls.push((function.to_owned(), call.clone()));
        let Some(at) = state.faults.iter().position(|(operation, ..)| *operation == call.operation) else {
            return Ok(None);
        };
        let (_, fault, times) = &mut state.faults[at];
        let fault = *fault;
        *times -= 1;
        if *times == 0 {
            state.faults.remove(at);
        }
        if fault == Fault::KilledBefore {
            state.dead = true;
            return Err(NoAnswer::ConnectionLost);
        }
        Ok(Some(fault))
    }
}

struct Wired {
    wire: Wire,
    function: String,
    allowed: Arc<[Permission]>,
    target: Target,
    service: Arc<dyn Service>,
}

impl fmt::Debug for Wired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wired").finish_non_exhaustive()
    }
}

impl Service for Wired {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Result<Answer, NoAnswer>> {
        Box::pin(async move {
            self.wire.permit(self, &call);
            let dynamodb = |status, body: &str| Ok(Answer::new(status, "application/x-amz-json-1.0", body));
            match self.wire.fault(&self.function, &call)? {
                None | Some(Fault::KilledBefore) => self.service.call(call).await,
                Some(Fault::Throttled) => dynamodb(
                    400,
                    r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}"#,
                ),
                Some(Fault::TransactionConflict) => dynamodb(
                    400,
                    r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled [TransactionConflict]","CancellationReasons":[{"Code":"TransactionConflict","Message":"ongoing"}]}"#,
                ),
                Some(Fault::QuotesNumber) => {
                    let form = url::form_urlencoded::parse(&call.body);
                    let number = form.into_owned().find(|(name, _)| name == "PhoneNumber").unwrap().1;
                    Ok(Answer::new(
                        400,
                        "text/xml",
                        format!(
                            "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>Invalid parameter: PhoneNumber Reason: {number} is not valid to publish to</Message></Error><RequestId>0</RequestId></ErrorResponse>"
                        ),
                    ))
                }
                Some(Fault::LostBefore) => Err(NoAnswer::ConnectionLost),
                Some(Fault::Down) => Ok(Answer::new(
                    400,
                    "text/xml",
                    "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Receiver</Type><Code>InternalError</Code><Message>down</Message></Error><RequestId>0</RequestId></ErrorResponse>",
                )),
                Some(Fault::LostAfter) => {
                    self.service.call(call).await?;
                    Err(NoAnswer::ConnectionLost)
                }
                Some(Fault::KilledAfter) => {
                    let _done = self.service.call(call).await?;
                    self.wire.0.lock().unwrap().dead = true;
                    Err(NoAnswer::ConnectionLost)
                }
                Some(Fault::RefusesEntry(at)) => refusing(self.service.as_ref(), call, at).await,
            }
        })
    }
}

/// Does the batch without one entry, and answers that this one failed.
async fn refusing(service: &dyn Service, call: Call, at: usize) -> Result<Answer, NoAnswer> {
    let form = std::str::from_utf8(&call.body).unwrap();
    // SNS counts members from 1; each member's parameters begin alike.
    let member = |index: usize| format!("PublishBatchRequestEntries.member.{index}.");
    let refused = member(at + 1);
    let id = form.split('&').find_map(|part| part.strip_prefix(&format!("{refused}Id="))).unwrap_or("0").to_owned();
    let left: Vec<String> = form
        .split('&')
        .filter(|part| !part.starts_with(&refused))
        .map(|part| {
            let after = (at + 2..=10).find(|index| part.starts_with(&member(*index)));
            after.map_or_else(|| part.to_owned(), |index| part.replacen(&member(index), &member(index - 1), 1))
        })
        .collect();
    let failed = format!("<member><Id>{id}</Id><Code>InternalError</Code><SenderFault>false</SenderFault></member>");
    if !left.iter().any(|part| part.starts_with(&member(1))) {
        let body = format!(
            "<PublishBatchResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishBatchResult><Successful/><Failed>{failed}</Failed></PublishBatchResult></PublishBatchResponse>"
        );
        return Ok(Answer::new(200, "text/xml", body));
    }
    let mut answer = service.call(Call { body: left.join("&").into_bytes(), ..call }).await?;
    let body = String::from_utf8(answer.body).unwrap();
    let body = body.replace("<Failed/>", "<Failed></Failed>").replace("</Failed>", &format!("{failed}</Failed>"));
    answer.body = body.into_bytes();
    Ok(answer)
}
