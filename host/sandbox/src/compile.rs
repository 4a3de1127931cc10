use wasmtime::{CodeBuilder, Engine};

/// Compiles a component that the pre-scan let through; the answer is the serialised code.
///
/// Bytes in, bytes out: the call can move into a bounded child process without a change to its callers.
pub(crate) fn compile(engine: &Engine, component: &[u8]) -> wasmtime::Result<Vec<u8>> {
    let mut builder = CodeBuilder::new(engine);
    builder.wasm_binary(component, None)?;
    builder.compile_component_serialized()
}
