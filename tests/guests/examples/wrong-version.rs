//! Speaks a version of the contract that no host knows.

wit_bindgen::generate!({ path: "wit/strategy-0.2", world: "strategy" });

struct WrongVersion;

impl exports::seedbed::strategy::seed::Guest for WrongVersion {
    fn describe() -> String {
        "wrong-version".to_owned()
    }
}

export!(WrongVersion);
