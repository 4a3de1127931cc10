use seedbed_genome::{Declared, ExitBounds, Genome};
use seedbed_outcome::{GuestText, Usage};
use seedbed_plugin::{LimitRequest, Manifest, WasiRequest};
use seedbed_worker::{Component, DataNeed, Description, Limits, WasiPolicy, Workers};

use crate::{Rejection, Remark, Source};

/// What the operator grants to every plugin. A manifest can only narrow it.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    /// What one call may use.
    pub limits: Limits,
    /// Whether a plugin may import WASI.
    pub wasi: WasiPolicy,
}

impl Grant {
    /// What is granted to a plugin with this manifest, which can only narrow it.
    #[must_use]
    pub fn narrowed(&self, manifest: Option<&Manifest>) -> Self {
        Self { limits: narrowed(self.limits, manifest), wasi: policy(self.wasi, manifest) }
    }
}

/// A plugin that was loaded and has described itself.
#[derive(Debug, Clone)]
pub struct Plugin {
    component: Component,
    description: Description,
    describe_usage: Usage,
    parameters: Vec<f64>,
    exits: Declared,
    need: DataNeed,
    limits: Limits,
    remarks: Vec<Remark>,
}

impl Plugin {
    /// Loads a component and asks it what it is; every answer is checked.
    ///
    /// # Errors
    /// [`Rejection`] says what was wrong with its files, its binary or its answers.
    pub fn open(workers: &Workers, source: Source, grant: &Grant) -> Result<Self, Rejection> {
        let code = source.read()?;
        let manifest = code.manifest.as_ref();
        let Grant { limits, wasi } = grant.narrowed(manifest);
        let component = workers.load(&code.component, wasi)?;
        let described = component.describe(&limits);
        let description = described.outcome.map_err(Rejection::call("describe"))?;
        let declared = component.exit_parameters(&limits).outcome.map_err(Rejection::call("exit-parameters"))?;
        let mut bounds = ExitBounds::default();
        if let Some(manifest) = manifest {
            manifest.narrow_exits(&mut bounds)?;
        }
        let exits = Declared::read(&declared, bounds)?;
        let parameters = description.defaults();
        let need = component.data_needed(&parameters, &limits).outcome.map_err(Rejection::call("data-needed"))?;

        tracing::debug!(
            "is {} {}, described for {} fuel",
            description.name,
            description.version,
            described.usage.fuel_call
        );

        let mut remarks: Vec<Remark> = exits.notices.iter().cloned().map(Remark::Exits).collect();
        if exits.genome.is_empty() {
            remarks.push(Remark::NoExits);
        }
        if let Some(manifest) = code.manifest {
            remarks.extend(manifest.notices.into_iter().map(Remark::Manifest));
            if manifest.name != description.name {
                remarks.push(Remark::Names { manifest: manifest.name, component: description.name.clone() });
            }
        }
        Ok(Self { component, description, describe_usage: described.usage, parameters, exits, need, limits, remarks })
    }

    /// The component, ready to be called.
    #[must_use]
    pub fn component(&self) -> &Component {
        &self.component
    }

    /// What it says of itself.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// What the call of `describe` cost, instantiation apart.
    #[must_use]
    pub fn describe_usage(&self) -> Usage {
        self.describe_usage
    }

    /// The defaults of its parameters, in declared order.
    #[must_use]
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// Its exits at their defaults, and the bounds in force.
    #[must_use]
    pub fn exits(&self) -> &Declared {
        &self.exits
    }

    /// Its own genome: parameters and exits at their defaults.
    #[must_use]
    pub fn genome(&self) -> Genome {
        Genome { parameters: self.parameters.clone(), exits: self.exits.genome }
    }

    /// How much history it needs at its defaults.
    #[must_use]
    pub fn need(&self) -> DataNeed {
        self.need
    }

    /// What each of its calls may use.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What to know about it before any bar is seen.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Its own version.
    #[must_use]
    pub fn version(&self) -> &GuestText {
        &self.description.version
    }
}

/// A manifest's limits can only narrow the operator's.
fn narrowed(granted: Limits, manifest: Option<&Manifest>) -> Limits {
    let LimitRequest { fuel_per_bar, fuel_base, deadline, memory } =
        manifest.map_or_else(Default::default, |m| m.limits);
    granted.narrow(Limits {
        fuel_per_bar: fuel_per_bar.unwrap_or(u64::MAX),
        fuel_base: fuel_base.unwrap_or(u64::MAX),
        deadline: deadline.unwrap_or(granted.deadline),
        timeout: None,
        memory: memory.unwrap_or(u64::MAX),
    })
}

/// WASI is there only for a plugin that the operator grants it to, and not for one whose manifest says that it needs none.
fn policy(granted: WasiPolicy, manifest: Option<&Manifest>) -> WasiPolicy {
    match manifest.map(|manifest| manifest.wasi) {
        Some(WasiRequest::Deny) => WasiPolicy::Deny,
        Some(WasiRequest::Inert) | None => granted,
    }
}
