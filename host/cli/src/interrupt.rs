//! Stopping in good order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::exit::{Exit, OrStop, Stop};

/// Whether somebody asked the process to stop: Ctrl-C or SIGTERM. Who asks twice is not kept waiting.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt {
    asked: Arc<AtomicBool>,
}

impl Interrupt {
    /// From now on a first signal is left to the command, which ends at its next good place.
    pub(crate) fn watch() -> Result<Self, Stop> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // In this order: the signal that sets the flag must not find it set.
            flag::register_conditional_shutdown(signal, Exit::Interrupted as i32, Arc::clone(&asked))
                .and_then(|_| flag::register(signal, Arc::clone(&asked)))
                .context("cannot watch for signals")
                .or_host()?;
        }
        Ok(Self { asked })
    }

    pub(crate) fn asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}
