use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, RestrictionStatus, Ruleset, RulesetAttr, RulesetError,
    RulesetStatus, Scope,
};

use crate::State;

/// The newest rights that the library knows; an older kernel enforces those that it has.
const NEWEST: ABI = ABI::V9;

pub(super) fn enter() -> State {
    match restrict() {
        Ok(RestrictionStatus { ruleset: RulesetStatus::NotEnforced, .. }) => {
            State::missing("this kernel has no landlock, or it was not enabled at boot")
        }
        Ok(RestrictionStatus { landlock: LandlockStatus::Available { effective_abi, .. }, .. }) => {
            State::active(means(effective_abi))
        }
        Ok(_) => State::missing("this kernel does not tell what it enforces"),
        Err(error) => State::missing(error),
    }
}

/// A ruleset that handles every right and grants none.
fn restrict() -> Result<RestrictionStatus, RulesetError> {
    Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .restrict_self()
}

const fn means(abi: ABI) -> &'static str {
    match abi {
        ABI::V1 | ABI::V2 | ABI::V3 => "no files; this kernel's landlock leaves network and signals to seccomp",
        ABI::V4 | ABI::V5 => "no files, no TCP; this kernel's landlock leaves signals to seccomp",
        _ => "no files, no TCP, no signals and no abstract sockets to processes outside",
    }
}
