//! The attempts, grouped by what an attacker wants.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::net::{TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::attempt::{Attempt, Failure, Outcome};
use crate::inmate;
use crate::raw::{address, address_mut, call};
use crate::target::Target;

const KILLED: Outcome = Outcome::Signal(libc::SIGSYS);
const DENIED: Outcome = Outcome::Errno(libc::EPERM);

type Run = fn(&Target) -> Result<String, Failure>;

fn attempt(name: &'static str, expected: Outcome, run: Run) -> Attempt {
    Attempt { name, run, expected }
}

pub(crate) fn all() -> Vec<Attempt> {
    [files(), network(), processes(), kernel(), resources(), the_jail()].into_iter().flatten().collect()
}

fn got(value: impl std::fmt::Debug) -> String {
    format!("{value:?}")
}

fn files() -> Vec<Attempt> {
    vec![
        attempt("read /etc/passwd", DENIED, |_| Ok(fs::read_to_string("/etc/passwd")?)),
        attempt("read a secret of the host", DENIED, |target| Ok(fs::read_to_string(target.secret())?)),
        attempt("tell whether a file exists", DENIED, |target| Ok(got(fs::metadata(target.secret())?))),
        attempt("create a file", KILLED, |target| Ok(got(File::create(target.written())?))),
        attempt("append to a file", KILLED, |target| Ok(got(OpenOptions::new().append(true).open(target.secret())?))),
        attempt("delete a file", KILLED, |target| Ok(got(fs::remove_file(target.secret())?))),
        attempt("rename a file", KILLED, |target| Ok(got(fs::rename(target.secret(), target.written())?))),
        attempt("list a directory", DENIED, |_| Ok(got(fs::read_dir("/")?.count()))),
        attempt("read /proc/self/mem", DENIED, |_| Ok(got(File::open("/proc/self/mem")?))),
        attempt("write /proc/self/mem", KILLED, |_| Ok(got(OpenOptions::new().write(true).open("/proc/self/mem")?))),
        attempt("open with openat2", KILLED, |_| {
            let how = [0_u64; 3];
            let path = c"/etc/passwd";
            let arguments = [libc::AT_FDCWD.into(), address(path), address(&how), 24];
            Ok(got(call(libc::SYS_openat2, &arguments)?))
        }),
        attempt("read an inherited descriptor", Outcome::Errno(libc::EBADF), |target| {
            let mut buffer = [0_u8; 16];
            Ok(got(call(libc::SYS_read, &[target.inherited.into(), address_mut(&mut buffer), 16])?))
        }),
        attempt("read the environment", Outcome::Nothing, |_| {
            let variables: Vec<_> = std::env::vars_os().collect();
            if variables.is_empty() { Err(Failure::Nothing) } else { Ok(got(variables)) }
        }),
        attempt("read the parent's environment", DENIED, |target| {
            Ok(got(fs::read(format!("/proc/{}/environ", target.parent))?))
        }),
    ]
}

fn network() -> Vec<Attempt> {
    vec![
        attempt("connect by TCP", KILLED, |target| Ok(got(TcpStream::connect(("127.0.0.1", target.port))?))),
        attempt("connect by TCP over IPv6", KILLED, |target| Ok(got(TcpStream::connect(("::1", target.port_v6))?))),
        attempt("send by UDP", KILLED, |_| Ok(got(UdpSocket::bind("127.0.0.1:0")?))),
        attempt("connect to a unix socket", KILLED, |target| Ok(got(UnixStream::connect(target.socket())?))),
        attempt("connect to an abstract socket", KILLED, |target| {
            let name = SocketAddr::from_abstract_name(target.abstract_name())?;
            Ok(got(UnixStream::connect_addr(&name)?))
        }),
        attempt("make a pair of sockets", KILLED, |_| Ok(got(UnixStream::pair()?))),
        attempt("send to an address", KILLED, |_| {
            let address_of_nobody = [0_u8; 16];
            let arguments = [0, address("x"), 1, 0, address(&address_of_nobody), 16];
            Ok(got(call(libc::SYS_sendto, &arguments)?))
        }),
        attempt("send a descriptor away", KILLED, |_| Ok(got(call(libc::SYS_sendmsg, &[1, 0, 0])?))),
    ]
}

fn processes() -> Vec<Attempt> {
    vec![
        attempt("become another program", KILLED, |_| Err(Command::new("/bin/true").exec().into())),
        attempt("start another program", KILLED, |_| Ok(got(Command::new("/bin/true").spawn()?))),
        attempt("run a program from memory", KILLED, |_| {
            let file = memory_file()?;
            let (path, none) = (c"", [0_usize; 1]);
            let arguments =
                [file.as_raw_fd().into(), address(path), address(&none), address(&none), libc::AT_EMPTY_PATH.into()];
            Ok(got(call(libc::SYS_execveat, &arguments)?))
        }),
        attempt("clone a process", KILLED, |_| Ok(got(call(libc::SYS_clone, &[libc::SIGCHLD.into()])?))),
        attempt("clone a process that shares memory", KILLED, |_| {
            let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
            Ok(got(call(libc::SYS_clone, &[flags.into()])?))
        }),
        attempt("clone a thread into a new namespace", DENIED, |_| {
            let flags = libc::CLONE_THREAD | libc::CLONE_VM | libc::CLONE_SIGHAND | libc::CLONE_NEWNS;
            Ok(got(call(libc::SYS_clone, &[flags.into()])?))
        }),
        attempt("clone3 a process", Outcome::Errno(libc::ENOSYS), |_| {
            let arguments = [0_u64; 11];
            Ok(got(call(libc::SYS_clone3, &[address(&arguments), 88])?))
        }),
        #[cfg(target_arch = "x86_64")]
        attempt("fork", KILLED, |_| Ok(got(call(libc::SYS_fork, &[])?))),
        #[cfg(target_arch = "x86_64")]
        attempt("vfork", KILLED, |_| Ok(got(call(libc::SYS_vfork, &[])?))),
        attempt("signal the parent", KILLED, |target| Ok(got(call(libc::SYS_kill, &[target.parent, 0])?))),
        attempt("signal the parent's thread", KILLED, |target| {
            Ok(got(call(libc::SYS_tgkill, &[target.parent, target.parent, 0])?))
        }),
        attempt("signal every process", KILLED, |_| Ok(got(call(libc::SYS_kill, &[-1, 0])?))),
        attempt("have the kernel signal the parent", DENIED, |target| {
            Ok(got(call(libc::SYS_fcntl, &[0, libc::F_SETOWN.into(), target.parent])?))
        }),
        attempt("trace the parent", KILLED, |target| {
            Ok(got(call(libc::SYS_ptrace, &[libc::PTRACE_ATTACH.into(), target.parent])?))
        }),
        attempt("read the parent's memory", KILLED, |target| {
            Ok(got(call(libc::SYS_process_vm_readv, &[target.parent])?))
        }),
        attempt("write the parent's memory", KILLED, |target| {
            Ok(got(call(libc::SYS_process_vm_writev, &[target.parent])?))
        }),
        attempt("get a handle of the parent", KILLED, |target| Ok(got(call(libc::SYS_pidfd_open, &[target.parent])?))),
        attempt("share memory with other processes", KILLED, |_| {
            Ok(got(call(libc::SYS_shmget, &[libc::IPC_PRIVATE.into(), 4096, 0o600])?))
        }),
        attempt("type into the terminal", DENIED, |_| {
            Ok(got(call(libc::SYS_ioctl, &[0, libc::TIOCSTI.cast_signed(), address("x")])?))
        }),
    ]
}

fn kernel() -> Vec<Attempt> {
    vec![
        attempt("mount", KILLED, |_| Ok(got(call(libc::SYS_mount, &[])?))),
        attempt("unshare", KILLED, |_| Ok(got(call(libc::SYS_unshare, &[libc::CLONE_NEWUSER.into()])?))),
        attempt("setuid", KILLED, |_| Ok(got(call(libc::SYS_setuid, &[0])?))),
        attempt("chroot", KILLED, |_| Ok(got(call(libc::SYS_chroot, &[address(c"/")])?))),
        attempt("bpf", KILLED, |_| Ok(got(call(libc::SYS_bpf, &[])?))),
        attempt("io_uring", KILLED, |_| Ok(got(call(libc::SYS_io_uring_setup, &[8])?))),
        attempt("keyctl", KILLED, |_| Ok(got(call(libc::SYS_keyctl, &[])?))),
        attempt("userfaultfd", KILLED, |_| Ok(got(call(libc::SYS_userfaultfd, &[])?))),
        attempt("perf_event_open", KILLED, |_| Ok(got(call(libc::SYS_perf_event_open, &[])?))),
        #[cfg(target_arch = "x86_64")]
        attempt("a call of the x32 table", DENIED, |_| {
            const X32: libc::c_long = 0x4000_0000;
            Ok(got(call(X32 | libc::SYS_getpid, &[])?))
        }),
        attempt("a call that no list names", DENIED, |_| Ok(got(call(libc::SYS_epoll_create1, &[0])?))),
    ]
}

fn resources() -> Vec<Attempt> {
    vec![
        attempt("map more memory than granted", Outcome::Errno(libc::ENOMEM), |_| {
            Ok(got(map(inmate::MEMORY + 1, libc::MAP_PRIVATE)?))
        }),
        attempt("map shared memory", DENIED, |_| Ok(got(map(4096, libc::MAP_SHARED)?))),
        attempt("fill a file in memory", Outcome::Signal(libc::SIGXFSZ), |_| {
            let mut file = memory_file()?;
            file.seek(SeekFrom::Start(inmate::FILE))?;
            Ok(got(file.write(b"x")?))
        }),
        attempt("open more than granted", Outcome::Errno(libc::EMFILE), |_| {
            let mut open = vec![memory_file()?];
            while u64::try_from(open.len()).unwrap_or(u64::MAX) <= inmate::FILES {
                let next = open[0].try_clone()?;
                open.push(next);
            }
            Ok(got(open.len()))
        }),
        attempt("compute for longer than granted", Outcome::Signal(libc::SIGKILL), |_| {
            let started = std::time::Instant::now();
            let mut sum = 0_u64;
            while started.elapsed().as_secs() < 60 {
                sum = std::hint::black_box(sum.wrapping_add(1));
            }
            Ok(got(sum))
        }),
        attempt("raise a limit", KILLED, |_| {
            let limit = [u64::MAX, u64::MAX];
            let arguments = [0, i64::from(libc::RLIMIT_NOFILE), address(&limit), 0];
            Ok(got(call(libc::SYS_prlimit64, &arguments)?))
        }),
        attempt("dump core", Outcome::Signal(libc::SIGABRT), |_| std::process::abort()),
    ]
}

fn the_jail() -> Vec<Attempt> {
    vec![
        attempt("become dumpable", DENIED, |_| Ok(got(call(libc::SYS_prctl, &[libc::PR_SET_DUMPABLE.into(), 1])?))),
        attempt("outlive the parent", DENIED, |_| Ok(got(call(libc::SYS_prctl, &[libc::PR_SET_PDEATHSIG.into(), 0])?))),
        attempt("install a filter", DENIED, |_| {
            Ok(got(call(libc::SYS_seccomp, &[libc::SECCOMP_SET_MODE_FILTER.into(), 0, 0])?))
        }),
    ]
}

fn map(bytes: u64, kind: i32) -> io::Result<i64> {
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    call(libc::SYS_mmap, &[0, bytes.cast_signed(), protection.into(), (kind | libc::MAP_ANONYMOUS).into(), -1, 0])
}

#[expect(unsafe_code, reason = "the descriptor was made the line before and belongs to nobody else")]
pub(crate) fn memory_file() -> io::Result<File> {
    let descriptor = call(libc::SYS_memfd_create, &[address(c"escape"), libc::MFD_CLOEXEC.into()])?;
    let descriptor = i32::try_from(descriptor).map_err(io::Error::other)?;
    // SAFETY: see the reason above.
    Ok(unsafe { File::from_raw_fd(descriptor) })
}

/// The bytes of the descriptor that was handed over on purpose.
#[expect(unsafe_code, reason = "the descriptor was handed over to this process, which uses it here only")]
pub(crate) fn read_handed(descriptor: i32) -> io::Result<String> {
    // SAFETY: see the reason above.
    let mut file = unsafe { File::from_raw_fd(descriptor) };
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_string(&mut text)?;
    Ok(text)
}
