use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::{Bounds, State, Wall};

/// Sets both limits of a resource, the one that holds and the one up to which it could be raised.
pub(super) fn set(wall: Wall, bounds: &Bounds) -> State {
    let (resource, bound) = match wall {
        Wall::Memory => (Resource::RLIMIT_DATA, bounds.data),
        Wall::Cpu => (Resource::RLIMIT_CPU, bounds.cpu),
        Wall::Files => (Resource::RLIMIT_NOFILE, bounds.files),
        Wall::FileSize => (Resource::RLIMIT_FSIZE, bounds.file_bytes),
        Wall::Tasks => (Resource::RLIMIT_NPROC, bounds.tasks),
        Wall::CoreDumps => (Resource::RLIMIT_CORE, 0),
        _ => return State::missing("not a limit"),
    };
    let set = getrlimit(resource).and_then(|(_, hard)| {
        let limit = bound.min(hard);
        setrlimit(resource, limit, limit).map(|()| limit)
    });
    match set {
        Ok(limit) => State::active(means(wall, limit)),
        Err(errno) => State::missing(errno.desc().to_lowercase()),
    }
}

fn means(wall: Wall, limit: u64) -> String {
    match wall {
        Wall::Memory | Wall::FileSize if limit >= 1 << 20 => format!("{} MiB", limit >> 20),
        Wall::Memory | Wall::FileSize => format!("{limit} bytes"),
        Wall::Cpu if limit == libc::RLIM_INFINITY => "left to the host's deadlines".to_owned(),
        Wall::Cpu => format!("{limit} s"),
        Wall::Tasks if nix::unistd::geteuid().is_root() => format!("{limit} of the user, but not counted for root"),
        Wall::Tasks => format!("{limit} of the user"),
        Wall::CoreDumps => "none".to_owned(),
        _ => limit.to_string(),
    }
}
