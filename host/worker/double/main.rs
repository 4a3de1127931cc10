//! Plays a worker for the tests of the pool, an honest or a broken one, as its first argument says.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use seedbed_outcome::Failure;
use seedbed_worker::{frame, protocol, serve};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["honest"] => serve(),
        // Broken until the file is there, honest from then on.
        ["once", file, how] if !Path::new(file).exists() => {
            fs::write(file, "").unwrap();
            broken(how)
        }
        ["once", _, _] => serve(),
        [how] => broken(how),
        _ => ExitCode::from(64),
    }
}

/// A proxy with a fault: behind it is an honest worker, until the first calls are ordered.
fn broken(how: &str) -> ExitCode {
    let mut host = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned().unwrap());
    let mut payload = Vec::new();
    match how {
        "mute" => loop {
            std::thread::sleep(Duration::from_secs(1));
        },
        "dies-at-once" => return ExitCode::from(3),
        "other-version" => {
            frame::read(&mut host, u64::MAX, &mut payload).unwrap();
            let mut welcome = protocol::MAGIC.to_vec();
            welcome.extend((protocol::VERSION + 1).to_le_bytes());
            frame::write(&mut host, &welcome).unwrap();
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let (mut inner, theirs) = UnixStream::pair().unwrap();
    let mut child = std::process::Command::new("/proc/self/exe")
        .arg("honest")
        .stdin(std::process::Stdio::from(std::os::fd::OwnedFd::from(theirs)))
        .spawn()
        .unwrap();
    let mut answer = |host: &mut UnixStream, payload: &[u8], answers: bool| {
        let mut reply = Vec::new();
        frame::write(&mut inner, payload).unwrap();
        if answers {
            frame::read(&mut inner, u64::MAX, &mut reply).unwrap();
            frame::write(host, &reply).unwrap();
        }
    };
    frame::read(&mut host, u64::MAX, &mut payload).unwrap();
    answer(&mut host, &payload, true);
    let mut was_late = false;
    while frame::read(&mut host, u64::MAX, &mut payload).unwrap() {
        match protocol::decode::<protocol::Order<'_>>(&payload).unwrap() {
            protocol::Order::Calls(requests)
                if requests.iter().any(|request| matches!(request.ask, protocol::Ask::Signals { .. })) =>
            {
                match how {
                    "late" if was_late => answer(&mut host, &payload, true),
                    "late" | "always-late" => {
                        was_late = true;
                        send(&mut host, &late(requests.len()));
                    }
                    _ => {
                        child.kill().unwrap();
                        child.wait().unwrap();
                        return fault(&mut host, how);
                    }
                }
            }
            protocol::Order::Bars(_) | protocol::Order::PostedBars { .. } | protocol::Order::Forget { .. } => {
                answer(&mut host, &payload, false)
            }
            _ => answer(&mut host, &payload, true),
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    ExitCode::SUCCESS
}

fn send(host: &mut UnixStream, reply: &protocol::Reply<'_>) {
    let mut payload = Vec::new();
    protocol::encode(reply, &mut payload).unwrap();
    frame::write(host, &payload).unwrap();
}

/// So many calls that ran past their deadline.
fn late(calls: usize) -> protocol::Reply<'static> {
    let past = || protocol::Answer {
        outcome: Err(Failure::PastDeadline { deadline: Duration::from_secs(5) }),
        usage: Default::default(),
        said: Vec::new(),
    };
    protocol::Reply::Answers((0..calls).map(|_| past()).collect())
}

fn fault(host: &mut UnixStream, how: &str) -> ExitCode {
    match how {
        "dies" => {
            std::io::stderr().write_all(b"\x1b[31mlast words\n").unwrap();
            return ExitCode::from(7);
        }
        "hangs" => loop {
            std::thread::sleep(Duration::from_secs(1));
        },
        // A byte at a time, for ever: each of them comes in time.
        "dribbles" => {
            host.write_all(&100_000u32.to_le_bytes()).unwrap();
            while host.write_all(&[0]).is_ok() {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        // As much as it can, on every line that it has.
        "floods" => {
            std::thread::spawn(|| while std::io::stderr().write_all(&[b'x'; 1 << 16]).is_ok() {});
            let (most, garbage) = (1u32 << 20, [0xee; 1 << 16]);
            while host.write_all(&most.to_le_bytes()).is_ok() {
                (0..16).for_each(|_| drop(host.write_all(&garbage)));
            }
        }
        "too-long" => host.write_all(&[0xff; 64]).unwrap(),
        "garbage" => frame::write(host, &[0xee; 100]).unwrap(),
        "no-answers" => send(host, &protocol::Reply::Answers(Vec::new())),
        "other-answer" => send(
            host,
            &protocol::Reply::Answers(vec![protocol::Answer {
                outcome: Ok(protocol::Value::Accepted),
                usage: Default::default(),
                said: Vec::new(),
            }]),
        ),
        "points-elsewhere" => send(
            host,
            &protocol::Reply::Answers(vec![protocol::Answer {
                outcome: Ok(protocol::Value::Posted { at: 8, count: 1 << 40 }),
                usage: Default::default(),
                said: Vec::new(),
            }]),
        ),
        "liar" => send(
            host,
            &protocol::Reply::Answers(vec![protocol::Answer {
                outcome: Ok(protocol::Value::Convictions(vec![2.0; 300].into())),
                usage: Default::default(),
                said: Vec::new(),
            }]),
        ),
        _ => return ExitCode::from(64),
    }
    // Until the host has had enough.
    let _ = host.read(&mut [0; 1]);
    ExitCode::SUCCESS
}
