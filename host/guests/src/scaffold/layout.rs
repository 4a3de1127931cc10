use std::path::PathBuf;

/// Where the SDK goes in a plugin's folder. The SDK finds the WIT at `../wit/strategy-0.1` from there.
pub(crate) const SDK: &str = "vendor/guest-sdk";
/// Where the WIT goes in a plugin's folder.
pub(crate) const WIT: &str = "vendor/wit/strategy-0.1";

/// How a plugin made from a seed differs from the seed.
pub(crate) struct Layout<'a> {
    /// The plugin's name.
    pub(crate) name: &'a str,
    pub(crate) sdk: Sdk,
}

/// Which SDK a plugin depends on.
pub(crate) enum Sdk {
    /// The one written into its folder.
    Vendored,
    /// One elsewhere.
    At(PathBuf),
}

impl Layout<'_> {
    /// The seed's `Cargo.toml` as the plugin's: renamed, a workspace of its own, with its own way to the SDK.
    pub(crate) fn manifest(&self, seed: &str, manifest: &str) -> String {
        let (sdk, workspace) = match &self.sdk {
            Sdk::Vendored => (SDK.to_owned(), "[workspace]\nexclude = [\"vendor\"]"),
            Sdk::At(path) => (path.display().to_string(), "[workspace]"),
        };
        let manifest = self.rename(seed, manifest).replace("\"../../guest-sdk\"", &toml_string(&sdk));
        format!("{}\n\n# A workspace of its own, wherever this folder lies.\n{workspace}\n", manifest.trim_end())
    }

    /// A text of the seed with the plugin's name in place of the seed's, as a package and as a crate.
    pub(crate) fn rename(&self, seed: &str, text: &str) -> String {
        let in_code = |name: &str| name.replace('-', "_");
        text.replace(seed, self.name).replace(&in_code(seed), &in_code(self.name))
    }
}

fn toml_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
