use std::path::Path;

use wit_component::{ComponentEncoder, DecodedWasm};

use crate::error::BuildError;

/// The largest component that a build hands out, in bytes: what the sandbox loads by default. An SDK strategy takes about a
/// thousandth of it, one with a machine-learning library a hundredth.
pub const MAX_COMPONENT_BYTES: usize = 32 << 20;

/// Makes a component of the core module that cargo left at `path`, by the world that the SDK embedded in it.
pub(crate) fn from_module(path: &Path, module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let unfit = |reason| BuildError::Component { module: path.to_owned(), reason };
    let component = ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| unfit(format!("{error:#}")))?;
    // A module that embeds no world makes a valid component, of nothing.
    match wit_component::decode(&component) {
        Ok(DecodedWasm::Component(resolve, world))
            if resolve.worlds.get(world).is_some_and(|world| !world.exports.is_empty()) =>
        {
            bounded(path, component)
        }
        _ => Err(unfit("it exports nothing".to_owned())),
    }
}

/// Passes on a component that is not too large.
pub(crate) fn bounded(path: &Path, component: Vec<u8>) -> Result<Vec<u8>, BuildError> {
    if component.len() > MAX_COMPONENT_BYTES {
        return Err(too_large(path, component.len() as u64));
    }
    Ok(component)
}

pub(crate) fn too_large(path: &Path, bytes: u64) -> BuildError {
    BuildError::TooLarge { module: path.to_owned(), bytes, limit: MAX_COMPONENT_BYTES as u64 }
}
