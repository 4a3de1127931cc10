//! Evolution from the outside: what a driver asks, tells and gets.

#[cfg(test)]
mod failures;
#[cfg(test)]
mod functions;
#[cfg(test)]
mod genetic;
#[cfg(test)]
mod islands;
#[cfg(test)]
mod pareto;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod support;
