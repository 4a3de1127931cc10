use std::path::Path;

use seedbed_guests::{Scaffold, scaffold};

use crate::args::{Global, New};
use crate::exit::{Exit, OrStop, Stop};
use crate::{output, setup};

pub(crate) fn run(global: &Global, args: &New) -> Result<Exit, Stop> {
    let _session = setup::configure(global, [])?;
    let New { name, template, sdk_path } = args;
    let request = Scaffold { name, template, parent: Path::new("."), sdk: sdk_path.as_deref() };
    let folder = scaffold(&request).or_usage()?;
    let folder = folder.strip_prefix(".").unwrap_or(&folder).display();
    output::result(&format!(
        "{folder}: a plugin from {template}\n\
         next: cd {folder} && cargo test; seedbed build . && seedbed evaluate .\n"
    ))?;
    Ok(Exit::Success)
}
