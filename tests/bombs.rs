//! Components made to cost their compiler everything: each is turned away by the pre-scan or the compiler, or its compilation ends at the bounds
//! of a jailed process. If not, opening a stranger's component would take the machine down before any of its code runs.
#![cfg_attr(
    target_os = "linux",
    expect(
        clippy::unwrap_used,
        clippy::panic,
        clippy::print_stdout,
        reason = "a test, though without the harness by which lints know one: it starts itself as the compiling process"
    )
)]

#[cfg(target_os = "linux")]
mod bombs {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use nix::libc::{SIGABRT, SIGKILL};
    use nix::sys::resource::{UsageWho, getrusage};
    use seedbed_guests::hostile::Bomb;
    use seedbed_jail::Bounds;
    use seedbed_sandbox::{Prescan, Sandbox, SandboxConfig, SizeLimits, WasiPolicy};

    const MEMORY: u64 = 512 << 20;
    const SECONDS: u64 = 2;
    /// What the compiling process holds besides its data: this program's own code.
    const CODE: u64 = 128 << 20;
    /// What the host may hold while it counts what is in a component of 15 MB: the bytes themselves, and this program.
    const HOST: u64 = 128 << 20;

    /// How a bomb must end.
    enum Ends {
        /// Counted, and turned away for it.
        Prescan(&'static str),
        /// Turned away by the compiler.
        Compiler(&'static str),
        /// Ended by the bound of memory.
        Memory,
        /// Ended by the bound of processor time.
        Processor,
        /// In any way within the bounds: it depends on the machine.
        Bounded,
    }

    const fn ends(bomb: Bomb) -> Ends {
        match bomb {
            Bomb::SparseMemory => Ends::Prescan("has 4294967304 bytes of memory and tables at the start"),
            Bomb::HugeLocals => Ends::Prescan("has 50000 locals in one function"),
            Bomb::GiantFunction => Ends::Prescan("bytes of code in one function"),
            Bomb::DeepTypes => Ends::Compiler("type nesting is too deep"),
            Bomb::DoublingTypes => Ends::Compiler("effective type size exceeds the limit"),
            Bomb::BranchTables => Ends::Compiler("br_table"),
            Bomb::DeepLoops => Ends::Memory,
            Bomb::ManyLocals => Ends::Processor,
            Bomb::FarData | Bomb::ScatteredData | Bomb::DeepBlocks | Bomb::FullOfCode => Ends::Bounded,
        }
    }

    pub(crate) fn main() {
        match std::env::args().nth(1).as_deref().and_then(|name| Bomb::ALL.into_iter().find(|bomb| bomb.name() == name))
        {
            Some(bomb) => compile(bomb),
            None => Bomb::ALL.into_iter().for_each(defused),
        }
    }

    /// The compiling process.
    fn compile(bomb: Bomb) {
        let bytes = bomb.bytes().unwrap();
        let layers = seedbed_jail::enter(&Bounds { data: MEMORY, cpu: SECONDS, ..Bounds::default() });
        assert!(layers.is_complete(), "{layers}");
        let sandbox = Sandbox::new(&SandboxConfig::default()).unwrap();
        match sandbox.load(&bytes, WasiPolicy::Deny) {
            Ok(_) => println!("compiled"),
            Err(error) => println!("{error}"),
        }
    }

    /// Counts a bomb as the host does, has it compiled in a process of its own, and prints what came of it.
    fn defused(bomb: Bomb) {
        let name = bomb.name();
        let bytes = bomb.bytes().unwrap();
        let counted = Prescan::scan(&bytes, &SizeLimits::default(), SandboxConfig::default().memory);
        let before = processor_time();
        let output = Command::new(std::env::current_exe().unwrap())
            .arg(name)
            .env_clear()
            .stderr(Stdio::null())
            .output()
            .unwrap();
        let took = processor_time() - before;
        let said = String::from_utf8(output.stdout).unwrap();
        let came =
            output.status.signal().map_or_else(|| said.trim_end().to_owned(), |signal| format!("signal {signal}"));
        let (host, child) = (peak(UsageWho::RUSAGE_SELF), peak(UsageWho::RUSAGE_CHILDREN));
        println!(
            "{name}: {} bytes, {took:.2?}, host {} MiB, children {} MiB: {came}",
            bytes.len(),
            host >> 20,
            child >> 20
        );

        let killed = |by: i32| output.status.signal() == Some(by);
        let fits = match ends(bomb) {
            Ends::Prescan(says) => {
                counted.as_ref().is_err_and(|error| error.to_string().contains(says)) && said.contains(says)
            }
            Ends::Compiler(says) => counted.is_ok() && said.contains(says),
            Ends::Memory => counted.is_ok() && killed(SIGABRT),
            Ends::Processor => counted.is_ok() && killed(SIGKILL),
            Ends::Bounded => counted.is_ok() && (said == "compiled\n" || [SIGABRT, SIGKILL].into_iter().any(killed)),
        };
        assert!(fits, "{name} is to end otherwise; the pre-scan: {:?}", counted.err());
        assert!(took < Duration::from_secs(SECONDS + 1), "{name} took {took:?} of processor time");
        assert!(host < HOST, "{name}: the host held {host} bytes");
        assert!(child < MEMORY + CODE, "{name}: the compiling process held {child} bytes");
    }

    /// Of all children so far.
    fn processor_time() -> Duration {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
        [usage.user_time(), usage.system_time()]
            .map(|time| Duration::new(time.tv_sec().unsigned_abs(), u32::try_from(time.tv_usec()).unwrap() * 1000))
            .into_iter()
            .sum()
    }

    /// Bytes that were resident at most.
    fn peak(who: UsageWho) -> u64 {
        u64::try_from(getrusage(who).unwrap().max_rss()).unwrap_or_else(|_| panic!("a negative size")) << 10
    }
}

fn main() {
    #[cfg(target_os = "linux")]
    bombs::main();
}
