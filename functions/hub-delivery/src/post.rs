//! A signed POST to a listener: no redirect is followed, no proxy asked, of the answer only the status is looked at; where
//! listeners are to be at public addresses, no other one is ever connected to, whatever a name leads to.

use contract::Instant;
use domain::hub::{Delivery, Failure, Listener, NetworkScope};
use http::{Request, Uri, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{
            HttpConnector,
            dns::{GaiResolver, Name},
        },
    },
    rt::TokioExecutor,
};
use platform::delivering::Transport;
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};
use std::{
    fmt,
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tower::Service;
use url::{Host, Url};

/// Posts to listeners; cheap to clone.
#[derive(Clone)]
pub struct Post {
    client: Client<HttpsConnector<HttpConnector<Reached>>, String>,
    reach: NetworkScope,
    within: Duration,
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post").field("reach", &self.reach).field("within", &self.within).finish_non_exhaustive()
    }
}

impl Post {
    /// Posts to listeners within `reach`, who answer `within` this time or have failed.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(reach: NetworkScope, within: Duration) -> Result<Self, rustls::Error> {
        let mut http = HttpConnector::new_with_resolver(Reached { names: GaiResolver::new(), reach });
        http.enforce_http(false);
        // Mozilla's roots: those of the file beside the bootstrap are Amazon's alone.
        let tls =
            HttpsConnectorBuilder::new().with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())?;
        let schemes = if reach == NetworkScope::Public { tls.https_only() } else { tls.https_or_http() };
        let https = schemes.enable_http1().wrap_connector(http);
        // No connection is kept: each sending looks its name up, and is judged by what it finds.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(https);
        Ok(Self { client, reach, within })
    }

    fn request(&self, delivery: &Delivery, to: &Listener, now: Instant) -> Result<Request<String>, Failure> {
        let url = Url::parse(&to.callback).map_err(|_| Failure::Unreachable)?;
        // A literal address is connected to without the resolver.
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) | None => None,
        };
        if address.is_some_and(|address| !self.reach.allows(address)) {
            return Err(Failure::NotPublic);
        }
        let uri: Uri = url.as_str().parse().map_err(|_| Failure::Unreachable)?;
        let secret = to.secret.as_ref().map_or("", |secret| secret.0.as_str());
        let body = delivery.body.clone().unwrap_or_default();
        let signed = Webhook::new(secret)
            .and_then(|webhook| webhook.sign(&delivery.event, now.timestamp(), body.as_bytes()))
            .map_err(|_| Failure::Unreachable)?;
        Request::post(uri)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("wholesale-desk/", env!("CARGO_PKG_VERSION")))
            .header(HEADER_WEBHOOK_ID, &delivery.event)
            .header(HEADER_WEBHOOK_TIMESTAMP, now.timestamp())
            .header(HEADER_WEBHOOK_SIGNATURE, signed)
            .body(body)
            .map_err(|_| Failure::Unreachable)
    }
}

impl Transport for Post {
    async fn send(&self, delivery: &Delivery, to: &Listener, now: Instant) -> Result<(), Failure> {
        let request = self.request(delivery, to, now)?;
        let answer = tokio::time::timeout(self.within, self.client.request(request)).await;
        // The body is left where it is: the connection is closed on it.
        match answer.map_err(|_| Failure::TimedOut)? {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(Failure::Answered(answer.status().as_u16())),
            Err(error) if is_not_public(&error) => Err(Failure::NotPublic),
            Err(_) => Err(Failure::Unreachable),
        }
    }
}

/// The system's resolver, without the addresses that are not to be reached.
#[derive(Debug, Clone)]
struct Reached {
    names: GaiResolver,
    reach: NetworkScope,
}

/// A name leads to no address that may be reached.
#[derive(Debug, thiserror::Error)]
#[error("no public address")]
struct NotPublic;

impl Service<Name> for Reached {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.names.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (found, reach) = (self.names.call(name), self.reach);
        Box::pin(async move {
            let found: Vec<SocketAddr> = found.await?.filter(|address| reach.allows(address.ip())).collect();
            if found.is_empty() { Err(io::Error::other(NotPublic)) } else { Ok(found.into_iter()) }
        })
    }
}

fn is_not_public(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    causes.any(|cause| {
        let io = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause.is::<NotPublic>() || io.is_some_and(|inner| inner.is::<NotPublic>())
    })
}
