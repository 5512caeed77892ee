//! Where the bytes stand that make rows and fields of a text, 64 bytes at a time.

/// The bytes that are looked for: a delimiter, and those that every delimited text has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan {
    delimiter: u8,
}

/// How many bytes are looked at together.
pub(super) const CHUNK: usize = 64;

impl Scan {
    pub(super) fn new(delimiter: u8) -> Self {
        Self { delimiter }
    }

    /// The positions of delimiters, line feeds, carriage returns and quotes from a position on, at least so many if there are as
    /// many, behind those that are there already. Returns how far it looked.
    pub(super) fn marks(self, bytes: &[u8], mut from: usize, wanted: usize, marks: &mut Vec<u32>) -> usize {
        let mut filled = marks.len();
        marks.resize(filled + wanted + CHUNK, 0);
        let end = filled + wanted;
        while filled < end && from < bytes.len() {
            let (found, step) = match bytes[from..].first_chunk::<CHUNK>() {
                Some(chunk) => (found(chunk, self.delimiter), CHUNK),
                None => {
                    let rest = &bytes[from..];
                    let mut chunk = [0; CHUNK];
                    chunk[..rest.len()].copy_from_slice(rest);
                    // A zero behind the end is no mark, unless zeros delimit.
                    (found(&chunk, self.delimiter) & ((1 << rest.len()) - 1), rest.len())
                }
            };
            if let Some(room) = marks[filled..].first_chunk_mut::<CHUNK>() {
                filled += write(found, from as u32, room);
            }
            from += step;
        }
        marks.truncate(filled);
        from
    }
}

/// Writes the positions of bits, eight at a time so that the processor need not guess how many there are.
fn write(mut bits: u64, base: u32, room: &mut [u32; CHUNK]) -> usize {
    let count = bits.count_ones() as usize;
    for eight in room.chunks_exact_mut(8).take(count.div_ceil(8)) {
        for place in eight {
            // One bit more, so that there is a lowest one even behind the last.
            *place = base + (bits | 1 << 63).trailing_zeros();
            bits &= bits.wrapping_sub(1);
        }
    }
    count
}

/// The marks of a chunk as bits, the first byte's the lowest. The first loop is one that compilers make of vectors.
fn found(chunk: &[u8; CHUNK], delimiter: u8) -> u64 {
    let mut are = [0u8; CHUNK];
    for (is, &byte) in are.iter_mut().zip(chunk) {
        *is = u8::from((byte == delimiter) | (byte == b'\n') | (byte == b'\r') | (byte == b'"'));
    }
    let (eights, _) = are.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |bits, (at, &eight)| {
        // Gathers the lowest bits of the bytes into the uppermost byte.
        let gathered = u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits | gathered << (8 * at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of which about every third is a mark, or next to one in value.
    fn bytes(length: usize, seed: u64) -> Vec<u8> {
        let mut state = seed;
        let draw = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let kinds = [b',', b'\n', b'\r', b'"', b'a', b'7', b'\t', 0, 0xff, 0xac, 0x8a, b'-', b'+', 0x21, 0x0b];
            kinds[(state >> 33) as usize % kinds.len()]
        };
        (0..length).map(draw).collect()
    }

    #[test]
    fn every_mark_is_found_and_nothing_else() {
        for (length, delimiter) in (0..300).flat_map(|length| [(length, b','), (length, b'\t')]) {
            let text = bytes(length, length as u64);
            let is_mark = |&at: &usize| [delimiter, b'\n', b'\r', b'"'].contains(&text[at]);
            for from in [0, length / 3, length] {
                let expected: Vec<u32> = (from..length).filter(is_mark).map(|at| at as u32).collect();
                for wanted in [1, 7, 1000] {
                    let (mut marks, mut at) = (Vec::new(), from);
                    while at < length {
                        at = Scan::new(delimiter).marks(&text, at, wanted, &mut marks);
                    }
                    assert_eq!(marks, expected, "{length} from {from} by {wanted}");
                }
            }
        }
    }
}
