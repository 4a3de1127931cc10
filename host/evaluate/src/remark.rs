use seedbed_genome::ExitNotice;
use seedbed_settings::Notice;

/// Something to know about a plugin that was scored; any of them makes its row `warned`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Remark {
    /// Fewer bars than a first conviction needs.
    #[error("runs on {bars} bars, fewer than its minimum of {minimum}")]
    BelowMinimum {
        /// Bars given.
        bars: usize,
        /// Bars that the plugin needs.
        minimum: u32,
    },
    /// Fewer bars than the plugin would like.
    #[error("runs on {bars} bars, fewer than the {recommended} that it recommends")]
    BelowRecommended {
        /// Bars given.
        bars: usize,
        /// Bars that the plugin recommends.
        recommended: u32,
    },
    /// Convictions that are no number.
    #[error("{0} of its convictions are NaN and count as 0")]
    Nan(usize),
    /// No exit mechanism in force.
    #[error("declares no exits: a position stays open to the end")]
    NoExits,
    /// No entry on these bars.
    #[error("never enters on these bars")]
    NoTrades,
    /// Trades that began before an indicator of their exits existed.
    #[error("{0} of its trades began before an indicator of their exits existed")]
    InactiveExits(usize),
    /// The host's exit bounds overruled the component's.
    #[error(transparent)]
    Exits(#[from] ExitNotice),
    /// Something in the manifest is worth a remark.
    #[error("plugin.toml: {0}")]
    Manifest(Notice),
    /// The manifest and the component give different names.
    #[error("is named '{manifest}' by its plugin.toml and '{component}' by itself")]
    Names {
        /// The manifest's.
        manifest: String,
        /// The component's.
        component: String,
    },
}
