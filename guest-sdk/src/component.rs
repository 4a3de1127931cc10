//! The functions of the contract over a strategy, and the macro that exports them.

use std::marker::PhantomData;

use bindings::exports::seedbed::strategy::seed;

use crate::{
    Bars, Column, DataNeed, Domain, ExitSetting, ExitSettings, Exported, Parameter, Parameters, Refusal, dispatch, log,
};

/// The contract as Rust, generated from `wit/strategy-0.1`.
#[expect(missing_docs, reason = "generated")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit/strategy-0.1",
        world: "strategy",
        pub_export_macro: true,
        export_macro_name: "export_component",
        default_bindings_module: "::seedbed_sdk::component::bindings",
    });
}

/// Makes a [`Strategy`](crate::Strategy) type the plugin that this crate is, named and versioned by its `Cargo.toml`.
///
/// Once per crate, which must be a `cdylib` to become a component.
#[macro_export]
macro_rules! export {
    ($strategy:ty) => {
        impl $crate::Exported for $strategy {
            const NAME: &'static str = $crate::component::checked_name(env!("CARGO_PKG_NAME"));
            const VERSION: &'static str = env!("CARGO_PKG_VERSION");
        }

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Plugin = $crate::component::Component<$strategy>;
    $crate::component::bindings::export_component!(Plugin with_types_in $crate::component::bindings);
        };
    };
}

/// Fails the build when the package name is no plugin name.
#[expect(clippy::panic, clippy::indexing_slicing, reason = "evaluated at compile time only")]
pub const fn checked_name(name: &'static str) -> &'static str {
    let bytes = name.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if !matches!(bytes[index], b'a'..=b'z' | b'0'..=b'9' | b'-') {
            panic!("a plugin's package name must consist of a-z, 0-9 and -");
        }
        index += 1;
    }
    assert!(index >= 1 && index <= 48, "a plugin's package name must have 1 to 48 characters");
    name
}

/// What the component exports for the strategy `S`.
pub struct Component<S>(PhantomData<S>);

impl<S: Exported> seed::Guest for Component<S> {
    fn describe() -> seed::Description {
        report_panics();
        seed::Description {
            name: S::NAME.into(),
            version: S::VERSION.into(),
            about: S::ABOUT.into(),
            family: S::FAMILY.name().into(),
            reads: S::READS.iter().map(|&column| flag(column)).collect(),
            parameters: S::Params::DECLARED.iter().map(declare).collect(),
            exits_closed: S::EXITS_CLOSED,
        }
    }

    fn exit_parameters() -> Vec<seed::ExitParameter> {
        report_panics();
        let exits = S::exits();
        let parameters = exits.iter().flat_map(|exit| {
            exit.parameters().map(|(name, value, low, high)| seed::ExitParameter {
                mechanism: exit.mechanism().name().into(),
                name: name.into(),
                value,
                bounds: seed::Interval { low, high },
                enabled: exit.is_enabled(),
            })
        });
        parameters.collect()
    }

    fn data_needed(parameters: Vec<f64>) -> seed::DataNeed {
        report_panics();
        // The contract gives this function no refusal: no number of bars is enough for parameters that are refused.
        let need = dispatch::data_needed::<S>(&parameters).unwrap_or_else(|refusal| {
            log::error(&refusal.to_string());
            DataNeed { minimum_bars: usize::MAX, recommended_bars: usize::MAX }
        });
        seed::DataNeed { minimum_bars: count(need.minimum_bars), recommended_bars: count(need.recommended_bars) }
    }

    fn accept(parameters: Vec<f64>, exits: Vec<seed::ExitSetting>) -> Result<(), seed::Refusal> {
        report_panics();
        let settings = exits.into_iter().map(|seed::ExitSetting { mechanism, name, value }| ExitSetting {
            mechanism,
            name,
            value,
        });
        dispatch::accept::<S>(&parameters, &ExitSettings::new(settings.collect())).map_err(refuse)
    }

    fn signals(bars: seed::Bars, parameters: Vec<f64>) -> Result<Vec<f64>, seed::Refusal> {
        report_panics();
        let seed::Bars { time, open, high, low, close, volume } = bars;
        let bars = Bars::new(time, open, high, low, close, volume).map_err(refuse)?;
        dispatch::signals::<S>(&bars, &parameters).map_err(refuse)
    }
}

fn flag(column: Column) -> seed::Columns {
    match column {
        Column::Time => seed::Columns::TIME,
        Column::Open => seed::Columns::OPEN,
        Column::High => seed::Columns::HIGH,
        Column::Low => seed::Columns::LOW,
        Column::Close => seed::Columns::CLOSE,
        Column::Volume => seed::Columns::VOLUME,
    }
}

fn declare(parameter: &Parameter) -> seed::Parameter {
    let domain = match parameter.domain {
        Domain::Real { low, high } => seed::Domain::Real(seed::Interval { low, high }),
        Domain::LogReal { low, high } => seed::Domain::LogReal(seed::Interval { low, high }),
        Domain::Integer { low, high } => seed::Domain::Integer(seed::Interval { low, high }),
        Domain::Choice(_) => seed::Domain::Choice(parameter.domain.labels()),
    };
    seed::Parameter { name: parameter.name(), about: parameter.about(), domain, default: parameter.default }
}

fn refuse(refusal: Refusal) -> seed::Refusal {
    match refusal {
        Refusal::TooFewBars(needed) => seed::Refusal::TooFewBars(count(needed)),
        Refusal::BadParameters(reason) => seed::Refusal::BadParameters(reason),
        Refusal::MissingColumn(column) => seed::Refusal::MissingColumn(column.name().into()),
        Refusal::Other(reason) => seed::Refusal::Other(reason),
    }
}

fn count(bars: usize) -> u32 {
    u32::try_from(bars).unwrap_or(u32::MAX)
}

/// Sends the message and the place of a panic to the host before the trap. Every call is the first of its instance, so every
/// function sets the hook.
#[cfg(target_arch = "wasm32")]
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("panic without a message");
        match panic.location() {
            Some(place) => log::error(&format!("{message} at {}:{}", place.file(), place.line())),
            None => log::error(message),
        }
    }));
}

#[cfg(not(target_arch = "wasm32"))]
fn report_panics() {}
