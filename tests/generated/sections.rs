//! WebAssembly binaries as lists of sections, to be taken apart and put together wrongly.

/// Section of a component that holds a core module.
pub(crate) const CORE_MODULE: u8 = 1;
pub(crate) const FUNCTION: u8 = 3;
pub(crate) const MEMORY: u8 = 5;
pub(crate) const CODE: u8 = 10;
pub(crate) const DATA: u8 = 11;
pub(crate) const DATA_COUNT: u8 = 12;

/// A component or a core module.
#[derive(Debug, Clone)]
pub(crate) struct Binary {
    header: Vec<u8>,
    pub(crate) sections: Vec<Section>,
}

#[derive(Debug, Clone)]
pub(crate) struct Section {
    pub(crate) id: u8,
    /// What stands behind its length.
    pub(crate) content: Vec<u8>,
}

impl Binary {
    /// Takes a well-formed binary apart.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let (header, mut rest) = bytes.split_at(8);
        let mut sections = Vec::new();
        while let [id, after @ ..] = rest {
            let (length, after) = number(after);
            let (content, after) = after.split_at(length);
            sections.push(Section { id: *id, content: content.to_vec() });
            rest = after;
        }
        Self { header: header.to_vec(), sections }
    }

    /// Puts it together again, with every length right.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.header.clone();
        for Section { id, content } in &self.sections {
            bytes.push(*id);
            put(&mut bytes, content.len());
            bytes.extend_from_slice(content);
        }
        bytes
    }

    pub(crate) fn section_mut(&mut self, id: u8) -> Option<&mut Vec<u8>> {
        self.sections.iter_mut().find(|section| section.id == id).map(|section| &mut section.content)
    }
}

/// The unsigned LEB128 number that `bytes` begin with, and what follows it.
pub(crate) fn number(bytes: &[u8]) -> (usize, &[u8]) {
    let length = bytes.iter().take_while(|byte| **byte >= 0x80).count() + 1;
    let (digits, rest) = bytes.split_at(length);
    let value = digits.iter().rev().fold(0, |value, digit| value << 7 | usize::from(digit & 0x7f));
    (value, rest)
}

/// Appends an unsigned LEB128 number.
pub(crate) fn put(bytes: &mut Vec<u8>, mut value: usize) {
    loop {
        let digit = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            return bytes.push(digit);
        }
        bytes.push(digit | 0x80);
    }
}
