//! The contract's interfaces as types, and those of a component beside them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use wasmparser::component_types::{
    ComponentDefinedType, ComponentEntityType, ComponentFuncTypeId, ComponentValType, VariantCase,
};
use wasmparser::types::{Types, TypesRef};
use wasmparser::{PrimitiveValType, Validator, WasmFeatures};

use crate::Rule;
use crate::anatomy::{Stopped, wide};

/// The package of the contract.
pub(crate) const PACKAGE: &str = "seedbed:strategy/";
/// The versions of the contract that this review knows, newest first.
pub const KNOWN_VERSIONS: &[&str] = &["0.1.0"];

/// The functions of `seed`, with parameters and results, from `wit/strategy-0.1/strategy.wit`.
pub(crate) const SEED: &[(&str, &str)] = &[
    (
        "describe",
        "() -> record{name: string, version: string, about: string, family: string, \
         reads: flags{time, open, high, low, close, volume}, \
         parameters: list<record{name: string, about: string, domain: variant{real(record{low: f64, high: f64}), \
         log-real(record{low: f64, high: f64}), integer(record{low: f64, high: f64}), choice(list<string>)}, \
         default: f64}>, exits-closed: bool}",
    ),
    (
        "exit-parameters",
        "() -> list<record{mechanism: string, name: string, value: f64, bounds: record{low: f64, high: f64}, enabled: bool}>",
    ),
    ("data-needed", "(list<f64>) -> record{minimum-bars: u32, recommended-bars: u32}"),
    (
        "accept",
        "(list<f64>, list<record{mechanism: string, name: string, value: f64}>) -> result<_, variant{too-few-bars(u32), \
         bad-parameters(string), missing-column(string), other(string)}>",
    ),
    (
        "signals",
        "(record{time: list<s64>, open: list<f64>, high: list<f64>, low: list<f64>, close: list<f64>, \
         volume: list<f64>}, list<f64>) -> result<list<f64>, variant{too-few-bars(u32), bad-parameters(string), \
         missing-column(string), other(string)}>",
    ),
];

/// The functions of `diagnostics`.
pub(crate) const DIAGNOSTICS: &[(&str, &str)] = &[("report", "(enum{debug, info, warn, error}, string)")];

/// The interfaces that a valid component imports and exports: their functions with types, by name.
#[derive(Debug, Default)]
pub(crate) struct Interfaces {
    pub(crate) imports: BTreeMap<String, Interface>,
    pub(crate) exports: BTreeMap<String, Interface>,
}

/// What stands behind an import or an export.
#[derive(Debug, PartialEq)]
pub(crate) enum Interface {
    /// Functions by name.
    Functions(BTreeMap<String, String>),
    /// Something that is no interface, in a word.
    Other(&'static str),
}

/// What the sandbox's engine switches on, proposal by proposal.
fn features() -> WasmFeatures {
    WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::REFERENCE_TYPES
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::SIMD
        | WasmFeatures::EXTENDED_CONST
        | WasmFeatures::FLOATS
        | WasmFeatures::GC_TYPES
        | WasmFeatures::COMPONENT_MODEL
}

impl Interfaces {
    /// Validates a component as the sandbox's engine does and reads its interfaces.
    pub(crate) fn read(bytes: &[u8], imports: &[&str], exports: &[&str]) -> Result<Self, Stopped> {
        let types = Validator::new_with_features(features()).validate_all(bytes).map_err(|error| {
            let what = format!("not valid: {}", error.message());
            Stopped { rule: Rule::Valid, offset: wide(error.offset()), what }
        })?;
        let all = |names: &[&str], find: &dyn Fn(&str) -> Option<ComponentEntityType>| {
            let interface = |name: &&str| Some(((*name).to_owned(), interface(&types, find(name)?)));
            names.iter().filter_map(interface).collect()
        };
        Ok(Self {
            imports: all(imports, &|name| types.component_item_for_import(name).map(|item| item.ty)),
            exports: all(exports, &|name| types.component_item_for_export(name).map(|item| item.ty)),
        })
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "an id of these types is one of theirs, and wasmparser gives no other access"
)]
fn interface(types: &Types, entity: ComponentEntityType) -> Interface {
    let types = types.as_ref();
    match entity {
        ComponentEntityType::Instance(instance) => {
            let functions = types[instance].exports.iter().filter_map(|(name, item)| match item.ty {
                ComponentEntityType::Func(function) => Some((name.clone(), signature(types, function))),
                ComponentEntityType::Type { .. } => None,
                _ => Some((name.clone(), "no function".to_owned())),
            });
            Interface::Functions(functions.collect())
        }
        ComponentEntityType::Func(_) => Interface::Other("a function"),
        ComponentEntityType::Module(_) => Interface::Other("a core module"),
        ComponentEntityType::Component(_) => Interface::Other("a component"),
        ComponentEntityType::Value(_) => Interface::Other("a value"),
        ComponentEntityType::Type { .. } => Interface::Other("a type"),
    }
}

/// Parameters and result of a function in words, cut off where they get longer than any type of the contract.
#[expect(
    clippy::indexing_slicing,
    reason = "an id of these types is one of theirs, and wasmparser gives no other access"
)]
fn signature(types: TypesRef<'_>, function: ComponentFuncTypeId) -> String {
    let function = &types[function];
    let mut words = Words { types, text: String::new(), depth: 0 };
    if function.async_ {
        words.push("async ");
    }
    words.push("(");
    words.list(function.params.iter().map(|(_, ty)| *ty));
    words.push(")");
    if let Some(result) = function.result {
        words.push(" -> ");
        words.value(result);
    }
    words.text
}

/// Writes types. A type may hold others many times over, so both length and depth are bounded.
struct Words<'a> {
    types: TypesRef<'a>,
    text: String,
    depth: u32,
}

impl Words<'_> {
    const MOST_BYTES: usize = 4096;
    const MOST_DEPTH: u32 = 32;

    fn push(&mut self, text: &str) {
        if self.text.len() < Self::MOST_BYTES {
            self.text.push_str(text);
        }
    }

    fn list(&mut self, values: impl Iterator<Item = ComponentValType>) {
        for (index, value) in values.enumerate() {
            if self.text.len() >= Self::MOST_BYTES {
                return;
            }
            self.push(if index == 0 { "" } else { ", " });
            self.value(value);
        }
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "an id of these types is one of theirs, and wasmparser gives no other access"
    )]
    fn value(&mut self, value: ComponentValType) {
        if self.depth >= Self::MOST_DEPTH || self.text.len() >= Self::MOST_BYTES {
            return self.push("…");
        }
        self.depth += 1;
        match value {
            ComponentValType::Primitive(primitive) => self.primitive(primitive),
            ComponentValType::Type(id) => {
                let types = self.types;
                self.defined(&types[id]);
            }
        }
        self.depth -= 1;
    }

    fn primitive(&mut self, primitive: PrimitiveValType) {
        let mut text = String::new();
        let _ = write!(text, "{primitive}");
        self.push(&text);
    }

    fn defined(&mut self, defined: &ComponentDefinedType) {
        match defined {
            ComponentDefinedType::Primitive(primitive) => self.primitive(*primitive),
            ComponentDefinedType::Record(record) => {
                self.push("record{");
                for (index, (name, ty)) in record.fields.iter().enumerate() {
                    if self.text.len() >= Self::MOST_BYTES {
                        break;
                    }
                    self.push(if index == 0 { "" } else { ", " });
                    self.push(name.as_str());
                    self.push(": ");
                    self.value(*ty);
                }
                self.push("}");
            }
            ComponentDefinedType::Variant(variant) => {
                self.push("variant{");
                for (index, (name, VariantCase { ty })) in variant.cases.iter().enumerate() {
                    if self.text.len() >= Self::MOST_BYTES {
                        break;
                    }
                    self.push(if index == 0 { "" } else { ", " });
                    self.push(name.as_str());
                    if let Some(ty) = ty {
                        self.push("(");
                        self.value(*ty);
                        self.push(")");
                    }
                }
                self.push("}");
            }
            ComponentDefinedType::List { element, .. } => self.wrapped("list<", &[Some(*element)]),
            ComponentDefinedType::Option { ty, .. } => self.wrapped("option<", &[Some(*ty)]),
            ComponentDefinedType::Result { ok, err, .. } => self.wrapped("result<", &[*ok, *err]),
            ComponentDefinedType::Tuple(tuple) => {
                self.push("tuple<");
                self.list(tuple.types.iter().copied());
                self.push(">");
            }
            ComponentDefinedType::Flags(names) => self.names("flags{", names.iter().map(|name| name.as_str())),
            ComponentDefinedType::Enum(names) => self.names("enum{", names.iter().map(|name| name.as_str())),
            ComponentDefinedType::Own(_) | ComponentDefinedType::Borrow(_) => self.push("handle"),
            _ => self.push("a type beyond the contract"),
        }
    }

    fn wrapped(&mut self, open: &str, values: &[Option<ComponentValType>]) {
        self.push(open);
        for (index, value) in values.iter().enumerate() {
            self.push(if index == 0 { "" } else { ", " });
            match value {
                Some(value) => self.value(*value),
                None => self.push("_"),
            }
        }
        self.push(">");
    }

    fn names<'n>(&mut self, open: &str, names: impl Iterator<Item = &'n str>) {
        self.push(open);
        for (index, name) in names.enumerate() {
            if self.text.len() >= Self::MOST_BYTES {
                break;
            }
            self.push(if index == 0 { "" } else { ", " });
            self.push(name);
        }
        self.push("}");
    }
}
