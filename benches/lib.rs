//! Benchmarks; see the targets beside this file.
