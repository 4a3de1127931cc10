//! The components, one after the other: the same for the same seed, whichever thread takes them.

use std::env;
use std::fs::File;
use std::io::{BufReader, Read as _};

use seedbed_genome::Rng;

use crate::edits;

pub(crate) struct Supply {
    seed: u64,
    next: u64,
    count: u64,
    smith: Option<BufReader<File>>,
    /// How many of it.
    smiths: u64,
}

pub(crate) struct Generated {
    pub(crate) number: u64,
    pub(crate) kind: &'static str,
    pub(crate) bytes: Vec<u8>,
}

impl Supply {
    pub(crate) fn new(seed: u64, count: u64) -> Self {
        let smith = env::var_os("SEEDBED_GENERATED_SMITH").map(|path| BufReader::new(File::open(path).unwrap()));
        Self { seed, next: 0, count, smith, smiths: 0 }
    }
}

impl Iterator for Supply {
    type Item = Generated;

    fn next(&mut self) -> Option<Generated> {
        let number = self.next;
        if number == self.count {
            return None;
        }
        self.next += 1;
        let (kind, bytes) = match &mut self.smith {
            // An edited seed takes the compiler ten times as long.
            Some(smith) if !number.is_multiple_of(5) => {
                // Of four components that it makes, the last is no strategy.
                self.smiths += 1;
                let kind = if self.smiths.is_multiple_of(4) { "random component" } else { "random strategy" };
                (kind, frame(smith))
            }
            _ => edits::edited(&mut Rng::new(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number)),
        };
        Some(Generated { number, kind, bytes })
    }
}

fn frame(smith: &mut BufReader<File>) -> Vec<u8> {
    let mut length = [0; 4];
    smith.read_exact(&mut length).unwrap();
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    smith.read_exact(&mut bytes).unwrap();
    bytes
}
