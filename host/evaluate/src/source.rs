use std::borrow::Cow;

use seedbed_outcome::GuestText;
use seedbed_plugin::{Found, Manifest, PluginError, PluginSource};

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
}

impl Source {
    /// The name of its seed, file or folder, made safe to print.
    #[must_use]
    pub fn label(&self) -> GuestText {
        match self {
            Self::Embedded { name, .. } => GuestText::new(name),
            Self::Found(found) => found.label.clone(),
        }
    }

    /// Reads the component.
    pub(crate) fn read(self) -> Result<Code, PluginError> {
        match self {
            Self::Embedded { component, .. } => Ok(Code { component: Cow::Borrowed(component), manifest: None }),
            Self::Found(found) => {
                let source: PluginSource = found.source?;
                Ok(Code { component: Cow::Owned(source.read()?), manifest: source.manifest })
            }
        }
    }
}

/// A component's bytes and what its manifest says.
pub(crate) struct Code {
    pub(crate) component: Cow<'static, [u8]>,
    pub(crate) manifest: Option<Manifest>,
}
