//! The walls of Linux, each in a module of its own.

mod calls;
mod descriptors;
mod landlock;
mod limits;
mod seccomp;

use nix::sys::prctl;
use nix::sys::signal::Signal;

use crate::{Bounds, Layer, Layers, State, Wall};

/// Closes the walls in the order of [`Wall::ALL`]: first those that look at the process through `/proc`, last the one that forbids the calls
/// of all others.
pub(crate) fn enter(bounds: &Bounds) -> Layers {
    let alone = alone();
    Wall::ALL
        .into_iter()
        .map(|wall| Layer {
            wall,
            state: match wall {
                Wall::Environment => environment(),
                Wall::Descriptors => descriptors::close_inherited(&bounds.descriptors),
                Wall::Parent => done(prctl::set_pdeathsig(Signal::SIGKILL), "killed when the host ends"),
                Wall::NewPrivileges => done(prctl::set_no_new_privs(), "none to be gained"),
                Wall::Dumping => done(prctl::set_dumpable(false), "memory closed to other processes of the user"),
                Wall::Landlock => alone.clone().map_or_else(State::Missing, |()| landlock::enter()),
                Wall::Memory | Wall::Cpu | Wall::Files | Wall::FileSize | Wall::Tasks | Wall::CoreDumps => {
                    limits::set(wall, bounds)
                }
                Wall::Seccomp => alone.clone().map_or_else(State::Missing, |()| seccomp::enter()),
            },
        })
        .collect()
}

fn done(result: nix::Result<()>, means: &str) -> State {
    result.map_or_else(|errno| State::missing(errno.desc().to_lowercase()), |()| State::active(means))
}

/// Landlock and seccomp bind the calling thread and its children only, so a thread that runs already would stay free.
fn alone() -> Result<(), String> {
    match std::fs::read_dir("/proc/self/task").map(Iterator::count) {
        Ok(1) => Ok(()),
        Ok(threads) => Err(format!("{threads} threads run already, and it binds only the one that asks")),
        Err(error) => Err(format!("cannot tell whether other threads run: {error}")),
    }
}

fn environment() -> State {
    match std::env::vars_os().count() {
        0 => State::active("empty"),
        variables => State::missing(format_args!("the worker was started with {variables} variables")),
    }
}
