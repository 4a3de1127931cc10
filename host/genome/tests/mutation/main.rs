//! Genomes and their mutation, seen from outside.

#[cfg(test)]
mod breeding;
mod canonical;
#[cfg(test)]
mod operators;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod support;
