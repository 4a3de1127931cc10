use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use seedbed_outcome::{Call, Failure};

use crate::ticker::Ticker;

/// Lets calls in: at most so many at once, or one alone.
///
/// The pool has a slot for each of them. A call that came too many would fail for a reason that is the host's, not the component's; here
/// it waits for its turn.
#[derive(Debug)]
pub struct Gate {
    most: usize,
    inside: Mutex<Inside>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct Inside {
    calls: usize,
    alone: bool,
    /// Who wants to be alone comes before new calls: otherwise it would wait for as long as others are busy.
    want_alone: usize,
    /// Whom to wake.
    waiting: usize,
}

/// A call's place inside, until it is dropped.
#[derive(Debug)]
pub struct Place<'a> {
    gate: &'a Gate,
    alone: bool,
}

/// The wall clock of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// How long a try may take.
    pub deadline: Duration,
    /// What no second try may outlive.
    pub timeout: Option<Duration>,
}

impl Gate {
    /// A gate that lets so many calls in at once.
    #[must_use]
    pub fn new(most: NonZeroUsize) -> Self {
        Self { most: most.get(), inside: Mutex::default(), left: Condvar::new() }
    }

    /// Makes a call inside; `attempt` is given the deadline of the try.
    ///
    /// A call that runs past its deadline is tried once more, alone inside, since a busy machine may be to blame; where the caller has a
    /// timeout, only for the time that it left.
    pub fn call<R>(&self, clock: Clock, mut attempt: impl FnMut(Duration) -> Call<R>) -> Call<R> {
        let start = Instant::now();
        let first = {
            let _place = self.enter();
            attempt(clock.deadline)
        };
        self.again(clock, start, first, attempt)
    }

    /// The second half of [`Gate::call`], for a first try that was made inside by other means and began at `start`.
    pub fn again<R>(
        &self,
        clock: Clock,
        start: Instant,
        first: Call<R>,
        attempt: impl FnOnce(Duration) -> Call<R>,
    ) -> Call<R> {
        let Clock { deadline, timeout } = clock;
        if !matches!(first.outcome, Err(Failure::PastDeadline { .. })) {
            return first;
        }
        tracing::debug!("past the deadline; trying once more, alone");
        let _alone = self.enter_alone();
        let left = timeout.map_or(deadline, |timeout| timeout.saturating_sub(start.elapsed()).min(deadline));
        if left < Ticker::TICK {
            return first;
        }
        attempt(left)
    }

    /// Waits for a place among the others.
    pub fn enter(&self) -> Place<'_> {
        let mut inside = self.wait(|inside| inside.calls >= self.most || inside.alone || inside.want_alone > 0);
        inside.calls += 1;
        Place { gate: self, alone: false }
    }

    /// Waits until nobody is inside, and keeps everybody else out.
    fn enter_alone(&self) -> Place<'_> {
        self.lock().want_alone += 1;
        let mut inside = self.wait(|inside| inside.calls > 0 || inside.alone);
        inside.want_alone -= 1;
        inside.alone = true;
        Place { gate: self, alone: true }
    }

    fn wait(&self, full: impl Fn(&Inside) -> bool) -> MutexGuard<'_, Inside> {
        let mut inside = self.lock();
        while full(&inside) {
            inside.waiting += 1;
            inside = self.left.wait(inside).unwrap_or_else(PoisonError::into_inner);
            inside.waiting -= 1;
        }
        inside
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut inside = self.gate.lock();
        if self.alone {
            inside.alone = false;
        } else {
            inside.calls -= 1;
        }
        let somebody_waits = inside.waiting > 0;
        drop(inside);
        if somebody_waits {
            self.gate.left.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::Gate;

    #[test]
    fn no_more_are_inside_than_there_are_places_and_one_alone_is_alone() {
        let gate = Gate::new(NonZeroUsize::new(2).unwrap());
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let stay = || {
            most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::sleep(Duration::from_micros(200));
            inside.fetch_sub(1, Ordering::SeqCst)
        };
        thread::scope(|scope| {
            for worker in 0..8 {
                let (gate, stay) = (&gate, &stay);
                scope.spawn(move || {
                    for turn in 0..50 {
                        if (worker + turn) % 7 == 0 {
                            let _place = gate.enter_alone();
                            assert_eq!(stay(), 1, "somebody else was inside");
                        } else {
                            let _place = gate.enter();
                            stay();
                        }
                    }
                });
            }
        });
        assert_eq!((inside.into_inner(), most.into_inner()), (0, 2));
    }
}
