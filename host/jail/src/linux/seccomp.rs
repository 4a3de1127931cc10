use std::collections::BTreeMap;

use seccompiler::{
    BackendError, BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use super::calls::{self, Call, Check};
use crate::State;

/// Three filters, of which the kernel takes the strictest answer: kill for what only an attacker does, "no such call" where a library then
/// takes another way, and "not permitted" for all that is not listed as needed.
///
/// The list of needed calls comes last, because it forbids to install filters; what it lets through the other two still answer.
pub(super) fn enter() -> State {
    let Ok(arch) = TargetArch::try_from(std::env::consts::ARCH) else { return unknown() };
    if !matches!(arch, TargetArch::x86_64 | TargetArch::aarch64) {
        return unknown();
    }
    let pid = u64::from(std::process::id());
    match install(arch, pid) {
        Ok(()) => State::active("no sockets, programs, processes or new limits; listed calls only"),
        Err(error) => State::missing(error.to_string().to_lowercase()),
    }
}

fn unknown() -> State {
    State::missing(format_args!("unknown architecture {}", std::env::consts::ARCH))
}

fn install(arch: TargetArch, pid: u64) -> Result<(), Error> {
    let errno = |errno: i32| SeccompAction::Errno(errno.unsigned_abs());
    let killed = compile(arch, calls::killed(pid), SeccompAction::Allow, SeccompAction::KillProcess)?;
    let absent = compile(arch, calls::absent(), SeccompAction::Allow, errno(libc::ENOSYS))?;
    let needed = calls::needed(pid).into_iter().chain(calls::absent()).collect();
    let needed = compile(arch, needed, errno(libc::EPERM), SeccompAction::Allow)?;
    for filter in [killed, absent, needed] {
        seccompiler::apply_filter(&filter)?;
    }
    Ok(())
}

fn compile(
    arch: TargetArch,
    calls: Vec<Call>,
    otherwise: SeccompAction,
    action: SeccompAction,
) -> Result<BpfProgram, BackendError> {
    let mut rules = BTreeMap::new();
    for Call { number, when } in calls {
        let when = when.into_iter().map(rule).collect::<Result<Vec<_>, _>>()?;
        rules.insert(number, when);
    }
    SeccompFilter::new(rules, otherwise, action, arch)?.try_into()
}

fn rule(checks: Vec<Check>) -> Result<SeccompRule, BackendError> {
    let conditions = checks.into_iter().map(|check| {
        let (argument, length, operator, value) = match check {
            Check::Is(argument, value) => (argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value),
            Check::IsNot(argument, value) => (argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, value),
            Check::Bits(argument, mask, value) => {
                (argument, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(mask), value)
            }
            Check::Null(argument) => (argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0),
            Check::NotNull(argument) => (argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0),
        };
        SeccompCondition::new(argument, length, operator, value)
    });
    SeccompRule::new(conditions.collect::<Result<_, _>>()?)
}
