use super::{Answer, Checked, anatomy};
use crate::Rule;
use crate::anatomy::{Stopped, wide};
use crate::count::count;
use crate::finding::Draft;
use crate::review::Case;

pub(super) fn format(case: &Case<'_>) -> Answer {
    match &case.anatomy {
        Ok(found) => {
            let what = format!(
                "one component of {} in {}",
                count(wide(found.modules.len()), "core module"),
                count(wide(found.sections.len()), "section")
            );
            Ok(Checked::new(what, []))
        }
        Err(stopped) if stopped.rule == Rule::Format => Ok(Checked::new("the bytes as a component", [draft(stopped)])),
        Err(stopped) => Err(format!("reading stopped, see {}", stopped.rule)),
    }
}

pub(super) fn size(case: &Case<'_>) -> Answer {
    let (bytes, most) = (wide(case.request.bytes.len()), case.policy.sizes.bytes);
    let too_large = (bytes > most).then(|| Draft::new(format!("{bytes} bytes, at most {most} allowed")));
    Ok(Checked::new(format!("{bytes} bytes of {most} allowed"), too_large))
}

pub(super) fn valid(case: &Case<'_>) -> Answer {
    anatomy(case)?;
    let what = "all types and all code, with the WebAssembly features of the sandbox";
    let invalid = case.interfaces.as_ref().and_then(|interfaces| interfaces.as_ref().err()).map(draft);
    Ok(Checked::new(what, invalid))
}

pub(super) fn structure(case: &Case<'_>) -> Answer {
    match &case.anatomy {
        Ok(found) => {
            let what = format!(
                "{}, {} of code, {}, {} deep",
                count(found.functions(), "function"),
                count(found.code_bytes(), "byte"),
                count(found.declarations, "declaration"),
                count(found.depth, "level"),
            );
            Ok(Checked::new(what, []))
        }
        Err(stopped) if stopped.rule == Rule::Structure => {
            Ok(Checked::new("the component up to the first bound that it breaks", [draft(stopped)]))
        }
        Err(stopped) => Err(format!("reading stopped, see {}", stopped.rule)),
    }
}

pub(super) fn draft(stopped: &Stopped) -> Draft {
    Draft::new(&stopped.what).at(stopped.offset)
}
