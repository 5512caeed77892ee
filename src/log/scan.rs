//! Where the bytes stand that make rows and fields of a text, 64 bytes at a time.

/// The bytes that are looked for: a delimiter, and those that every delimited text has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan {
    delimiter: u8,
}

/// How many bytes are looked at together.
pub(super) const CHUNK: usize = 64;

/// What there is among bytes.
#[derive(Debug, Clone, Copy)]
struct Found {
    /// The marks as bits, the first byte's the lowest.
    marks: u64,
    /// Whether all bytes are ASCII.
    is_ascii: bool,
}

/// A way to look at a chunk. No closure, since it must be inlined where the processor has vectors.
trait Eyes {
    fn find(&self, chunk: &[u8; CHUNK]) -> Found;
}

/// How far somebody looked, and what was there beside marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scanned {
    pub(super) end: usize,
    /// Whether all bytes are ASCII.
    pub(super) is_ascii: bool,
}

impl Scan {
    pub(super) fn new(delimiter: u8) -> Self {
        Self { delimiter }
    }

    /// The positions of delimiters, line feeds, carriage returns and quotes from a position on, at least so many if there are as
    /// many, behind those that are there already.
    pub(super) fn marks(self, bytes: &[u8], from: usize, wanted: usize, marks: &mut Vec<u32>) -> Scanned {
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V3::try_new() {
            return simd.vectorize(vectors::Looking { simd, scan: self, bytes, from, wanted, marks });
        }
        self.look(bytes, from, wanted, marks, Portably(self))
    }

    #[inline(always)]
    fn look(self, bytes: &[u8], mut from: usize, wanted: usize, marks: &mut Vec<u32>, eyes: impl Eyes) -> Scanned {
        let mut filled = marks.len();
        marks.resize(filled + wanted + CHUNK, 0);
        let (end, mut is_ascii) = (filled + wanted, true);
        while filled < end && from < bytes.len() {
            let (found, step) = match bytes[from..].first_chunk::<CHUNK>() {
                Some(chunk) => (eyes.find(chunk), CHUNK),
                None => {
                    let rest = &bytes[from..];
                    let mut chunk = [0; CHUNK];
                    chunk[..rest.len()].copy_from_slice(rest);
                    // A zero behind the end is no mark, unless zeros delimit.
                    let Found { marks, is_ascii } = eyes.find(&chunk);
                    (Found { marks: marks & ((1 << rest.len()) - 1), is_ascii }, rest.len())
                }
            };
            is_ascii &= found.is_ascii;
            if let Some(room) = marks[filled..].first_chunk_mut::<CHUNK>() {
                filled += write(found.marks, from as u32, room);
            }
            from += step;
        }
        marks.truncate(filled);
        Scanned { end: from, is_ascii }
    }
}

/// The same where there are vectors of 32 bytes, which the processor is asked about.
#[cfg(target_arch = "x86_64")]
mod vectors {
    use std::arch::x86_64::__m256i;

    use pulp::NullaryFnOnce;
    use pulp::x86::V3;

    use super::{CHUNK, Eyes, Found, Scan, Scanned};

    pub(super) struct Looking<'a> {
        pub(super) simd: V3,
        pub(super) scan: Scan,
        pub(super) bytes: &'a [u8],
        pub(super) from: usize,
        pub(super) wanted: usize,
        pub(super) marks: &'a mut Vec<u32>,
    }

    impl NullaryFnOnce for Looking<'_> {
        type Output = Scanned;

        #[inline(always)]
        fn call(self) -> Scanned {
            let Self { simd, scan, bytes, from, wanted, marks } = self;
            let byte = [scan.delimiter, b'\n', b'\r', b'"'].map(u8::cast_signed);
            let avx = simd.avx;
            let eyes = Vectors {
                simd,
                delimiters: avx._mm256_set1_epi8(byte[0]),
                feeds: avx._mm256_set1_epi8(byte[1]),
                returns: avx._mm256_set1_epi8(byte[2]),
                quotes: avx._mm256_set1_epi8(byte[3]),
            };
            scan.look(bytes, from, wanted, marks, eyes)
        }
    }

    pub(super) struct Counting<'a> {
        pub(super) simd: V3,
        pub(super) byte: u8,
        pub(super) bytes: &'a [u8],
    }

    impl NullaryFnOnce for Counting<'_> {
        type Output = Option<u64>;

        #[inline(always)]
        fn call(self) -> Option<u64> {
            /// So often each byte of a vector can count one more.
            const TIMES: usize = 255;
            let Self { simd, byte, bytes } = self;
            let (avx, zero) = (simd.avx2, simd.avx._mm256_setzero_si256());
            let feeds = simd.avx._mm256_set1_epi8(b'\n'.cast_signed());
            let other = simd.avx._mm256_set1_epi8(byte.cast_signed());
            let (mut count, mut found) = (0, zero);
            let (chunks, rest) = bytes.as_chunks::<32>();
            for chunks in chunks.chunks(TIMES) {
                let mut counts = zero;
                for chunk in chunks {
                    let chunk: __m256i = pulp::cast(*chunk);
                    counts = avx._mm256_sub_epi8(counts, avx._mm256_cmpeq_epi8(chunk, feeds));
                    found = avx._mm256_or_si256(found, avx._mm256_cmpeq_epi8(chunk, other));
                }
                let sums: [u64; 4] = pulp::cast(avx._mm256_sad_epu8(counts, zero));
                count += sums[0] + sums[1] + sums[2] + sums[3];
            }
            let is_there = avx._mm256_movemask_epi8(found) != 0 || rest.contains(&byte);
            (!is_there).then(|| count + rest.iter().map(|&byte| u64::from(byte == b'\n')).sum::<u64>())
        }
    }

    /// Each of the marks, 32 times.
    struct Vectors {
        simd: V3,
        delimiters: __m256i,
        feeds: __m256i,
        returns: __m256i,
        quotes: __m256i,
    }

    impl Eyes for Vectors {
        #[inline(always)]
        fn find(&self, chunk: &[u8; CHUNK]) -> Found {
            let [first, second]: [__m256i; 2] = pulp::cast(*chunk);
            let either = self.simd.avx2._mm256_or_si256(first, second);
            let marks = self.marks(first) | self.marks(second) << 32;
            Found { marks, is_ascii: self.uppermost(either) == 0 }
        }
    }

    impl Vectors {
        #[inline(always)]
        fn marks(&self, half: __m256i) -> u64 {
            let avx = self.simd.avx2;
            let (delimiters, feeds) =
                (avx._mm256_cmpeq_epi8(half, self.delimiters), avx._mm256_cmpeq_epi8(half, self.feeds));
            let (returns, quotes) =
                (avx._mm256_cmpeq_epi8(half, self.returns), avx._mm256_cmpeq_epi8(half, self.quotes));
            let (often, seldom) = (avx._mm256_or_si256(delimiters, feeds), avx._mm256_or_si256(returns, quotes));
            self.uppermost(avx._mm256_or_si256(often, seldom))
        }

        /// The uppermost bit of each byte.
        #[inline(always)]
        fn uppermost(&self, bytes: __m256i) -> u64 {
            u64::from(self.simd.avx2._mm256_movemask_epi8(bytes).cast_unsigned())
        }
    }
}

/// How many line feeds there are, unless that byte is there too.
pub(super) fn line_breaks_without(byte: u8, bytes: &[u8]) -> Option<u64> {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return simd.vectorize(vectors::Counting { simd, byte, bytes });
    }
    memchr::memchr(byte, bytes).is_none().then(|| memchr::memchr_iter(b'\n', bytes).count() as u64)
}

/// Writes the positions of bits, eight at a time so that the processor need not guess how many there are.
#[inline(always)]
fn write(mut bits: u64, base: u32, room: &mut [u32; CHUNK]) -> usize {
    let count = bits.count_ones() as usize;
    let (eights, _) = room.as_chunks_mut::<8>();
    let mut written = 0;
    for eight in eights {
        for place in eight {
            *place = base + bits.trailing_zeros();
            bits &= bits.wrapping_sub(1);
        }
        written += 8;
        if written >= count {
            break;
        }
    }
    count
}

/// As any processor can.
struct Portably(Scan);

impl Eyes for Portably {
    /// The first loop is one that compilers make of vectors.
    #[inline(always)]
    fn find(&self, chunk: &[u8; CHUNK]) -> Found {
        let (mut are, delimiter) = ([0u8; CHUNK], self.0.delimiter);
        for (is, &byte) in are.iter_mut().zip(chunk) {
            *is = u8::from((byte == delimiter) | (byte == b'\n') | (byte == b'\r') | (byte == b'"'));
        }
        let (eights, _) = are.as_chunks::<8>();
        let marks = eights.iter().enumerate().fold(0, |bits, (at, &eight)| {
            // Gathers the lowest bits of the bytes into the uppermost byte.
            let gathered = u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            bits | gathered << (8 * at)
        });
        Found { marks, is_ascii: chunk.is_ascii() }
    }
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
    fn line_breaks_are_counted_unless_there_is_a_quote() {
        for length in (0..300).chain([8_159, 8_160, 8_161, 20_000, 70_000]) {
            let text = bytes(length, length as u64);
            let without: Vec<u8> = text.iter().copied().filter(|&byte| byte != b'"').collect();
            for text in [&text, &without, &vec![b'\n'; length]] {
                let count = text.iter().filter(|&&byte| byte == b'\n').count() as u64;
                let expected = (!text.contains(&b'"')).then_some(count);
                assert_eq!(line_breaks_without(b'"', text), expected, "{length}");
            }
        }
    }

    #[test]
    fn every_mark_is_found_and_nothing_else() {
        for (length, delimiter) in (0..300).flat_map(|length| [(length, b','), (length, b'\t')]) {
            let text = bytes(length, length as u64);
            let is_mark = |&at: &usize| [delimiter, b'\n', b'\r', b'"'].contains(&text[at]);
            for from in [0, length / 3, length] {
                let expected: Vec<u32> = (from..length).filter(is_mark).map(|at| at as u32).collect();
                for wanted in [1, 7, 1000] {
                    let scan = Scan::new(delimiter);
                    for is_plain in [true, false] {
                        let (mut marks, mut at) = (Vec::new(), from);
                        while at < length {
                            let Scanned { end, is_ascii } = if is_plain {
                                scan.look(&text, at, wanted, &mut marks, Portably(scan))
                            } else {
                                scan.marks(&text, at, wanted, &mut marks)
                            };
                            assert_eq!(is_ascii, text[at..end].is_ascii(), "{length} from {at} by {wanted}");
                            at = end;
                        }
                        assert_eq!(marks, expected, "{length} from {from} by {wanted}");
                    }
                }
            }
        }
    }
}
