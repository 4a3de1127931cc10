//! Tool chains that are known to build memory-unsafe code, by what they write into the producers section.

/// The day on which the table was last compared with its sources.
pub(crate) const CHECKED: &str = "2026-11-21";

/// The guest SDK, as the custom section is called that holds its version.
pub(crate) const SDK: &str = "seedbed-sdk";

/// The version of the SDK that comes with this host.
pub(crate) const NEWEST_SDK: Version = Version(0, 1, 0);

/// One known fault of a tool.
pub(crate) struct Advisory {
    pub(crate) id: &'static str,
    /// The tool's name in the producers section, or [`SDK`]; of its versions none is known to be at fault.
    tool: &'static str,
    /// The first version with the fault.
    since: Version,
    /// The first version without.
    pub(crate) fixed: Version,
    pub(crate) what: &'static str,
    pub(crate) source: &'static str,
}

/// The faults, from the advisory database of the Rust project (folder `rust/std`). Those of them that concern only files, sockets or
/// processes are left out: a strategy has none.
pub(crate) const ADVISORIES: &[Advisory] = &[
    Advisory {
        id: "CVE-2018-1000810",
        tool: "rustc",
        since: Version(1, 26, 0),
        fixed: Version(1, 29, 1),
        what: "str::repeat writes past its buffer when the length overflows",
        source: "rustsec.org/advisories/CVE-2018-1000810.html",
    },
    Advisory {
        id: "CVE-2020-36323",
        tool: "rustc",
        since: Version(1, 28, 0),
        fixed: Version(1, 52, 0),
        what: "join of borrowed strings can hand out uninitialised bytes",
        source: "rustsec.org/advisories/CVE-2020-36323.html",
    },
    Advisory {
        id: "CVE-2021-28879",
        tool: "rustc",
        since: Version(1, 14, 0),
        fixed: Version(1, 52, 0),
        what: "Zip reports a wrong size after an integer overflow, which leads to a buffer overflow",
        source: "rustsec.org/advisories/CVE-2021-28879.html",
    },
    Advisory {
        id: "CVE-2021-31162",
        tool: "rustc",
        since: Version(1, 48, 0),
        fixed: Version(1, 52, 0),
        what: "Vec::from_iter frees twice when a drop panics",
        source: "rustsec.org/advisories/CVE-2021-31162.html",
    },
];

impl Advisory {
    pub(crate) fn hits(&self, tool: &str, version: &str) -> bool {
        tool == self.tool && Version::read(version).is_some_and(|version| self.since <= version && version < self.fixed)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(u32, u32, u32);

impl Version {
    /// `1.52.0-nightly (hash date)` as 1.52.0: a version before a release had the faults of the one before it, and is not told from it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let number = text.split(|c: char| !(c.is_ascii_digit() || c == '.')).next()?;
        let mut parts = number.split('.').map(str::parse::<u32>);
        let mut part = || parts.next()?.ok();
        Some(Self(part()?, part()?, part().unwrap_or(0)))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::{ADVISORIES, NEWEST_SDK};

    fn hit(version: &str) -> Vec<&'static str> {
        ADVISORIES.iter().filter(|advisory| advisory.hits("rustc", version)).map(|advisory| advisory.id).collect()
    }

    /// Otherwise every new seed would be newer than its own host.
    #[test]
    fn the_newest_sdk_is_the_one_of_this_repository() {
        let manifest = include_str!("../../../guest-sdk/Cargo.toml");
        assert!(manifest.contains(&format!("version = \"{NEWEST_SDK}\"\n")), "{manifest}");
    }

    /// The versions of the advisories themselves: the last with the fault and the first without.
    #[test]
    fn a_version_has_the_faults_of_its_time() {
        assert_eq!(hit("1.95.0 (59807616e 2026-04-14)"), Vec::<&str>::new());
        assert_eq!(hit("1.52.0"), Vec::<&str>::new());
        assert_eq!(hit("1.51.0 (2fd73fabe 2021-03-23)"), ["CVE-2020-36323", "CVE-2021-28879", "CVE-2021-31162"]);
        assert_eq!(hit("1.47.0"), ["CVE-2020-36323", "CVE-2021-28879"]);
        assert_eq!(hit("1.29.0"), ["CVE-2018-1000810", "CVE-2020-36323", "CVE-2021-28879"]);
        assert_eq!(hit("1.29.1"), ["CVE-2020-36323", "CVE-2021-28879"]);
        assert_eq!(hit("unknown"), Vec::<&str>::new());
        assert_eq!(ADVISORIES.iter().filter(|advisory| advisory.hits("clang", "1.51.0")).count(), 0);
    }
}
