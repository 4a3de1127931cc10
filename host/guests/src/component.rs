use std::path::Path;

use wit_component::ComponentEncoder;

use crate::error::BuildError;

/// The largest component that a build hands out, in bytes: what the sandbox loads by default. An SDK strategy takes about a
/// thousandth of it, one with a machine-learning library a hundredth.
pub const MAX_COMPONENT_BYTES: usize = 32 << 20;

/// Makes a component of the core module that cargo left at `path`, by the world that the SDK embedded in it.
pub(crate) fn from_module(path: &Path, module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let component = ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| BuildError::Component { module: path.to_owned(), reason: format!("{error:#}") })?;
    bounded(path, component)
}

/// Passes on a component that is not too large.
pub(crate) fn bounded(path: &Path, component: Vec<u8>) -> Result<Vec<u8>, BuildError> {
    let bytes = component.len();
    if bytes > MAX_COMPONENT_BYTES {
        return Err(BuildError::TooLarge { module: path.to_owned(), bytes, limit: MAX_COMPONENT_BYTES });
    }
    Ok(component)
}
