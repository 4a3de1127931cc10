//! The custom section `seedbed-sdk` of every component: the version of the SDK that it was built with, as text. A reviewer sees by it
//! whether a fault of the SDK concerns a component.
#![expect(
    unsafe_code,
    reason = "the name of a section could be one that means something to the linker; this one means nothing"
)]

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// No code refers to it.
#[used]
#[unsafe(link_section = "seedbed-sdk")]
static SECTION: [u8; VERSION.len()] = *VERSION.as_bytes().first_chunk().unwrap();
