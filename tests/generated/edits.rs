//! Real components, changed: bytes, numbers, and whole sections.

use seedbed_genome::Rng;

use crate::sections::{Binary, CODE, CORE_MODULE, DATA, DATA_COUNT, FUNCTION, MEMORY, Section, number, put};

/// One way to change a component.
type Edit = fn(&mut Rng, Vec<u8>) -> Vec<u8>;

const EDITS: [(&str, Edit); 10] = [
    ("bytes set", set_bytes),
    ("cut short", cut),
    ("spliced", splice),
    ("numbers", numbers),
    ("sections swapped", swap_sections),
    ("sections doubled or dropped", repeat_section),
    ("section of another", transplant),
    ("data segments", repeat_data),
    ("memory", resize_memory),
    ("function bodies", replace_bodies),
];

/// A seed after one kind of edit, and what was done to it.
pub(crate) fn edited(random: &mut Rng) -> (&'static str, Vec<u8>) {
    let (name, edit) = EDITS[random.index(EDITS.len())];
    let seed = seed(random);
    (name, edit(random, seed))
}

fn seed(random: &mut Rng) -> Vec<u8> {
    let seeds = seedbed_guests::seeds();
    seeds[random.index(seeds.len())].component.to_vec()
}

fn set_bytes(random: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    for _ in 0..=random.index(8) {
        let at = random.index(bytes.len());
        bytes[at] = random.index(256) as u8;
    }
    bytes
}

fn cut(random: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(random.index(bytes.len()));
    bytes
}

fn splice(random: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    let other = seed(random);
    bytes.truncate(random.index(bytes.len()));
    bytes.extend_from_slice(&other[random.index(other.len())..]);
    bytes
}

/// In place of a byte, a number: small, the largest of one, four and eight bytes, and one longer than any may be.
fn numbers(random: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    const NUMBERS: [&[u8]; 6] = [
        &[0x7f],
        &[0x80, 0x01],
        &[0xff, 0xff, 0x03],
        &[0xff, 0xff, 0xff, 0xff, 0x0f],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
    ];
    for _ in 0..=random.index(3) {
        let at = random.index(bytes.len());
        bytes.splice(at..=at, NUMBERS[random.index(NUMBERS.len())].iter().copied());
    }
    bytes
}

fn swap_sections(random: &mut Rng, bytes: Vec<u8>) -> Vec<u8> {
    somewhere(random, &bytes, |random, binary| {
        let count = binary.sections.len();
        binary.sections.swap(random.index(count), random.index(count));
    })
}

fn repeat_section(random: &mut Rng, bytes: Vec<u8>) -> Vec<u8> {
    somewhere(random, &bytes, |random, binary| {
        let at = random.index(binary.sections.len());
        if random.coin() {
            let section = binary.sections[at].clone();
            let copies = 1 + random.index(40);
            binary.sections.splice(at..at, std::iter::repeat_n(section, copies));
        } else {
            binary.sections.remove(at);
        }
    })
}

fn transplant(random: &mut Rng, bytes: Vec<u8>) -> Vec<u8> {
    let other = seed(random);
    somewhere(random, &bytes, |random, binary| {
        let donor =
            if random.coin() { Binary::parse(&other) } else { Binary::parse(main_module(&mut Binary::parse(&other))) };
        let section: Section = donor.sections[random.index(donor.sections.len())].clone();
        let at = random.index(binary.sections.len());
        // In the place of one of its kind, if there is one, it may well fit.
        match binary.sections.iter_mut().find(|own| own.id == section.id) {
            Some(own) if random.coin() => *own = section,
            _ => binary.sections.insert(at, section),
        }
    })
}

fn repeat_data(random: &mut Rng, bytes: Vec<u8>) -> Vec<u8> {
    let times = [2, 10, 100, 1_000][random.index(4)];
    in_module(&bytes, |module| {
        let Some(data) = module.section_mut(DATA) else { return };
        let (count, segments) = number(data);
        let mut repeated = Vec::new();
        // Bounded, so that the largest take a mebibyte and not a hundred.
        let times = times.min(1 + (1 << 20) / segments.len().max(1));
        put(&mut repeated, count * times);
        repeated.extend(segments.repeat(times));
        *data = repeated;
        if let Some(counted) = module.section_mut(DATA_COUNT) {
            counted.clear();
            put(counted, count * times);
        }
    })
}

fn resize_memory(random: &mut Rng, bytes: Vec<u8>) -> Vec<u8> {
    const PAGES: [usize; 8] = [0, 1, 2, 33, 1_023, 1_024, 1_025, 65_536];
    let (minimum, maximum) = (PAGES[random.index(8)], PAGES[random.index(8)]);
    let bounded = random.coin();
    in_module(&bytes, |module| {
        let Some(memory) = module.section_mut(MEMORY) else { return };
        *memory = vec![1, u8::from(bounded)];
        put(memory, minimum);
        if bounded {
            put(memory, maximum);
        }
    })
}

/// In place of some bodies, what suits a function of any type (abort at once, loop without end, eat memory), or the body of another of its type:
/// all of it compiles.
fn replace_bodies(random: &mut Rng, bytes: Vec<u8>) -> Vec<u8> {
    const BODIES: [&[u8]; 3] = [
        &[0x00, 0x00, 0x0b],
        &[0x00, 0x03, 0x40, 0x0c, 0x00, 0x0b, 0x00, 0x0b],
        &[0x00, 0x03, 0x40, 0x41, 0x01, 0x40, 0x00, 0x1a, 0x0c, 0x00, 0x0b, 0x00, 0x0b],
    ];
    in_module(&bytes, |module| {
        let types = module.section_mut(FUNCTION).map(|types| numbers_of(types)).unwrap_or_default();
        let Some(code) = module.section_mut(CODE) else { return };
        let (count, mut rest) = number(code);
        let mut bodies = Vec::with_capacity(count);
        for _ in 0..count {
            let (length, after) = number(rest);
            let (body, after) = after.split_at(length);
            bodies.push(body.to_vec());
            rest = after;
        }
        for _ in 0..=random.index(3) {
            let at = random.index(count);
            bodies[at] = if random.coin() {
                BODIES[random.index(BODIES.len())].to_vec()
            } else {
                let alike: Vec<_> = (0..count).filter(|other| types[*other] == types[at]).collect();
                bodies[alike[random.index(alike.len())]].clone()
            };
        }
        let mut replaced = Vec::new();
        put(&mut replaced, count);
        for body in bodies {
            put(&mut replaced, body.len());
            replaced.extend(body);
        }
        *code = replaced;
    })
}

fn numbers_of(list: &[u8]) -> Vec<usize> {
    let (count, mut rest) = number(list);
    let next = |_| {
        let (value, after) = number(rest);
        rest = after;
        value
    };
    (0..count).map(next).collect()
}

/// Edits the sections of the component, or those of its main module.
fn somewhere(random: &mut Rng, bytes: &[u8], edit: impl FnOnce(&mut Rng, &mut Binary)) -> Vec<u8> {
    if random.coin() {
        let mut component = Binary::parse(bytes);
        edit(random, &mut component);
        return component.bytes();
    }
    in_module(bytes, |module| edit(random, module))
}

fn in_module(bytes: &[u8], edit: impl FnOnce(&mut Binary)) -> Vec<u8> {
    let mut component = Binary::parse(bytes);
    let content = main_module(&mut component);
    let mut module = Binary::parse(content);
    edit(&mut module);
    *content = module.bytes();
    component.bytes()
}

/// The largest module: a component has small ones besides, which only join it to its imports.
fn main_module(component: &mut Binary) -> &mut Vec<u8> {
    let modules = component.sections.iter_mut().filter(|section| section.id == CORE_MODULE);
    &mut modules.max_by_key(|module| module.content.len()).expect("a seed has a module").content
}
