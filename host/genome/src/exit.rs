use crate::mechanism::MOST_VALUES;
use crate::{Mechanism, ParameterSpec};

/// Whether a price equal to a level fires it. A genome may choose it for each mechanism; the direction of the comparison is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Touch {
    /// Equality fires.
    #[default]
    Inclusive,
    /// Only a price beyond the level fires.
    Strict,
}

impl Touch {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Inclusive => Self::Strict,
            Self::Strict => Self::Inclusive,
        }
    }

    /// `inclusive` or `strict`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Inclusive => "inclusive",
            Self::Strict => "strict",
        }
    }
}

/// One mechanism in force, with its values in the order of [`Mechanism::parameters`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exit {
    mechanism: Mechanism,
    /// Places beyond the mechanism's parameters hold 0.
    values: [f64; MOST_VALUES],
    touch: Touch,
}

impl Exit {
    /// The mechanism at its defaults, touched inclusively.
    #[must_use]
    pub fn new(mechanism: Mechanism) -> Self {
        let mut values = [0.0; MOST_VALUES];
        values.iter_mut().zip(mechanism.parameters()).for_each(|(value, spec)| *value = spec.default);
        Self { mechanism, values, touch: Touch::default() }
    }

    /// The same mechanism with one value changed; a parameter that it does not have changes nothing.
    #[must_use]
    pub fn with_value(mut self, parameter: usize, value: f64) -> Self {
        if let Some(place) = self.values_mut().get_mut(parameter) {
            *place = value;
        }
        self
    }

    /// The same mechanism with another comparator. For a mechanism without a level it has no meaning and no effect.
    #[must_use]
    pub fn with_touch(mut self, touch: Touch) -> Self {
        self.touch = touch;
        self
    }

    /// The mechanism.
    #[must_use]
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// The values in the order of [`Mechanism::parameters`].
    #[must_use]
    pub fn values(&self) -> &[f64] {
        self.values.get(..self.mechanism.parameters().len()).unwrap_or_default()
    }

    /// The value of one parameter; `None` when the mechanism has none of that name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<f64> {
        self.values().get(self.mechanism.parameter_index(name)?).copied()
    }

    /// The comparator.
    #[must_use]
    pub fn touch(&self) -> Touch {
        self.touch
    }

    /// The values beside what the list says of each.
    pub(crate) fn specs(&self) -> impl Iterator<Item = (usize, f64, &'static ParameterSpec)> + Clone + use<> {
        let specs = self.mechanism.parameters();
        self.values.into_iter().zip(specs).enumerate().map(|(index, (value, spec))| (index, value, spec))
    }

    pub(crate) fn values_mut(&mut self) -> &mut [f64] {
        self.values.get_mut(..self.mechanism.parameters().len()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Exit, Touch};
    use crate::Mechanism;

    #[test]
    fn an_exit_holds_the_values_of_its_mechanism_only() {
        let stop = Exit::new(Mechanism::FixedStop).with_value(0, 0.05).with_value(1, 9.0).with_touch(Touch::Strict);
        assert_eq!((stop.values(), stop.value("stop-loss"), stop.value("mult")), (&[0.05][..], Some(0.05), None));
        assert_eq!(Exit::new(Mechanism::Chandelier).values(), [22.0, 3.0]);
        assert_eq!(stop.touch().other(), Touch::Inclusive);
    }
}
