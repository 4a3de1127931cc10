use super::{Answer, Checked};
use crate::Level;
use crate::anatomy::wide;
use crate::count::count;
use crate::files::Watched;
use crate::finding::Draft;
use crate::review::{Case, Pinning};

pub(super) fn pinned(case: &Case<'_>) -> Answer {
    let frozen = case.request.frozen;
    // What nobody pinned and what another policy let in may run, unless everything is to be as it was pinned.
    let at_most = |level| if frozen { Level::Fail } else { level };
    match case.request.pin {
        Pinning::NoLock if frozen => {
            Ok(Checked::new("whether a seedbed.lock is there", [Draft::new("there is no seedbed.lock that pins it")]))
        }
        Pinning::NoLock => Err("there is no seedbed.lock".to_owned()),
        Pinning::Unpinned => {
            let draft = Draft::new("is not in seedbed.lock: nobody has trusted it");
            Ok(Checked::new("the name in seedbed.lock", [draft.at_most(at_most(Level::Note))]))
        }
        Pinning::Pinned(pin) => {
            let mut drafts = Vec::new();
            if pin.hash != case.hash {
                let text = format!("changed since {}: {} was reviewed, this is {}", pin.date, pin.hash, case.hash);
                drafts.push(Draft::new(text));
            } else if pin.policy != case.policy.hash() {
                let text = format!("was trusted on {} under another policy", pin.date);
                drafts.push(Draft::new(text).at_most(at_most(Level::Warn)));
            }
            Ok(Checked::new(format!("the hash against the one trusted on {}", pin.date), drafts))
        }
    }
}

pub(super) fn writable(case: &Case<'_>) -> Answer {
    let files = watched(case)?;
    let drafts =
        files.iter().flat_map(|file| file.faults().into_iter().map(|fault| Draft::new(fault).in_file(&file.path)));
    Ok(Checked::new(count(wide(files.len()), "file or folder").replace("file or folders", "files and folders"), drafts))
}

pub(super) fn read_only(case: &Case<'_>) -> Answer {
    let files = watched(case)?;
    let drafts = files.iter().filter_map(|file| file.advice().map(|advice| Draft::new(advice).in_file(&file.path)));
    Ok(Checked::new("whether configuration and policy are read-only", drafts))
}

fn watched<'a>(case: &Case<'a>) -> Result<&'a [Watched], String> {
    if case.request.files.is_empty() { Err("no file was named".to_owned()) } else { Ok(case.request.files) }
}
