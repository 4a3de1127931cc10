//! How the end-to-end tests run the binary: in a folder of its own, with a home of its own, under a memory limit and a generous kill.
#![allow(dead_code, reason = "each test program uses a part")]

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;

/// A user's machine: a home, and a folder to work in.
pub(crate) struct Machine {
    root: tempfile::TempDir,
}

/// What a command ended in.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {} {}", self.stdout, self.stderr))
    }
}

impl Machine {
    /// More than any command needs, and far below what a hostile guest asks for.
    const DATA_KIB: u32 = 512 << 10;
    /// Far beyond every deadline: only a hang meets it.
    const KILL: Duration = Duration::from_secs(300);

    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("home")).unwrap();
        std::fs::create_dir(root.path().join("work")).unwrap();
        Self { root }
    }

    /// The folder that commands run in.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// A text of the binary without what differs from run to run: this machine's paths and the times of log lines.
    pub(crate) fn stable(&self, text: &str) -> String {
        let text =
            text.replace(&*self.work().to_string_lossy(), "WORK").replace(&*self.root.path().to_string_lossy(), "ROOT");
        let line = |line: &str| match line.split_once("Z ") {
            Some((time, rest)) if time.len() == "2000-03-01T00:00:00.000000".len() => format!("TIME {rest}\n"),
            _ => format!("{line}\n"),
        };
        text.lines().map(line).collect()
    }

    /// Writes a file below the work folder.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs `seedbed ARGS`, with nothing of the caller's SEEDBED variables.
    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        self.run_with(args, &[])
    }

    pub(crate) fn run_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Ended {
        self.limited(args, environment, Self::DATA_KIB)
    }

    /// For commands that start compilers.
    pub(crate) fn run_unlimited(&self, args: &[&str]) -> Ended {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_seedbed")));
        ended(command.args(args))
    }

    /// Runs a line of shell, in which `"$0"` is the binary.
    pub(crate) fn shell(&self, line: &str) -> Ended {
        ended(self.command(Path::new("/bin/sh")).args(["-c", line, env!("CARGO_BIN_EXE_seedbed")]))
    }

    fn limited(&self, args: &[&str], environment: &[(&str, &str)], data_kib: u32) -> Ended {
        let mut command = self.command(Path::new("/bin/sh"));
        command.args(["-c", &format!("ulimit -d {data_kib} && exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_seedbed")]);
        ended(command.args(args).envs(environment.iter().copied()))
    }

    /// Starts `seedbed ARGS` and goes on.
    pub(crate) fn start(&self, args: &[&str]) -> Running {
        let mut command = self.std_command(Path::new(env!("CARGO_BIN_EXE_seedbed")));
        command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running(Some(command.spawn().unwrap()))
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::from_std(self.std_command(program));
        command.timeout(Self::KILL);
        command
    }

    fn std_command(&self, program: &Path) -> std::process::Command {
        let mut command = std::process::Command::new(program);
        let home = self.root.path().join("home");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SEEDBED")) {
            command.env_remove(name);
        }
        command
            .current_dir(self.work())
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("XDG_STATE_HOME", home.join(".local/state"));
        command
    }
}

/// A command under way; a test that fails takes it along.
pub(crate) struct Running(Option<Child>);

impl Running {
    /// Sends a signal: `INT`, `TERM` or `KILL`.
    pub(crate) fn signal(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.0.as_ref().unwrap().id());
        assert!(std::process::Command::new("/bin/sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Sends a signal and waits for the end. The exit code is none where the signal ended it.
    pub(crate) fn end_by(mut self, signal: &str) -> (Option<i32>, String, String) {
        self.signal(signal);
        let output = self.0.take().unwrap().wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The component of a built-in seed.
pub(crate) fn seed(name: &str) -> &'static [u8] {
    seedbed_guests::seeds().iter().find(|seed| seed.name == name).unwrap().component
}

fn ended(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended {
        code: output.status.code().unwrap_or_else(|| panic!("killed: {}", String::from_utf8_lossy(&output.stderr))),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}
