//! Writes components of random code to standard output, each as its length (four bytes, little-endian) and its bytes.
//!
//! `seedbed-smith SEED COUNT`: the same seed gives the same components, and a longer series begins with the shorter one. Three of four are
//! strategies, whose functions have the contract's types and random bodies; the others are whatever components there can be.

mod strategy;

use std::io::{self, Write as _};

use anyhow::{Context as _, Result};
use arbitrary::Unstructured;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};
use strategy::Contract;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(seed), Some(count)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("usage: seedbed-smith SEED COUNT");
    };
    let (seed, count) = (seed.context("SEED")?, count.context("COUNT")?);
    let contract = Contract::new()?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for number in 0..count {
        let component =
            component(&contract, seed, number).with_context(|| format!("component {number} of seed {seed}"))?;
        out.write_all(&u32::try_from(component.len())?.to_le_bytes())?;
        out.write_all(&component)?;
    }
    out.flush()?;
    Ok(())
}

fn component(contract: &Contract, seed: u64, number: u64) -> Result<Vec<u8>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number);
    loop {
        let mut bytes = vec![0; 256 << random.next_u32() % 6];
        random.fill_bytes(&mut bytes);
        let mut input = Unstructured::new(&bytes);
        if number % 4 == 3 {
            // Too little input for what was begun is no component; the next try gets other input.
            if let Ok(component) = wasm_smith::Component::new(wasm_smith::Config::default(), &mut input) {
                return Ok(component.to_bytes());
            }
        } else if let Some(component) = contract.strategy(&mut input)? {
            return Ok(component);
        }
    }
}
