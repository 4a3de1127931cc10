use seedbed_settings::{FromValue, Value};

/// Declares an enum together with its words in the file.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub enum $name { $($(#[$variant_doc])* $variant),+ }

            impl $name {
                /// The words of the variants, in their order.
                pub const WORDS: &'static [&'static str] = &[$($word),+];

                /// The word in the file.
                #[must_use]
                pub fn word(self) -> &'static str {
                    match self { $(Self::$variant => $word),+ }
                }
            }

            impl FromValue for $name {
                fn from_value(value: &Value) -> Option<Self> {
                    match value {
                        $(Value::Word($word) => Some(Self::$variant),)+
                        _ => None,
                    }
                }
            }
        )+
    };
}

words! {
    /// When a decision made at a close fills.
    Fill {
        /// At the next bar's open.
        NextOpen = "next-open",
        /// At that close.
        Close = "close",
    }

    /// The sides that may be entered.
    Sides {
        /// Long trades only.
        Long = "long",
        /// Short trades only.
        Short = "short",
        /// Long and short trades.
        Both = "both",
    }

    /// When a conviction beyond the threshold enters.
    Entry {
        /// On the first bar beyond it.
        Edge = "edge",
        /// On any bar beyond it while flat.
        Level = "level",
    }

    /// How a log line looks.
    LogFormat {
        /// For people.
        Text = "text",
        /// One JSON object a line.
        Json = "json",
    }

    /// What a component that imports WASI gets.
    Wasi {
        /// A refusal.
        Deny = "deny",
        /// Inert interfaces: fixed clock, seeded random, no files, no network, no environment.
        Inert = "inert",
    }

    /// Where components run.
    Isolation {
        /// In this process.
        None = "none",
        /// In worker processes that are shut in.
        Process = "process",
        /// The same as none, by the word of the first release.
        InProcess = "in-process",
    }

    /// What keeps runs and evaluations.
    Backend {
        /// A directory or a bucket.
        Directory = "directory",
    }
}
