//! The caller: a party, from the token that the gateway has verified, never from the body (AP-03).

use crate::{Conditions, Problem};
use axum::{extract::FromRequestParts, http::request::Parts};
use contract::{Actor, Party, Policy};
use http::StatusCode;
use lambda_http::request::RequestContext;
use record::WriteContext;
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};

/// The caller of a request, from the verified token.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

impl Caller {
    /// The party that the caller acts for.
    #[must_use]
    pub fn party(&self) -> &Party {
        &self.0.party
    }

    /// What it asks for by a request without a body, such as a removal.
    #[must_use]
    pub fn asks(&self, conditions: &Conditions) -> WriteContext {
        let request = conditions.request(self.party(), &Value::Null, &[]);
        WriteContext { by: self.0.clone(), expected_version: conditions.expected_version, request }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let policy = parts.extensions.get::<Arc<Policy>>();
        let claims = claims(parts);
        let caller = policy.zip(claims).and_then(|(policy, claims)| caller(policy, claims));
        caller.ok_or_else(|| {
            Problem::new(StatusCode::FORBIDDEN, "AP-03", "this token is no party's: no CLEC, no role, no known client")
        })
    }
}

fn claims(parts: &Parts) -> Option<&HashMap<String, String>> {
    match parts.extensions.get::<RequestContext>()? {
        RequestContext::ApiGatewayV2(context) => Some(&context.authorizer.as_ref()?.jwt.as_ref()?.claims),
        _ => None,
    }
}

fn caller(policy: &Policy, claims: &HashMap<String, String>) -> Option<Caller> {
    let claim = |name: &str| claims.get(name).map(String::as_str);
    // The gateway hands an array on as "[one two]".
    let roles: Vec<&str> = claim(&policy.claims.roles)
        .map(|roles| {
            roles.split(|c: char| c.is_whitespace() || "[],\"".contains(c)).filter(|role| !role.is_empty()).collect()
        })
        .unwrap_or_default();
    let party = policy.party(claim(&policy.claims.clec), &roles, claim(&policy.claims.client))?;
    let subject = claim("sub").or(claim(&policy.claims.client)).unwrap_or_default().to_owned();
    let mut actor = Actor::new(party, subject);
    if actor.party.is_provider() {
        let client = claim(&policy.claims.client);
        (actor.roles, actor.tiers) = (policy.cmp_roles(&roles, client), policy.wsd_tiers(&roles, client));
    }
    Some(Caller(actor))
}
