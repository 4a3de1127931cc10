//! Evolution from the outside: what a driver asks, tells and gets.

mod failures;
mod functions;
mod genetic;
mod islands;
mod pareto;
mod replay;
mod support;
