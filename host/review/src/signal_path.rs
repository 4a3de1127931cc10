use std::collections::BTreeSet;

use crate::anatomy::{Anatomy, Function, Module};
use crate::finding::FunctionPlace;
use seedbed_outcome::GuestText;

/// Exports that tool chains call before any function of the contract.
pub(crate) const INITIALISERS: &[&str] = &["_initialize", "__wasm_call_ctors", "_start"];

/// The functions that a call of `signals` may reach, found without running anything.
///
/// The beginning is every core export whose name ends in `#signals`, as component tools name it, and every start function; without
/// such an export, every exported function. From there direct calls are followed, and a call through a table is taken to reach every
/// function that any table of the module may hold: more than really can be called, never less. Only calls from one core module into
/// another are not followed; a component of the SDK has one module with code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignalPath {
    /// Module and index of a function among those the module defines.
    functions: BTreeSet<(usize, usize)>,
}

impl SignalPath {
    pub(crate) fn of(anatomy: &Anatomy<'_>) -> Self {
        let is_signals = |name: &str| name.ends_with("#signals") || name.ends_with("|signals");
        let named =
            anatomy.modules.iter().flat_map(|module| &module.exports).any(|(export, _)| is_signals(export.name));
        // A start function of another module may be an import of this one's initialiser: component tools write it so.
        let starts = !anatomy.starts.is_empty() || anatomy.modules.iter().any(|module| module.start.is_some());
        let enters = |name: &str| !named || is_signals(name) || (starts && INITIALISERS.contains(&name));
        let mut functions = BTreeSet::new();
        for (at, module) in anatomy.modules.iter().enumerate() {
            let exported = module.exports.iter().filter(|(export, _)| enters(export.name));
            let entries =
                exported.filter_map(|(_, function)| *function).chain(module.start.map(|(function, _)| function));
            functions.extend(reach(module, entries.collect()).into_iter().map(|function| (at, function)));
        }
        Self { functions }
    }

    pub(crate) fn len(&self) -> u64 {
        crate::anatomy::wide(self.functions.len())
    }

    /// The functions in the order of the component.
    pub(crate) fn functions<'m, 'a>(
        &'m self,
        anatomy: &'m Anatomy<'a>,
    ) -> impl Iterator<Item = (&'m Module<'a>, usize, &'m Function)> {
        self.functions.iter().filter_map(|(module, function)| {
            let module = anatomy.modules.get(*module)?;
            Some((module, *function, module.functions.get(*function)?))
        })
    }

    /// Functions of a module that call themselves, directly or through others on the path, by direct calls only.
    pub(crate) fn recursive(&self, module: usize, functions: &Module<'_>) -> Vec<usize> {
        let on_path = |function: usize| self.functions.contains(&(module, function));
        let mut edges: Vec<Vec<usize>> = Vec::with_capacity(functions.functions.len());
        for (at, function) in functions.functions.iter().enumerate() {
            let calls = function.calls.iter().filter_map(|call| functions.defined(*call)).filter(|call| on_path(*call));
            edges.push(if on_path(at) { calls.collect() } else { Vec::new() });
        }
        on_cycles(&edges)
    }
}

fn reach(module: &Module<'_>, entries: Vec<u32>) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut pending = entries;
    let mut tables_followed = false;
    while let Some(index) = pending.pop() {
        let Some(defined) = module.defined(index) else { continue };
        let Some(function) = module.functions.get(defined) else { continue };
        if !reached.insert(defined) {
            continue;
        }
        pending.extend_from_slice(&function.calls);
        if function.calls_indirectly && !tables_followed {
            tables_followed = true;
            pending.extend(&module.elements);
        }
    }
    reached
}

/// The nodes of a graph that lie on a cycle, in order. Tarjan's algorithm for strongly connected components without recursion, which a
/// deep graph would turn against us.
fn on_cycles(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut marks = vec![Mark::default(); edges.len()];
    let (mut next, mut stack, mut cyclic) = (0, Vec::new(), Vec::new());
    for root in 0..edges.len() {
        if marks.get(root).is_none_or(|mark| mark.index.is_some()) {
            continue;
        }
        let mut work: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((node, edge)) = work.pop() {
            if let Some(mark) = marks.get_mut(node).filter(|_| edge == 0) {
                *mark = Mark { index: Some(next), low: next, on_stack: true };
                next += 1;
                stack.push(node);
            }
            if let Some(to) = edges.get(node).and_then(|edges| edges.get(edge)).copied() {
                work.push((node, edge + 1));
                match marks.get(to).copied() {
                    Some(Mark { index: None, .. }) => work.push((to, 0)),
                    Some(Mark { index: Some(index), on_stack: true, .. }) => lower(&mut marks, node, index),
                    _ => {}
                }
                continue;
            }
            let Some(mark) = marks.get(node).copied() else { continue };
            if Some(mark.low) == mark.index {
                let start = stack.iter().rposition(|member| *member == node).unwrap_or_default();
                let members = stack.split_off(start);
                for member in &members {
                    if let Some(mark) = marks.get_mut(*member) {
                        mark.on_stack = false;
                    }
                }
                let calls_itself = edges.get(node).is_some_and(|edges| edges.contains(&node));
                if members.len() > 1 || calls_itself {
                    cyclic.extend(members);
                }
            }
            if let Some((parent, _)) = work.last().copied() {
                lower(&mut marks, parent, mark.low);
            }
        }
    }
    cyclic.sort_unstable();
    cyclic
}

#[derive(Clone, Copy, Default)]
struct Mark {
    index: Option<usize>,
    low: usize,
    on_stack: bool,
}

fn lower(marks: &mut [Mark], node: usize, to: usize) {
    if let Some(mark) = marks.get_mut(node) {
        mark.low = mark.low.min(to);
    }
}

impl Module<'_> {
    /// The position of a function among those that the module defines; `None` for an import.
    pub(crate) fn defined(&self, index: u32) -> Option<usize> {
        usize::try_from(index.checked_sub(self.imported_functions)?).ok()
    }

    /// Where a function is, with its debug name made readable.
    pub(crate) fn place(&self, index: u32) -> FunctionPlace {
        FunctionPlace { module: self.index, index, name: self.function_name(index) }
    }

    /// [`Module::place`] of a function that the module defines.
    pub(crate) fn place_of(&self, defined: usize) -> FunctionPlace {
        self.place(u32::try_from(defined).unwrap_or(u32::MAX).saturating_add(self.imported_functions))
    }

    fn function_name(&self, index: u32) -> Option<GuestText> {
        let at = self.names.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        self.names.get(at).map(|(_, named)| readable(named.name)).filter(|name| !name.is_empty())
    }
}

/// A debug name as its author wrote it, where it is one of rustc's; bounded, since a short mangled name may stand for a long one.
pub(crate) fn readable(name: &str) -> GuestText {
    use std::fmt::{self, Write};

    const MOST_BYTES: usize = 120;
    struct Bounded(String);
    impl Write for Bounded {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.push_str(text);
            if self.0.len() > MOST_BYTES * 2 { Err(fmt::Error) } else { Ok(()) }
        }
    }
    let Ok(demangled) = rustc_demangle::try_demangle(name) else { return GuestText::bounded(name, MOST_BYTES) };
    let mut bounded = Bounded(String::new());
    // Stopped by the bound is as good as finished.
    let _ = write!(bounded, "{demangled:#}");
    GuestText::bounded(&bounded.0, MOST_BYTES)
}

#[cfg(test)]
mod tests {
    use super::{on_cycles, readable};

    #[test]
    fn cycles_are_found_and_trees_are_not() {
        assert_eq!(on_cycles(&[vec![1, 2], vec![2], vec![]]), Vec::<usize>::new());
        assert_eq!(on_cycles(&[vec![0]]), [0]);
        assert_eq!(on_cycles(&[vec![1], vec![2, 3], vec![1], vec![]]), [1, 2]);
        assert_eq!(on_cycles(&[vec![1], vec![2], vec![3], vec![0], vec![4, 0]]), [0, 1, 2, 3, 4]);
    }

    /// A chain of calls as long as a component may have functions must not end the host by its stack.
    #[test]
    fn a_long_chain_needs_no_stack() {
        let chain: Vec<Vec<usize>> = (1..=200_000).map(|next| vec![next % 200_000]).collect();
        assert_eq!(on_cycles(&chain).len(), 200_000);
    }

    #[test]
    fn names_are_readable_and_bounded() {
        assert_eq!(
            readable("_ZN4core3fmt5Write9write_fmt17h82294647701781acE").as_str(),
            "core::fmt::Write::write_fmt"
        );
        assert_eq!(readable("__wasm_call_ctors").as_str(), "__wasm_call_ctors");
        assert!(readable(&format!("_RNv{}C1a1b", "NvC1a".repeat(10_000))).as_str().len() <= 120);
    }
}
