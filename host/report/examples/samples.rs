//! Writes the sample reports as HTML files: `cargo run -p seedbed-report --example samples -- DIRECTORY`.

#[path = "../tests/samples/mod.rs"]
mod samples;

fn main() -> std::io::Result<()> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    for (name, report) in samples::all() {
        std::fs::write(std::path::Path::new(&directory).join(format!("{name}.html")), seedbed_report::html(&report))?;
    }
    Ok(())
}
