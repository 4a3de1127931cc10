use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use seedbed_outcome::GuestText;
use seedbed_plugin::{Found, Manifest, PluginError, PluginSource};

use crate::Rejection;
use crate::gate::Gate;

/// Where a plugin comes from.
#[derive(Debug)]
pub enum Source {
    /// A seed that the binary carries.
    Embedded {
        /// Its name.
        name: &'static str,
        /// Its component.
        component: &'static [u8],
    },
    /// A candidate of a plugin directory.
    Found(Box<Found>),
    /// A source whose component passes a gate before any of it is compiled.
    Gated {
        /// The source.
        source: Box<Source>,
        /// What decides.
        gate: Arc<dyn Gate>,
    },
}

impl Source {
    /// The name of its seed, file or folder, made safe to print.
    #[must_use]
    pub fn label(&self) -> GuestText {
        match self {
            Self::Embedded { name, .. } => GuestText::new(name),
            Self::Found(found) => found.label.clone(),
            Self::Gated { source, .. } => source.label(),
        }
    }

    /// Reads the component. What a gate looked at is what is given: the file is read once.
    ///
    /// # Errors
    /// [`Rejection::Source`] when its files cannot be used, [`Rejection::Refused`] when a gate turns it away.
    pub fn read(self) -> Result<Code, Rejection> {
        match self {
            Self::Embedded { name, component } => Ok(Code {
                name: GuestText::new(name),
                component: Cow::Borrowed(component),
                manifest: None,
                place: None,
            }),
            Self::Found(found) => found.source.and_then(code).map_err(Rejection::Source),
            Self::Gated { source, gate } => {
                let code = source.read()?;
                gate.admit(&code)?;
                Ok(code)
            }
        }
    }
}

fn code(source: PluginSource) -> Result<Code, PluginError> {
    let component = Cow::Owned(source.read()?);
    let folder = source.plugin_folder().map(ToOwned::to_owned);
    let PluginSource { name, path, manifest, .. } = source;
    Ok(Code { name, component, manifest, place: Some(Place { component: path, folder }) })
}

/// A component's bytes, and what is known of it before any of it runs.
#[derive(Debug)]
pub struct Code {
    /// The seed's name, the manifest's, or the stem of a bare file's name.
    pub name: GuestText,
    /// The component.
    pub component: Cow<'static, [u8]>,
    /// What `plugin.toml` says; a seed and a bare file have none.
    pub manifest: Option<Manifest>,
    /// Where it lies; a seed is part of the binary.
    pub place: Option<Place>,
}

/// Where a component lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its file.
    pub component: PathBuf,
    /// The plugin's folder; a bare file has none.
    pub folder: Option<PathBuf>,
}
