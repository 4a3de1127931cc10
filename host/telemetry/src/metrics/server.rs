use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::runtime::{self, Runtime};
use tokio::sync::{Semaphore, oneshot};
use tokio::time;

use super::{CONTENT_TYPE, Metrics};

/// Connections at once; more wait in the system's queue.
const CONNECTIONS: u32 = 32;
/// The most that a request line and headers may have, in bytes.
const HEADERS: usize = 16 << 10;
/// A client that has not sent its request by then is hung up on.
const REQUEST: Duration = Duration::from_secs(2);
/// One connection in all: one request and its answer.
const CONNECTION: Duration = Duration::from_secs(5);
/// What answers under way are given at the end.
const GRACE: Duration = Duration::from_millis(500);

/// Serves metrics at `/metrics` over HTTP until it is dropped, on one thread of its own.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why metrics cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot serve metrics on {address}: {cause}; {}", advice(.cause))]
    Bind {
        /// As it was asked for.
        address: String,
        /// What the system said.
        cause: io::Error,
    },
    /// No thread, or nothing to wait for sockets with.
    #[error("cannot start the metrics server: {0}")]
    Start(io::Error),
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program listens there: stop it, choose another port, or let port 0 find a free one"
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine has no such address: 127.0.0.1 serves this machine, 0.0.0.0 all its networks"
        }
        io::ErrorKind::PermissionDenied => "choose a port from 1024 up",
        _ => "write host:port, as in 127.0.0.1:9464",
    }
}

impl Server {
    /// Listens on `address`, `host:port`; port 0 finds a free one. When this returns, a scrape is answered.
    ///
    /// # Errors
    /// [`ServeError`] says why it cannot and what to do.
    pub fn start(address: &str, metrics: Metrics) -> Result<Self, ServeError> {
        let bind = || {
            let listener = TcpListener::bind(address)?;
            listener.set_nonblocking(true)?;
            Ok((listener.local_addr()?, listener))
        };
        let (bound, listener) = bind().map_err(|cause| ServeError::Bind { address: address.to_owned(), cause })?;
        let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(ServeError::Start)?;
        let listener = runtime.block_on(async { tokio::net::TcpListener::from_std(listener) });
        let listener = listener.map_err(ServeError::Start)?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("seedbed-metrics".into())
            .spawn(move || serve(&runtime, listener, routes(metrics), stopped))
            .map_err(ServeError::Start)?;
        Ok(Self { address: bound, stop: Some(stop), thread: Some(thread) })
    }

    /// The address that it listens on, with the port that was found.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    /// Takes no more requests, and waits half a second at most for answers under way.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in it was printed when it happened.
            let _ = thread.join();
        }
    }
}

fn routes(metrics: Metrics) -> Router {
    const INDEX: &str =
        "seedbed\n\n/metrics  metrics in the Prometheus text format\n/healthz  ok while this process lives\n";
    let text = move || {
        let text = metrics.text();
        async move { ([(header::CONTENT_TYPE, CONTENT_TYPE)], text) }
    };
    Router::new()
        .route("/", get(|| async { INDEX }))
        .route("/metrics", get(text))
        .route("/healthz", get(|| async { "ok\n" }))
}

fn serve(runtime: &Runtime, listener: tokio::net::TcpListener, routes: Router, stopped: oneshot::Receiver<()>) {
    let free = Arc::new(Semaphore::new(CONNECTIONS as usize));
    runtime.block_on(async {
        let accepting = tokio::spawn(accept(listener, routes, Arc::clone(&free)));
        // An error says that the server was dropped, which is how it is stopped.
        let _ = stopped.await;
        accepting.abort();
        let _ = time::timeout(GRACE, free.acquire_many(CONNECTIONS)).await;
    });
}

async fn accept(listener: tokio::net::TcpListener, routes: Router, free: Arc<Semaphore>) {
    const AFTER_ERROR: Duration = Duration::from_millis(100);
    while let Ok(permit) = Arc::clone(&free).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let answer = answer(stream, routes.clone());
                tokio::spawn(async move {
                    // Past its time or broken off by the client: either way the connection is over.
                    let _ = time::timeout(CONNECTION, answer).await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::debug!("a connection for metrics failed: {error}");
                time::sleep(AFTER_ERROR).await;
            }
        }
    }
}

fn answer(stream: TcpStream, routes: Router) -> impl Future<Output = hyper::Result<()>> {
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST)
        .max_buf_size(HEADERS)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes))
}
