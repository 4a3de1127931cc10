/// What a process in the jail may use at most, over its whole life.
///
/// A bound never widens: where the process already runs under a tighter one, the tighter one stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of private memory that can be written: heap, stacks of threads, memories of instances, code while it is compiled.
    pub data: u64,
    /// Seconds of processor time, all threads together. `u64::MAX` leaves a worker that lives long to the deadlines of its host.
    pub cpu: u64,
    /// Descriptors open at once.
    pub files: u64,
    /// Bytes of any one file that is written, which in a jail can only be a file in memory; wasmtime keeps the first contents of a linear
    /// memory in one.
    pub file_bytes: u64,
    /// Threads and processes that the user may have on the whole machine for a new thread to be started; the kernel does not count for root.
    pub tasks: u64,
    /// Descriptors that were handed over at the start and stay open besides standard input, output and error.
    pub descriptors: Vec<i32>,
}

impl Default for Bounds {
    /// 2 GiB of memory, an hour of processor time, 64 descriptors, 64 MiB a file, 16,384 tasks of the user, nothing handed over.
    fn default() -> Self {
        Self { data: 2 << 30, cpu: 3600, files: 64, file_bytes: 64 << 20, tasks: 16_384, descriptors: Vec::new() }
    }
}
