//! System calls as broken-out code makes them.

use std::io;

/// Makes a system call; arguments that the call does not have are ignored by the kernel.
#[expect(
    unsafe_code,
    reason = "an attacker's calls have no safe wrappers; pointers among the arguments live in the caller's frame"
)]
pub(crate) fn call(number: libc::c_long, arguments: &[i64]) -> io::Result<i64> {
    let argument = |index: usize| arguments.get(index).copied().unwrap_or(0);
    // SAFETY: the arguments are either integers or point to memory that the caller borrows for the time of the call.
    let result =
        unsafe { libc::syscall(number, argument(0), argument(1), argument(2), argument(3), argument(4), argument(5)) };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// The address of a value, for [`call`].
pub(crate) fn address<T: ?Sized>(value: &T) -> i64 {
    std::ptr::from_ref(value).cast::<u8>().addr().cast_signed() as i64
}

/// The address of a value that the kernel writes.
pub(crate) fn address_mut<T>(value: &mut T) -> i64 {
    std::ptr::from_mut(value).cast::<u8>().addr().cast_signed() as i64
}
