use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Blocks that a thread may be ahead of the slowest one; bounds what waits for its turn.
const AHEAD: u64 = 16;

/// Makes blocks `0..blocks` on all threads of the calling thread's rayon pool and delivers them one at a time, in order.
///
/// `deliver` runs on whichever thread made the block that was waited for. When it breaks, no further block is begun, and what was made
/// after it is dropped.
pub(crate) fn in_order<B: Send>(
    blocks: u64,
    make: impl Fn(u64) -> B + Sync,
    deliver: impl FnMut(B) -> ControlFlow<()> + Send,
) -> ControlFlow<()> {
    let claimed = AtomicU64::new(0);
    let line = Line {
        queue: Mutex::new(Queue { next: 0, waiting: BTreeMap::new(), closed: false, deliver }),
        moved: Condvar::new(),
    };
    rayon::broadcast(|context| {
        let _open = CloseOnPanic(&line);
        let ahead = AHEAD * context.num_threads() as u64;
        while !line.lock().closed {
            let number = claimed.fetch_add(1, Ordering::Relaxed);
            if number >= blocks {
                break;
            }
            line.hand_in(number, make(number), ahead);
        }
    });
    if line.lock().closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

struct Line<B, D> {
    queue: Mutex<Queue<B, D>>,
    moved: Condvar,
}

struct Queue<B, D> {
    next: u64,
    waiting: BTreeMap<u64, B>,
    closed: bool,
    deliver: D,
}

impl<B, D> Line<B, D> {
    fn lock(&self) -> MutexGuard<'_, Queue<B, D>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<B, D: FnMut(B) -> ControlFlow<()>> Line<B, D> {
    fn hand_in(&self, number: u64, block: B, ahead: u64) {
        let mut queue = self.lock();
        // Whoever holds the next block never waits here, so that the line always moves.
        while number >= queue.next + ahead && !queue.closed {
            queue = self.moved.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        if queue.closed {
            return;
        }
        queue.waiting.insert(number, block);
        let next = queue.next;
        let queue = &mut *queue;
        while let Some(block) = queue.waiting.remove(&queue.next) {
            queue.next += 1;
            if (queue.deliver)(block).is_break() {
                queue.closed = true;
                break;
            }
        }
        if queue.next != next {
            self.moved.notify_all();
        }
    }
}

/// A thread that panics would leave the others waiting for its block.
struct CloseOnPanic<'a, B, D>(&'a Line<B, D>);

impl<B, D> Drop for CloseOnPanic<'_, B, D> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().closed = true;
            self.0.moved.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use super::{AHEAD, in_order};

    fn pool(threads: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
    }

    #[test]
    fn blocks_arrive_once_each_and_in_order_at_any_thread_count() {
        for threads in [1, 2, 8] {
            let mut seen = Vec::new();
            let uneven = |number: u64| {
                std::thread::sleep(Duration::from_micros(number * 7919 % 300));
                number
            };
            let flow = pool(threads).install(|| {
                in_order(500, uneven, |number| {
                    seen.push(number);
                    ControlFlow::Continue(())
                })
            });
            assert_eq!(flow, ControlFlow::Continue(()));
            assert_eq!(seen, (0..500).collect::<Vec<_>>());
        }
    }

    /// A slow first block must not let the others pile up without bound.
    #[test]
    fn nobody_runs_far_ahead_of_the_slowest() {
        let begun = AtomicU64::new(0);
        let make = |number: u64| {
            begun.fetch_add(1, Ordering::SeqCst);
            if number == 0 {
                std::thread::sleep(Duration::from_millis(100));
                return begun.load(Ordering::SeqCst);
            }
            0
        };
        let mut first = None;
        let _ = pool(4).install(|| {
            in_order(10_000, make, |begun| {
                first.get_or_insert(begun);
                ControlFlow::Continue(())
            })
        });
        let most = AHEAD * 4 + 4;
        assert!(
            first.unwrap() <= most,
            "{first:?} blocks were begun while the first was not done; at most {most} may be"
        );
    }

    #[test]
    fn a_break_ends_the_deliveries() {
        let mut seen = 0;
        let flow = pool(4).install(|| {
            in_order(
                10_000,
                |number| number,
                |number| {
                    seen += 1;
                    if number == 20 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                },
            )
        });
        assert_eq!((flow, seen), (ControlFlow::Break(()), 21));
    }

    #[test]
    fn a_panic_is_passed_on_and_leaves_nobody_waiting() {
        let run = || {
            pool(2).install(|| {
                in_order(10_000, |number| assert_ne!(number, 3, "on purpose"), |()| ControlFlow::Continue(()))
            })
        };
        assert!(std::panic::catch_unwind(run).is_err());
    }
}
