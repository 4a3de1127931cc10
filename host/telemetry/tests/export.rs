//! What scrapers and node exporters meet: the endpoint and the file.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use seedbed_telemetry::metrics::{Metrics, MetricsFile, Mutation, Server};
use support::Scrape;

const SUCCESS: Mutation = Mutation { tier: None, attempts: 1, failed: None, took: Duration::from_micros(10) };

/// Status line with headers, and body of the answer to a request.
fn answer(address: SocketAddr, request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(format!("{request} HTTP/1.1\r\nhost: test\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

fn server(metrics: &Metrics) -> Server {
    Server::start("127.0.0.1:0", metrics.clone()).unwrap()
}

#[test]
fn a_scrape_gets_the_text_and_everything_else_a_status() {
    let metrics = Metrics::new();
    let server = server(&metrics);
    let (head, body) = answer(server.address(), "GET /metrics");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
    assert_eq!(Scrape::read(&body).value("seedbed_guest_instances_total"), 0.0);
    metrics.mutations(None).local().mutation(&SUCCESS);
    let (_, body) = answer(server.address(), "GET /metrics");
    assert_eq!(Scrape::read(&body).value("exit_mutations_total"), 1.0);

    assert_eq!(answer(server.address(), "GET /healthz").1, "ok\n");
    assert!(answer(server.address(), "GET /").1.contains("/metrics"));
    assert!(answer(server.address(), "GET /etc/passwd").0.starts_with("HTTP/1.1 404 "));
    assert!(answer(server.address(), "POST /metrics").0.starts_with("HTTP/1.1 405 "));
}

#[test]
fn a_taken_port_or_a_foreign_address_is_named_with_what_to_do() {
    let metrics = Metrics::new();
    let first = server(&metrics);
    let address = first.address().to_string();
    let taken = Server::start(&address, metrics.clone()).unwrap_err().to_string();
    assert!(taken.starts_with(&format!("cannot serve metrics on {address}: ")), "{taken}");
    assert!(taken.contains("another program listens there: stop it, choose another port"), "{taken}");
    // TEST-NET-1 of RFC 5737, nobody's address.
    let foreign = Server::start("192.0.2.1:9464", metrics.clone()).unwrap_err().to_string();
    assert!(foreign.contains("this machine has no such address"), "{foreign}");
    drop(first);
    Server::start(&address, metrics).unwrap();
}

/// The end of a command must not wait for whoever holds a connection open.
#[test]
fn a_half_sent_request_does_not_hold_up_the_end() {
    let server = server(&Metrics::new());
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(b"GET /met").unwrap();
    thread::sleep(Duration::from_millis(50));
    let start = Instant::now();
    drop(server);
    assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
}

/// Monitoring must not go blind because somebody opens connections and says nothing.
#[test]
fn idle_connections_are_hung_up_on_and_the_scrape_behind_them_is_answered() {
    let server = server(&Metrics::new());
    let idle: Vec<_> = (0..40).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    let (head, _) = answer(server.address(), "GET /metrics");
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    let mut first = &idle[0];
    first.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let mut rest = Vec::new();
    first.read_to_end(&mut rest).unwrap();
}

#[test]
fn a_request_of_endless_headers_is_refused() {
    let server = server(&Metrics::new());
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let header = format!("x: {}\r\n", "y".repeat(1000));
    // The server may hang up while this is still being sent.
    let _ = stream.write_all(format!("GET /metrics HTTP/1.1\r\n{}\r\n", header.repeat(64)).as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).contains(" 200 OK"));
}

/// An exporter that reads half a file reports counters that fell.
#[test]
fn a_reader_never_sees_a_part_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seedbed.prom");
    let metrics = Metrics::new();
    let mut local = metrics.mutations(None).local();
    let last = metrics.text().lines().last().unwrap().split(' ').next().unwrap().to_owned();
    let file = MetricsFile::start(&path, metrics.clone(), Duration::from_micros(100)).unwrap();
    let start = Instant::now();
    let (mut states, mut seen) = (0, String::new());
    while states < 100 || start.elapsed() < Duration::from_millis(300) {
        local.mutation(&SUCCESS);
        local.flush();
        let text = fs::read_to_string(&path).unwrap();
        let scrape = Scrape::read(&text);
        assert!(scrape.samples.contains_key(&last), "{text}");
        states += u32::from(text != seen);
        seen = text;
    }
    local.mutation(&SUCCESS);
    drop(local);
    let total = Scrape::read(&metrics.text()).value("exit_mutations_total");
    drop(file);
    let kept = Scrape::read(&fs::read_to_string(&path).unwrap());
    assert_eq!(kept.value("exit_mutations_total"), total, "the last state is written at the end");
}

#[test]
fn a_link_stays_a_link_and_nothing_is_left_beside_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("seedbed.prom"), folder.path().join("link.prom"));
    fs::write(&path, "old").unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    drop(MetricsFile::start(&link, Metrics::new(), Duration::from_secs(5)).unwrap());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    Scrape::read(&fs::read_to_string(&path).unwrap());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

#[test]
fn a_file_that_cannot_be_written_is_named_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let start = |path: &std::path::Path| {
        MetricsFile::start(path, Metrics::new(), Duration::from_secs(5)).unwrap_err().to_string()
    };
    let absent = folder.path().join("absent/seedbed.prom");
    let said = start(&absent);
    assert!(said.starts_with(&format!("cannot write metrics to {}: No such file", absent.display())), "{said}");
    assert!(said.contains("its folder must exist and be writable"), "{said}");
    assert!(start(folder.path()).ends_with("it is no regular file; name another"));
    assert!(start("/dev/null".as_ref()).ends_with("it is no regular file; name another"));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

/// A node exporter has these names of its own, and refuses a file that gives them another meaning.
#[test]
fn the_file_leaves_the_process_to_the_node_exporter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seedbed.prom");
    let metrics = Metrics::new();
    drop(MetricsFile::start(&path, metrics.clone(), Duration::from_secs(60)).unwrap());
    let file = fs::read_to_string(&path).unwrap();
    assert!(file.contains("seedbed_build_info{") && !file.contains("process_"), "{file}");
    assert!(metrics.text().contains("process_start_time_seconds "));
}
