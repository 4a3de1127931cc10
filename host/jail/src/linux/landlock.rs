use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, RestrictionStatus, Ruleset, RulesetAttr, RulesetError,
    RulesetStatus, Scope,
};

use crate::State;

/// The newest rights that the library knows; an older kernel enforces those that it has.
const NEWEST: ABI = ABI::V9;

pub(super) fn enter() -> State {
    match restrict() {
        Ok(RestrictionStatus { ruleset: RulesetStatus::NotEnforced, .. }) => {
            State::missing("this kernel has no landlock, or it was not enabled at boot")
        }
        Ok(RestrictionStatus { landlock: LandlockStatus::Available { effective_abi, .. }, .. }) => {
            State::active(means(effective_abi))
        }
        Ok(_) => State::missing("this kernel does not tell what it enforces"),
        Err(error) => State::missing(error),
    }
}

/// A ruleset that handles every right and grants none.
fn restrict() -> Result<RestrictionStatus, RulesetError> {
    Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .restrict_self()
}

const fn means(abi: ABI) -> &'static str {
    match abi {
        ABI::V1 | ABI::V2 | ABI::V3 => "no files; this kernel's landlock leaves network and signals to seccomp",
        ABI::V4 | ABI::V5 => "no files, no TCP; this kernel's landlock leaves signals to seccomp",
        _ => "no files, no TCP, no signals and no abstract sockets to processes outside",
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Error, ErrorKind};
    use std::net::{TcpListener, TcpStream};
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};

    use nix::errno::Errno;
    use nix::sys::signal::kill;
    use nix::unistd::Pid;

    use super::{enter, means};
    use crate::State;
    use landlock::ABI;

    /// Landlock must hold where seccomp does not, as on an architecture without a list of calls. It binds the thread that asks, so a thread
    /// of this test is enough.
    #[test]
    fn landlock_holds_on_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        fs::write(&secret, "secret").unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = tcp.local_addr().unwrap().port();
        let name = SocketAddr::from_abstract_name(format!("seedbed-landlock-{}", std::process::id())).unwrap();
        let _listener = UnixListener::bind_addr(&name).unwrap();
        let parent = Pid::parent();

        std::thread::spawn(move || {
            assert_eq!(enter(), State::active(means(ABI::V6)), "this kernel's landlock is too old for the test");
            let denied = |result: Result<(), Error>, what: &str| {
                assert_eq!(result.unwrap_err().kind(), ErrorKind::PermissionDenied, "{what}");
            };
            denied(fs::read(&secret).map(drop), "reading a file");
            denied(fs::write(folder.path().join("new"), "").map(drop), "creating a file");
            denied(fs::remove_file(&secret), "deleting a file");
            denied(fs::read_dir("/").map(drop), "listing a folder");
            denied(TcpStream::connect(("127.0.0.1", port)).map(drop), "connecting by TCP");
            denied(TcpListener::bind("127.0.0.1:0").map(drop), "listening by TCP");
            denied(UnixStream::connect_addr(&name).map(drop), "connecting to an abstract socket");
            assert_eq!(kill(parent, None), Err(Errno::EPERM), "signalling a process outside");
        })
        .join()
        .unwrap();
    }

    /// What an older kernel leaves open must be said, since a report that is silent about it would be believed.
    #[test]
    fn older_kernels_promise_less() {
        assert!(means(ABI::V3).contains("leaves network and signals"));
        assert!(means(ABI::V5).contains("leaves signals"));
        assert!(!means(ABI::V7).contains("leaves"));
    }
}
