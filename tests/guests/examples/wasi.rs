//! Built for WASI with the whole standard library: looks for anything that a pure function of prices must not have.
//!
//! Conviction `i` is 1 where probe `i` of [`PROBES`] found something, else 0, so one bar a probe says it all; each finding is also
//! reported through the diagnostics as `PROBE: what it got`.

use std::fmt::Display;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::net::{TcpStream, UdpSocket};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hostile_guests::{Bars, Hostile, Level, Refusal, report};

struct Wasi;

/// What is tried, in the order of the convictions.
const PROBES: [(&str, fn() -> Option<String>); 8] = [
    ("files", files),
    ("environment", environment),
    ("arguments", arguments),
    ("network", network),
    ("names", names),
    ("clock", clock),
    ("sleep", sleep),
    ("write", write),
];

impl Hostile for Wasi {
    const NAME: &'static str = "wasi";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let found = PROBES.map(|(name, probe)| {
            let found = probe();
            report(Level::Warn, &format!("{name}: {}", found.as_deref().unwrap_or("nothing")));
            f64::from(found.is_some())
        });
        // Random bytes are no leak as long as they are the same in every instance.
        report(Level::Info, &format!("random: {:016x}", RandomState::new().hash_one(0)));
        report(Level::Info, &format!("now: {}", since_epoch().as_nanos()));
        println!("wasi on stdout");
        eprintln!("wasi on stderr");
        Ok(found.into_iter().chain(std::iter::repeat(0.0)).take(bars.close.len()).collect())
    }
}

fn files() -> Option<String> {
    let listed =
        ["/", ".", "..", "/etc", "/tmp"].into_iter().find_map(|folder| Some(shown(fs::read_dir(folder).ok()?.count())));
    listed.or_else(|| {
        ["/etc/passwd", "/proc/self/environ", "Cargo.toml"].into_iter().find_map(|file| fs::read_to_string(file).ok())
    })
}

fn environment() -> Option<String> {
    std::env::vars().next().map(|(name, value)| format!("{name}={value}"))
}

fn arguments() -> Option<String> {
    std::env::args().next()
}

fn network() -> Option<String> {
    let timeout = Duration::from_secs(1);
    let reached = |address: &str| TcpStream::connect_timeout(&address.parse().ok()?, timeout).ok().map(shown_socket);
    reached("127.0.0.1:22")
        .or_else(|| reached("1.1.1.1:53"))
        .or_else(|| UdpSocket::bind("0.0.0.0:0").ok().map(|_| "udp".to_owned()))
}

fn names() -> Option<String> {
    use std::net::ToSocketAddrs;
    "localhost:80".to_socket_addrs().ok()?.next().map(shown)
}

/// Whether time passes while the guest computes.
fn clock() -> Option<String> {
    let (wall, steady) = (since_epoch(), Instant::now());
    let work: u64 = (0..1_000_000_u64).fold(0, |sum, term| std::hint::black_box(sum ^ term));
    let passed = steady.elapsed() + (since_epoch().saturating_sub(wall));
    (!passed.is_zero()).then(|| format!("{passed:?} for {work}"))
}

/// Whether a sleep of three seconds can be told from none: a host that really sleeps is kept beyond its deadline.
fn sleep() -> Option<String> {
    let before = Instant::now();
    thread::sleep(Duration::from_secs(3));
    let slept = before.elapsed();
    (!slept.is_zero()).then(|| format!("{slept:?}"))
}

fn write() -> Option<String> {
    ["/tmp/seedbed-was-here", "seedbed-was-here"].into_iter().find(|file| fs::write(file, "x").is_ok()).map(shown)
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn shown(value: impl Display) -> String {
    value.to_string()
}

fn shown_socket(socket: TcpStream) -> String {
    socket.peer_addr().map_or_else(|_| "a peer without address".to_owned(), shown)
}

hostile_guests::export_strategy!(Wasi with_types_in hostile_guests);
