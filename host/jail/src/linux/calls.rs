//! Which system calls a worker needs, which are said to be absent, and which only an attacker makes. All others are not permitted.

use libc::c_long;

/// A system call and the arguments for which an entry holds: any one of the lists, each with all its checks; none means always.
pub(super) struct Call {
    pub(super) number: c_long,
    pub(super) when: Vec<Vec<Check>>,
}

/// A check of an argument, named by its index.
///
/// Descriptors, process identifiers and flags are compared by their lower 32 bits, because the kernel looks at no more.
pub(super) enum Check {
    Is(u8, u64),
    IsNot(u8, u64),
    /// The bits of a mask have this value.
    Bits(u8, u64, u64),
    Null(u8),
    NotNull(u8),
}

use Check::{Bits, Is, IsNot, NotNull, Null};

fn always(number: c_long) -> Call {
    Call { number, when: Vec::new() }
}

fn when<const N: usize>(number: c_long, when: [Vec<Check>; N]) -> Call {
    Call { number, when: when.into() }
}

/// An integer constant of the C library as the kernel sees it.
const fn bits(value: i32) -> u64 {
    value.cast_unsigned() as u64
}

/// What libraries use if it is there, and do without if it is not.
pub(super) fn absent() -> Vec<Call> {
    vec![
        // Its flags lie in memory, where no filter can see them; the C library falls back to `clone`.
        always(libc::SYS_clone3),
        // It would tell which files exist, which Landlock does not hide; open descriptors are left to `fstat`.
        always(libc::SYS_statx),
    ]
}

/// What the C library, the Rust runtime and wasmtime need to compute, to start threads and to talk through open descriptors.
pub(super) fn needed(pid: u64) -> Vec<Call> {
    let mut calls: Vec<Call> = [
        // Talking through what is open.
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_readv,
        libc::SYS_writev,
        libc::SYS_pread64,
        libc::SYS_lseek,
        libc::SYS_fstat,
        libc::SYS_close,
        libc::SYS_recvmsg,
        libc::SYS_recvfrom,
        libc::SYS_ppoll,
        // Memory. A linear memory's first contents lie in a file in memory; membarrier publishes new code on ARM.
        libc::SYS_munmap,
        libc::SYS_mprotect,
        libc::SYS_madvise,
        libc::SYS_mremap,
        libc::SYS_brk,
        libc::SYS_memfd_create,
        libc::SYS_membarrier,
        // Threads.
        libc::SYS_futex,
        libc::SYS_set_robust_list,
        libc::SYS_set_tid_address,
        libc::SYS_rseq,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_exit,
        libc::SYS_exit_group,
        // Traps of WebAssembly arrive as signals.
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_restart_syscall,
        // Time, where the machine cannot be asked without a call, and randomness.
        libc::SYS_clock_gettime,
        libc::SYS_clock_getres,
        libc::SYS_clock_nanosleep,
        libc::SYS_nanosleep,
        libc::SYS_gettimeofday,
        libc::SYS_getrandom,
        libc::SYS_getrusage,
    ]
    .map(always)
    .into();
    #[cfg(target_arch = "x86_64")]
    calls.push(always(libc::SYS_poll));

    calls.extend([
        // Private memory, or something shared that was handed over, to read.
        when(
            libc::SYS_mmap,
            [
                vec![Bits(3, bits(libc::MAP_TYPE), bits(libc::MAP_PRIVATE))],
                vec![
                    Bits(3, bits(libc::MAP_TYPE | libc::MAP_ANONYMOUS), bits(libc::MAP_SHARED)),
                    Bits(2, bits(libc::PROT_WRITE), 0),
                ],
            ],
        ),
        when(libc::SYS_clone, [vec![Bits(0, NOT_A_THREAD | THREAD, THREAD)]]),
        // A thread's name, and names of memory regions.
        when(libc::SYS_prctl, [vec![Is(0, bits(libc::PR_SET_NAME))], vec![Is(0, bits(libc::PR_SET_VMA))]]),
        // Aborting.
        when(libc::SYS_tgkill, [vec![Is(0, pid)]]),
        // The Rust runtime writes to a socket this way; without an address it reaches none but the other end.
        when(libc::SYS_sendto, [vec![Null(4)]]),
        // Reading limits, not setting them.
        when(libc::SYS_prlimit64, [vec![Is(0, 0), Null(2)], vec![Is(0, pid), Null(2)]]),
        when(
            libc::SYS_fcntl,
            [libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_DUPFD_CLOEXEC, libc::F_ADD_SEALS, libc::F_GET_SEALS]
                .map(|command| vec![Is(1, bits(command))]),
        ),
        when(libc::SYS_ioctl, [vec![Is(1, PAGEMAP_SCAN)]]),
    ]);
    calls
}

/// What makes a new task a thread of the same process.
const THREAD: u64 = bits(libc::CLONE_THREAD | libc::CLONE_VM | libc::CLONE_SIGHAND);

/// What a thread never asks for: namespaces, being traced, borrowing the caller's time.
const NOT_A_THREAD: u64 = bits(
    libc::CLONE_NEWNS
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUSER
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWNET
        | libc::CLONE_NEWCGROUP
        | libc::CLONE_PTRACE
        | libc::CLONE_VFORK
        | libc::CLONE_PARENT,
);

/// `_IOWR('f', 16, struct pm_scan_arg)` of linux/fs.h: which pages of the own memory were written, by which wasmtime clears a memory.
const PAGEMAP_SCAN: u64 = 0xc060_6610;

/// What nothing in a worker calls unless somebody else decides what it calls.
pub(super) fn killed(pid: u64) -> Vec<Call> {
    let mut calls: Vec<Call> = [
        // Programs and processes.
        libc::SYS_execve,
        libc::SYS_execveat,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_process_madvise,
        libc::SYS_process_mrelease,
        libc::SYS_pidfd_open,
        libc::SYS_pidfd_getfd,
        libc::SYS_pidfd_send_signal,
        libc::SYS_kcmp,
        libc::SYS_tkill,
        libc::SYS_rt_sigqueueinfo,
        libc::SYS_rt_tgsigqueueinfo,
        // Sockets.
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_sendmsg,
        libc::SYS_sendmmsg,
        // Changes to files.
        libc::SYS_openat2,
        libc::SYS_truncate,
        libc::SYS_mkdirat,
        libc::SYS_mknodat,
        libc::SYS_unlinkat,
        libc::SYS_renameat2,
        libc::SYS_linkat,
        libc::SYS_symlinkat,
        libc::SYS_fchmodat,
        libc::SYS_fchownat,
        libc::SYS_setxattr,
        libc::SYS_open_by_handle_at,
        libc::SYS_name_to_handle_at,
        libc::SYS_fanotify_init,
        // The file system's shape.
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_pivot_root,
        libc::SYS_chroot,
        libc::SYS_open_tree,
        libc::SYS_move_mount,
        libc::SYS_mount_setattr,
        libc::SYS_fsopen,
        libc::SYS_fsconfig,
        libc::SYS_fsmount,
        libc::SYS_fspick,
        libc::SYS_quotactl,
        libc::SYS_swapon,
        libc::SYS_swapoff,
        // Namespaces, users and capabilities.
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_setuid,
        libc::SYS_setgid,
        libc::SYS_setreuid,
        libc::SYS_setregid,
        libc::SYS_setresuid,
        libc::SYS_setresgid,
        libc::SYS_setfsuid,
        libc::SYS_setfsgid,
        libc::SYS_setgroups,
        libc::SYS_capset,
        libc::SYS_setrlimit,
        // The parts of the kernel that attackers like best.
        libc::SYS_io_uring_setup,
        libc::SYS_io_uring_enter,
        libc::SYS_io_uring_register,
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_userfaultfd,
        libc::SYS_keyctl,
        libc::SYS_add_key,
        libc::SYS_request_key,
        libc::SYS_memfd_secret,
        libc::SYS_init_module,
        libc::SYS_finit_module,
        libc::SYS_delete_module,
        libc::SYS_kexec_load,
        libc::SYS_reboot,
        libc::SYS_syslog,
        libc::SYS_acct,
        // The machine's name and time.
        libc::SYS_sethostname,
        libc::SYS_setdomainname,
        libc::SYS_settimeofday,
        libc::SYS_clock_settime,
        // Memory and messages shared with other processes.
        libc::SYS_shmget,
        libc::SYS_shmat,
        libc::SYS_semget,
        libc::SYS_msgget,
        libc::SYS_mq_open,
    ]
    .map(always)
    .into();
    #[cfg(target_arch = "x86_64")]
    calls.extend(
        [
            libc::SYS_fork,
            libc::SYS_vfork,
            libc::SYS_creat,
            libc::SYS_mkdir,
            libc::SYS_mknod,
            libc::SYS_unlink,
            libc::SYS_rmdir,
            libc::SYS_rename,
            libc::SYS_renameat,
            libc::SYS_link,
            libc::SYS_symlink,
            libc::SYS_chmod,
            libc::SYS_chown,
            libc::SYS_lchown,
            libc::SYS_iopl,
            libc::SYS_ioperm,
            libc::SYS_modify_ldt,
            libc::SYS_kexec_file_load,
        ]
        .map(always),
    );
    #[cfg(target_arch = "x86_64")]
    calls.push(when(libc::SYS_open, for_writing(1)));

    calls.extend([
        when(libc::SYS_openat, for_writing(2)),
        when(libc::SYS_clone, [vec![Bits(0, bits(libc::CLONE_THREAD), 0)]]),
        when(libc::SYS_sendto, [vec![NotNull(4)]]),
        when(libc::SYS_kill, [vec![IsNot(0, pid)]]),
        when(libc::SYS_tgkill, [vec![IsNot(0, pid)]]),
        when(libc::SYS_prlimit64, [vec![NotNull(2)]]),
    ]);
    calls
}

/// The flags of `open` in argument `flags` ask for more than reading.
fn for_writing(flags: u8) -> [Vec<Check>; 4] {
    [
        vec![Bits(flags, bits(libc::O_ACCMODE), bits(libc::O_WRONLY))],
        vec![Bits(flags, bits(libc::O_ACCMODE), bits(libc::O_RDWR))],
        vec![Bits(flags, bits(libc::O_CREAT), bits(libc::O_CREAT))],
        vec![Bits(flags, bits(libc::O_TRUNC), bits(libc::O_TRUNC))],
    ]
}
