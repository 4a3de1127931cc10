use crate::mechanism::{MECHANISMS, MOST_VALUES};
use crate::{ExitError, Interval, Mechanism, Scale};

/// The bounds of every parameter of every mechanism: the host's, narrowed by whoever may narrow.
#[derive(Debug, Clone, PartialEq)]
pub struct ExitBounds([[Interval; MOST_VALUES]; MECHANISMS]);

impl Default for ExitBounds {
    fn default() -> Self {
        let mut bounds = [[Interval::constant(0.0, 0.0); MOST_VALUES]; MECHANISMS];
        for (row, mechanism) in bounds.iter_mut().zip(Mechanism::ALL) {
            row.iter_mut().zip(mechanism.parameters()).for_each(|(place, spec)| *place = spec.bounds);
        }
        Self(bounds)
    }
}

impl ExitBounds {
    /// The bounds in force; `None` when the mechanism has no such parameter.
    #[must_use]
    pub fn get(&self, mechanism: Mechanism, parameter: &str) -> Option<Interval> {
        self.at(mechanism, mechanism.parameter_index(parameter)?)
    }

    /// The bounds of a parameter by its place in [`Mechanism::parameters`].
    #[must_use]
    pub fn at(&self, mechanism: Mechanism, parameter: usize) -> Option<Interval> {
        self.row(mechanism).get(parameter).copied()
    }

    /// The bounds of a mechanism's parameters, in their order.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "one row for each mechanism, at most MOST_VALUES parameters in each")]
    pub(crate) fn row(&self, mechanism: Mechanism) -> &[Interval] {
        &self.0[mechanism as usize][..mechanism.parameters().len()]
    }

    /// Narrows one parameter to what both sides allow.
    ///
    /// # Errors
    /// [`ExitError::UnknownParameter`], and [`ExitError::EmptyBounds`] where nothing would be left.
    pub fn narrow(&mut self, mechanism: Mechanism, parameter: &str, to: Interval) -> Result<Interval, ExitError> {
        let unknown =
            || ExitError::UnknownParameter { mechanism: mechanism.name().into(), parameter: parameter.into() };
        let index = mechanism.parameter_index(parameter).ok_or_else(unknown)?;
        let scale = mechanism.parameters().get(index).map(|spec| spec.scale);
        let bounds = self.0.get_mut(mechanism as usize).and_then(|row| row.get_mut(index)).ok_or_else(unknown)?;
        let left = bounds
            .intersect(to)
            .filter(|left| scale != Some(Scale::Integer) || left.low().ceil() <= left.high().floor())
            .ok_or_else(|| ExitError::EmptyBounds {
                mechanism,
                parameter: parameter.into(),
                host: *bounds,
                wanted: to,
            })?;
        *bounds = left;
        Ok(left)
    }
}
