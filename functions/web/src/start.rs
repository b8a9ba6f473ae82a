//! What the function is told when it is deployed.

use crate::{
    Web,
    ask::Ask,
    session::SessionKeys,
    sign_in::{ApiToken, Issuer},
};
use contract::Policy;
use platform::start::{StartError, policy_from};
use std::{env, sync::Arc};

/// The pages by their environment.
///
/// | variable | what |
/// |---|---|
/// | `API_ADDRESS` | where the API is: `https://...` |
/// | `PAGES_ADDRESS` | where the pages are, as a browser sees them: `https://...` |
/// | `SITES_ADDRESS` | where the public sites are, likewise |
/// | `ISSUER` | who signs people in, as the issuer's tokens name it |
/// | `CLIENT` | the client id of the pages, without a secret |
/// | `API_TOKEN` | `id` where the API takes the id token, as with Cognito; else the access token |
/// | `SESSION_SECRET` | what sessions are sealed with, 32 characters or more |
/// | `SESSION_SECRET_FORMER` | what they were sealed with before; `none`, or not set, when there is none |
/// | `POLICY_FILE` | the policy's document; the sources' values when it is not set |
///
/// # Errors
/// When one is missing or cannot be used.
pub fn by_environment() -> Result<Web, lambda_http::Error> {
    let names = ["API_ADDRESS", "PAGES_ADDRESS", "SITES_ADDRESS", "ISSUER", "CLIENT", "SESSION_SECRET"];
    let values: Vec<String> = names.iter().filter_map(|name| env::var(name).ok()).collect();
    let [api, address, sites, issuer, client, secret] = values.as_slice() else {
        let unset: Vec<&str> = names.into_iter().filter(|name| env::var(name).is_err()).collect();
        return Err(StartError::Unset(unset.join(", ")).into());
    };
    let former = env::var("SESSION_SECRET_FORMER").ok().filter(|former| former != "none");
    let token = if env::var("API_TOKEN").is_ok_and(|token| token == "id") { ApiToken::Id } else { ApiToken::Access };
    let policy = match env::var("POLICY_FILE") {
        Ok(path) => policy_from(&path)?,
        Err(_) => Policy::defaults(),
    };
    Ok(Web {
        ask: Ask::over_https()?,
        api: api.trim_end_matches('/').to_owned(),
        address: address.trim_end_matches('/').to_owned(),
        sites: sites.trim_end_matches('/').to_owned(),
        issuer: Issuer::new(issuer, client, token)?,
        keys: SessionKeys::new(secret, former.as_deref())?,
        policy: Arc::new(policy),
    })
}
