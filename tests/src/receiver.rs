//! A listener: a server on this machine that keeps what is posted to it, and answers as it is told.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::net::TcpListener;

/// A listener, until it is dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    state: Arc<Mutex<Told>>,
    serving: tokio::task::JoinHandle<()>,
}

#[derive(Debug)]
struct Told {
    manner: Manner,
    posted: Vec<Posted>,
}

/// How it answers.
#[derive(Debug, Clone)]
pub enum Manner {
    /// With this status.
    Status(u16),
    /// With a redirect to somewhere.
    Redirect(String),
    /// With a body that never ends.
    Endless,
    /// Well, after so long.
    After(Duration),
    /// Not at all.
    Hangs,
}

/// What was posted.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Posted {
    /// The body, read.
    #[must_use]
    pub fn event(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

impl Receiver {
    /// Begins to listen, and takes everything.
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(Told { manner: Manner::Status(204), posted: Vec::new() }));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(take).with_state(state.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, state, serving }
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/events", self.address)
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Answers with this status from now on.
    pub fn answers(&self, status: u16) {
        self.behaves(Manner::Status(status));
    }

    /// Answers so from now on.
    pub fn behaves(&self, manner: Manner) {
        self.state.lock().unwrap().manner = manner;
    }

    /// Waits until something was posted.
    pub async fn is_posted_to(&self) {
        while self.state.lock().unwrap().posted.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What was posted since it was last asked.
    #[must_use]
    pub fn posted(&self) -> Vec<Posted> {
        std::mem::take(&mut self.state.lock().unwrap().posted)
    }

    /// The same, each in a line: `TroubleTicketCreateEvent acknowledged`.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        let line = |posted: &Posted| {
            let event = posted.event();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            format!("{} {}", text(&event["eventType"]), text(&event["event"]["troubleTicket"]["status"]))
        };
        self.posted().iter().map(line).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(State(state): State<Arc<Mutex<Told>>>, headers: HeaderMap, body: Bytes) -> Response {
    let manner = {
        let mut told = state.lock().unwrap();
        told.posted.push(Posted { headers, body });
        told.manner.clone()
    };
    match manner {
        Manner::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Manner::Redirect(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
        Manner::Endless => {
            let mebibyte = Bytes::from(vec![b'x'; 1 << 20]);
            let chunks = futures::stream::repeat_with(move || Ok::<_, std::io::Error>(mebibyte.clone()));
            Body::from_stream(chunks).into_response()
        }
        Manner::After(_) | Manner::Hangs => {
            let after = if let Manner::After(after) = manner { after } else { Duration::MAX };
            tokio::time::sleep(after).await;
            StatusCode::NO_CONTENT.into_response()
        }
    }
}
