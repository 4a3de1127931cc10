use std::fmt;

use wasmtime::component::Component;
use wasmtime::{CodeBuilder, Engine};

/// The compiled code of a component.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Vec<u8>);

impl Code {
    /// Code that another process compiled.
    ///
    /// Whoever links it trusts it with the process that it runs in: it is native code, and nothing checks it. So it is for a worker that
    /// is shut in, which gets it from the host that started it; a host only hands it on, and never links it.
    #[must_use]
    pub fn received(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The code as a file or a pipe carries it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same, given away.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn component(&self, engine: &Engine) -> wasmtime::Result<Component> {
        #[expect(unsafe_code, reason = "the only way to load compiled code; see SAFETY")]
        // SAFETY: the code was serialised by an engine of this process just now; or comes from its cache, which hands out only what the
        // host's own key vouches for as this process's code of this component and this engine; or was received, and then this process is a
        // worker that stakes nothing but itself on it (see `Code::received`).
        unsafe {
            Component::deserialize(engine, &self.0)
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Code").field("bytes", &self.0.len()).finish()
    }
}

/// Compiles a component that the intake let through.
pub(crate) fn compile(engine: &Engine, component: &[u8]) -> wasmtime::Result<Code> {
    let mut builder = CodeBuilder::new(engine);
    builder.wasm_binary(component, None)?;
    builder.compile_component_serialized().map(Code)
}
