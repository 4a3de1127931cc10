use wasmparser::{KnownCustom, Name};

use super::{Anatomy, Named, Producer, Stopped, walk::Bound, wide};

/// Reads what a custom section says, if it is one of those that rules know. A debug section that breaks off is read as far as it goes:
/// engines do so too.
pub(super) fn read<'a>(
    anatomy: &mut Anatomy<'a>,
    module: Option<usize>,
    section: &wasmparser::CustomSectionReader<'a>,
    most_names: u64,
) -> Result<(), Stopped> {
    let module = module.and_then(|index| anatomy.modules.get_mut(index));
    match (section.as_known(), module) {
        (KnownCustom::Name(names), Some(module)) => {
            for name in names.into_iter().map_while(Result::ok) {
                match name {
                    Name::Module { name, name_range } => {
                        module.name = Some(Named { name, offset: wide(name_range.start) });
                    }
                    Name::Function(functions) => {
                        for (offset, naming) in functions.into_iter_with_offsets().map_while(Result::ok) {
                            let offset = wide(offset);
                            Bound::DebugNames.check(wide(module.names.len()).saturating_add(1), most_names, offset)?;
                            module.names.push((naming.index, Named { name: naming.name, offset }));
                        }
                    }
                    _ => {}
                }
            }
            module.names.sort_by_key(|(index, _)| *index);
        }
        (KnownCustom::Producers(fields), _) => {
            for field in fields.into_iter().map_while(Result::ok) {
                for (offset, value) in field.values.into_iter_with_offsets().map_while(Result::ok) {
                    let offset = wide(offset);
                    Bound::Producers.check(wide(anatomy.producers.len()).saturating_add(1), MOST_PRODUCERS, offset)?;
                    let (name, version) = (value.name, value.version);
                    anatomy.producers.push(Producer { field: field.name, name, version, offset });
                }
            }
        }
        _ if section.name() == "seedbed-sdk" => {
            let offset = wide(section.data_offset());
            anatomy.sdk = std::str::from_utf8(section.data()).ok().map(|name| Named { name, offset });
        }
        _ => {}
    }
    Ok(())
}

const MOST_PRODUCERS: u64 = 1_000;
