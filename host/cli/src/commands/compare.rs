use std::path::Path;

use anyhow::anyhow;

use crate::args::{Compare, Global};
use crate::exit::{Exit, OrStop, Stop};

mod configurations;
mod different;
mod pairs;
mod runs;
mod student;

pub(crate) fn run(global: &Global, args: &Compare) -> Result<Exit, Stop> {
    let [a, b] = args.sides.as_slice() else {
        return Err(anyhow!("two runs or two configurations are compared, not {}", args.sides.len())).or_usage();
    };
    match (is_configuration(a), is_configuration(b)) {
        (true, true) => configurations::run(global, args, [Path::new(a), Path::new(b)]),
        (false, false) if args.seeds.is_some() || !args.plugins.is_empty() || !args.data.is_empty() => Err(anyhow!(
            "--seeds, --plugins and --data are for two configurations; a run has its own (a configuration is a file ending in .toml)"
        ))
        .or_usage(),
        (false, false) => runs::run(global, args, [a, b]),
        _ => Err(anyhow!("one run and one configuration cannot be compared; name two runs, or two files ending in .toml"))
            .or_usage(),
    }
}

fn is_configuration(side: &str) -> bool {
    Path::new(side).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
}
