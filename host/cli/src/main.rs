//! The seedbed binary.

fn main() -> std::process::ExitCode {
    seedbed::main()
}
