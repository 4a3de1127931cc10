//! The keys of `plugin.toml`, version 1.

use seedbed_settings::{ByteSize, Catalogue, DefaultValue, Key, Kind, Span};

pub(crate) const MANIFEST: &str = "manifest";
pub(crate) const NAME: &str = "name";
pub(crate) const COMPONENT: &str = "component";
pub(crate) const WASI: &str = "wasi";
pub(crate) const FUEL_PER_BAR: &str = "limits.fuel_per_bar";
pub(crate) const FUEL_BASE: &str = "limits.fuel_base";
pub(crate) const DEADLINE: &str = "limits.deadline";
pub(crate) const MEMORY: &str = "limits.memory";
pub(crate) const BOUNDS: &str = "exits.NAME.PARAMETER.bounds";
pub(crate) const COMMAND: &str = "build.command";

const FUEL: Kind = Kind::Integer { min: 1, max: u64::MAX };

pub(crate) const CATALOGUE: Catalogue = Catalogue::new(&[
    Key::new(MANIFEST, Kind::Integer { min: 1, max: u64::MAX }, "Version of this file's format.").required(),
    Key::new(NAME, Kind::Text, "The plugin's name: 1 to 48 characters of a-z, 0-9 and -.").required(),
    Key::new(COMPONENT, Kind::Path, "The component, below this folder.").required(),
    Key::new(
        WASI,
        Kind::Words(&["deny", "inert"]),
        "The WASI policy that the component needs; granted only if the operator's allows it.",
    )
    .default(DefaultValue::Word("deny")),
    Key::new(FUEL_PER_BAR, FUEL, "Fuel of a call for each bar; narrows the operator's."),
    Key::new(FUEL_BASE, FUEL, "Fuel of a call besides; narrows the operator's."),
    Key::new(
        DEADLINE,
        Kind::Span { min: Span::millis(1), max: Span::seconds(3600) },
        "Wall-clock limit of a call; narrows the operator's.",
    ),
    Key::new(
        MEMORY,
        Kind::Size { min: ByteSize::bytes(65_536), max: ByteSize::mebibytes(4096) },
        "Memories and tables together; narrows the operator's.",
    ),
    Key::new(
        BOUNDS,
        Kind::Pair { min: f64::MIN, max: f64::MAX },
        "Bounds of one parameter of an exit mechanism; narrows the host's.",
    ),
    Key::new(COMMAND, Kind::List, "How `seedbed build` builds the component: the program and its arguments."),
]);
