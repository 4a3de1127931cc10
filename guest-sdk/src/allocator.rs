//! The global allocator of a component.
//!
//! Growing the memory of a fresh instance costs a call into the operating system that holds a lock over all threads, so
//! allocations start on memory that is linked in, and memory grows only when that is used up.
#![expect(unsafe_code, reason = "an allocator hands out raw memory")]

use core::mem::MaybeUninit;

/// Bytes linked in: enough for some twenty columns of 10,000 bars, and, with a stack of 256 KiB and a plugin's data, just below 2 MiB.
/// A host pays for each page of a fresh instance's memory, whether it is touched or not.
const ARENA_BYTES: usize = 1728 << 10;

static mut ARENA: [MaybeUninit<u8>; ARENA_BYTES] = [MaybeUninit::uninit(); ARENA_BYTES];

const PAGE_BYTES: usize = 64 << 10;

/// Grows the memory by room for `bytes`, by at least 1 MiB so that a growing guest seldom asks, and returns the start and the
/// size of the new memory.
fn grow(bytes: usize) -> Option<(*mut u8, usize)> {
    const LEAST_PAGES: usize = 16;

    let pages = bytes.div_ceil(PAGE_BYTES).max(LEAST_PAGES);
    match core::arch::wasm32::memory_grow::<0>(pages) {
        usize::MAX => None,
        pages_before => Some(((pages_before * PAGE_BYTES) as *mut u8, pages * PAGE_BYTES)),
    }
}

#[cfg(not(feature = "bump"))]
mod reusing {
    use core::{alloc::Layout, ptr::NonNull};

    use talc::{
        base::{Talc, binning::Binning},
        cell::TalcSyncCell,
        source::Source,
        wasm::WasmBinning,
    };

    use super::{ARENA, ARENA_BYTES, grow};

    #[global_allocator]
    static ALLOCATOR: TalcSyncCell<ArenaThenGrowth, WasmBinning> =
        TalcSyncCell::new_wasm(ArenaThenGrowth { arena_used: false, end: None });

    #[derive(Debug)]
    struct ArenaThenGrowth {
        arena_used: bool,
        /// Where the heap on grown memory ends.
        end: Option<NonNull<u8>>,
    }

    // SAFETY: nothing here allocates.
    unsafe impl Source for ArenaThenGrowth {
        fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
            /// What the allocator needs beside a block for its own records.
            const RECORDS: usize = 64;

            if !talc.source.arena_used {
                talc.source.arena_used = true;
                // SAFETY: the arena is named nowhere else in this configuration.
                return unsafe { talc.claim((&raw mut ARENA).cast(), ARENA_BYTES) }.map(drop).ok_or(());
            }
            let bytes =
                layout.size().checked_add(layout.align()).and_then(|bytes| bytes.checked_add(RECORDS)).ok_or(())?;
            let (start, size) = grow(bytes).ok_or(())?;
            let end = match talc.source.end {
                // SAFETY: the heap ends where the new memory starts, which nothing else uses.
                Some(end) if end.as_ptr() == start => Some(unsafe { talc.extend(end, start.wrapping_add(size)) }),
                // SAFETY: nothing else uses the new memory.
                _ => unsafe { talc.claim(start, size) },
            };
            talc.source.end = end;
            end.map(drop).ok_or(())
        }
    }
}

#[cfg(feature = "bump")]
mod bumping {
    use core::{
        alloc::{GlobalAlloc, Layout},
        cell::Cell,
        ptr,
    };

    use super::{ARENA, ARENA_BYTES, grow};

    #[global_allocator]
    static ALLOCATOR: Bump = Bump { next: Cell::new(0), end: Cell::new(0) };

    /// Hands out one block after the other and never takes one back, except that the newest may grow in place.
    struct Bump {
        next: Cell<usize>,
        end: Cell<usize>,
    }

    // SAFETY: a component has one thread.
    unsafe impl Sync for Bump {}

    impl Bump {
        fn acquire(&self, bytes: usize) -> Option<()> {
            if self.end.get() == 0 {
                let arena = (&raw mut ARENA) as usize;
                self.next.set(arena);
                self.end.set(arena + ARENA_BYTES);
                return Some(());
            }
            let (start, size) = grow(bytes)?;
            if start as usize != self.end.get() {
                self.next.set(start as usize);
            }
            self.end.set(start as usize + size);
            Some(())
        }

        fn take(&self, layout: Layout) -> Option<usize> {
            let start = self.next.get().checked_next_multiple_of(layout.align())?;
            let end = start.checked_add(layout.size())?;
            (end <= self.end.get()).then(|| {
                self.next.set(end);
                start
            })
        }
    }

    // SAFETY: blocks do not overlap, because `next` only rises and passes every block handed out.
    unsafe impl GlobalAlloc for Bump {
        #[inline(never)]
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            loop {
                if let Some(start) = self.take(layout) {
                    return start as *mut u8;
                }
                let Some(()) = layout.size().checked_add(layout.align()).and_then(|bytes| self.acquire(bytes)) else {
                    return ptr::null_mut();
                };
            }
        }

        unsafe fn dealloc(&self, _block: *mut u8, _layout: Layout) {}

        #[inline(never)]
        unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
            if new_size <= layout.size() {
                return block;
            }
            let start = block as usize;
            if start + layout.size() == self.next.get()
                && start.checked_add(new_size).is_some_and(|end| end <= self.end.get())
            {
                self.next.set(start + new_size);
                return block;
            }
            let Ok(larger) = Layout::from_size_align(new_size, layout.align()) else { return ptr::null_mut() };
            // SAFETY: both blocks are at least as large as the old one, and the new one does not overlap it.
            unsafe {
                let moved = self.alloc(larger);
                if !moved.is_null() {
                    ptr::copy_nonoverlapping(block, moved, layout.size());
                }
                moved
            }
        }
    }
}
