use std::fmt;

use crate::ExitGenome;

/// What a candidate is: the values of a seed's own parameters in declared order, and its exits.
#[derive(Debug, Clone, PartialEq)]
pub struct Genome {
    /// The seed's own parameters; integers and choices are whole numbers.
    pub parameters: Vec<f64>,
    /// The exits.
    pub exits: ExitGenome,
}

/// Version of the canonical form; its first bytes.
const TAG: &[u8; 16] = b"seedbed-genome/1";

impl Genome {
    /// The bytes that name the genome: equal exactly for genomes that act alike.
    ///
    /// Layout, numbers little-endian:
    ///
    /// | bytes | what |
    /// |---|---|
    /// | 16 | `seedbed-genome/1`, the version of this layout |
    /// | 4 | number of own parameters |
    /// | 8 each | own parameters |
    /// | 1 | number of mechanisms in force |
    /// | each | in slot order: 1 byte mechanism (its place in [`Mechanism::ALL`](crate::Mechanism::ALL), which only grows at the end), 1 byte comparator (0 inclusive, 1 strict, 2 none), 1 byte set of the free values (bit i for value i), 8 bytes each of these |
    /// | 1 | combination of time and signal: 0 unless both are in force, 1 any, 2 all |
    /// | 1 | set of the ties in force (bit i for the tie at place i of [`Tie::ALL`](crate::Tie::ALL)) |
    /// | 8 each | their coefficients |
    ///
    /// Dormant values are left out: derived values, the comparator of a mechanism without a level, the combination of what is not there.
    /// -0 is written as 0.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64 + 8 * self.parameters.len() + 19 * 7 + 8 * 4);
        bytes.extend_from_slice(TAG);
        bytes.extend_from_slice(&u32::try_from(self.parameters.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.parameters.iter().for_each(|&value| push(&mut bytes, value));
        self.exits.write_canonical(&mut bytes);
        bytes
    }

    /// The hash of the canonical form, which names the candidate everywhere.
    #[must_use]
    pub fn hash(&self) -> GenomeHash {
        GenomeHash(*blake3::hash(&self.canonical()).as_bytes())
    }
}

impl ExitGenome {
    fn write_canonical(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::try_from(self.exits().count()).unwrap_or(u8::MAX));
        for exit in self.exits() {
            let mechanism = exit.mechanism();
            let free = |index| self.derived_by((mechanism, index)).is_none();
            bytes.push(mechanism as u8);
            bytes.push(if mechanism.has_level() { exit.touch() as u8 } else { 2 });
            let values = exit.values().iter().enumerate().filter(|(index, _)| free(*index));
            bytes.push(values.clone().fold(0, |set, (index, _)| set | 1 << index));
            values.for_each(|(_, &value)| push(bytes, value));
        }
        bytes.push(if self.has_combine() { 1 + self.combine() as u8 } else { 0 });
        bytes.push(self.relations().iter().fold(0, |set, (tie, _)| set | 1 << tie as u8));
        self.relations().iter().for_each(|(_, coefficient)| push(bytes, coefficient));
    }
}

fn push(bytes: &mut Vec<u8>, value: f64) {
    // Adding 0 turns -0 into 0.
    bytes.extend_from_slice(&(value + 0.0).to_le_bytes());
}

/// BLAKE3 over a genome's canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GenomeHash([u8; 32]);

impl GenomeHash {
    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash that prints as these 64 hexadecimal digits; `None` of any other text.
    #[must_use]
    pub fn from_hex(digits: &str) -> Option<Self> {
        blake3::Hash::from_hex(digits).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

impl fmt::Display for GenomeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

/// A genome and what evolves beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Individual {
    /// The genome.
    pub genome: Genome,
    /// The step size of P3 as a share of a parameter's scale, 0.01 to 0.5. It decides how the next child differs, not how the genome acts, and is
    /// not in the hash.
    pub step_size: f64,
}

impl Individual {
    /// The step size that an individual starts with.
    pub const FIRST_STEP_SIZE: f64 = 0.15;

    /// A genome that nothing evolved yet.
    #[must_use]
    pub fn new(genome: Genome) -> Self {
        Self { genome, step_size: Self::FIRST_STEP_SIZE }
    }
}
