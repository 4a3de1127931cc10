use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::program::Program;

/// Starts worker processes, all from one thread that lives as long as this does: a worker dies with the thread that started it.
#[derive(Debug)]
pub(crate) struct Nursery {
    wanted: Mutex<Option<Sender<Birth>>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Birth {
    line: UnixStream,
    board: Option<OwnedFd>,
    errors: UnixStream,
    born: SyncSender<io::Result<Child>>,
}

impl Nursery {
    pub(crate) fn open(program: Program) -> io::Result<Self> {
        let (wanted, births) = channel();
        let thread =
            std::thread::Builder::new().name("seedbed-workers".into()).spawn(move || serve(&program, &births))?;
        Ok(Self { wanted: Mutex::new(Some(wanted)), thread: Some(thread) })
    }

    /// Starts a worker with these as its standard input, output and error.
    pub(crate) fn start(&self, line: UnixStream, board: Option<OwnedFd>, errors: UnixStream) -> io::Result<Child> {
        let gone = || io::Error::other("the thread that starts workers is gone");
        let (born, child) = sync_channel(1);
        let birth = Birth { line, board, errors, born };
        let sent = self.wanted.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|wanted| wanted.send(birth));
        sent.and_then(Result::ok).ok_or_else(gone)?;
        child.recv().map_err(|_| gone())?
    }
}

fn serve(program: &Program, births: &Receiver<Birth>) {
    for Birth { line, board, errors, born } in births {
        let child = Command::new(&program.path)
            .args(&program.arguments)
            .env_clear()
            .current_dir("/")
            // An interrupt at the terminal is the host's to act on.
            .process_group(0)
            .stdin(Stdio::from(OwnedFd::from(line)))
            .stdout(board.map_or_else(Stdio::null, Stdio::from))
            .stderr(Stdio::from(OwnedFd::from(errors)))
            .spawn();
        // Whoever asked waits for the answer.
        let _ = born.send(child);
    }
}

impl Drop for Nursery {
    fn drop(&mut self) {
        drop(self.wanted.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to start.
            let _ = thread.join();
        }
    }
}
