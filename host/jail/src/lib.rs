//! The jail of a worker process: what it does to itself at its start, so that code which breaks out of WebAssembly finds nothing that it
//! could do but compute and answer its host.
//!
//! [`enter`] closes one layer after the other and never fails as a whole: an old kernel or a container may lack some of them, and the others
//! hold all the same. What it returns says of each [`Wall`] whether it stands and why not. It must be called before any thread exists, because
//! Landlock and seccomp bind the thread that asks for them and those that it starts later.
//!
//! What a worker needs of files it opens before. wasmtime wants one, `/proc/self/pagemap`, of which it keeps a descriptor for the whole process:
//! `seedbed_sandbox::prepare` opens it. Without, wasmtime clears its memories the slower way.
//!
//! Known gaps: memory shared or held in memory files is bounded only by [`Bounds::file_bytes`] times [`Bounds::files`]; the number of
//! threads is bounded only where the worker is not root; time spent by the processor is observable, so a worker can measure its machine.

mod bounds;
mod layers;
#[cfg(target_os = "linux")]
mod linux;

pub use bounds::Bounds;
pub use layers::{Layer, Layers, State, Wall};

/// Closes every layer that this system has around the calling process, for good, and tells which ones hold.
///
/// Call it first thing in a worker, with one thread, before untrusted bytes are read. Afterwards there are no files, no sockets, no other
/// processes and no raising of limits; memory, threads, clocks, randomness and the descriptors that are open keep working. A system call that
/// only an attacker makes kills the process with `SIGSYS`, one that libraries try harmlessly fails.
///
/// Descriptors beyond standard input, output and error that were inherited (they lack close-on-exec) and are not in
/// [`Bounds::descriptors`] are closed; those that the process opened itself stay.
///
/// The process dies with the *thread* that started it, so a host starts its workers from a thread that lives as long as they should.
#[must_use]
pub fn enter(bounds: &Bounds) -> Layers {
    #[cfg(target_os = "linux")]
    return linux::enter(bounds);
    #[cfg(not(target_os = "linux"))]
    {
        let _ = bounds;
        Wall::ALL.into_iter().map(|wall| Layer { wall, state: State::missing("this system is not Linux") }).collect()
    }
}
