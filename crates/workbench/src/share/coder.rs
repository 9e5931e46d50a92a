//! The entropy coder of a link: a binary arithmetic coder, and the small numbers that learn how likely a bit is.
//!
//! Integers only, so that every machine computes the same bits. One code path serves writing, reading and learning: a
//! caller names the bit it would write and goes on with the bit it gets.

/// Probabilities are in units of 1/65536.
const ONE: u32 = 1 << 16;

/// What happens to the bits.
#[derive(Debug)]
enum Mode<'a> {
    /// Nothing: the models learn.
    Learn,
    /// They are written.
    Write(Vec<u8>),
    /// They are read; after the end come zeros.
    Read(std::slice::Iter<'a, u8>),
}

/// Writes or reads bits of known likelihood.
#[derive(Debug)]
pub(super) struct Coder<'a> {
    mode: Mode<'a>,
    low: u32,
    high: u32,
    value: u32,
}

impl<'a> Coder<'a> {
    /// Drops what it is given.
    pub(super) fn learning() -> Self {
        Self { mode: Mode::Learn, low: 0, high: u32::MAX, value: 0 }
    }

    /// Collects bytes.
    pub(super) fn writing() -> Self {
        Self { mode: Mode::Write(Vec::new()), low: 0, high: u32::MAX, value: 0 }
    }

    /// Reads what was collected.
    pub(super) fn reading(bytes: &'a [u8]) -> Self {
        let mut bytes = bytes.iter();
        let value = (0..4).fold(0, |value, _| (value << 8) | next(&mut bytes));
        Self { mode: Mode::Read(bytes), low: 0, high: u32::MAX, value }
    }

    /// It reads: bits and numbers that are handed to it mean nothing.
    pub(super) fn is_reading(&self) -> bool {
        matches!(self.mode, Mode::Read(_))
    }

    /// One bit; `chance` is how likely it is set.
    pub(super) fn bit(&mut self, chance: u32, bit: bool) -> bool {
        let chance = chance.clamp(8, ONE - 8);
        let bit = match &self.mode {
            Mode::Learn => return bit,
            Mode::Write(_) => bit,
            Mode::Read(_) => self.value <= self.middle(chance),
        };
        let middle = self.middle(chance);
        if bit {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ self.high) >> 24 == 0 {
            match &mut self.mode {
                Mode::Write(bytes) => bytes.push((self.high >> 24) as u8),
                Mode::Read(bytes) => self.value = (self.value << 8) | next(bytes),
                Mode::Learn => {}
            }
            self.low <<= 8;
            self.high = (self.high << 8) | 0xFF;
        }
        bit
    }

    fn middle(&self, chance: u32) -> u32 {
        let range = u64::from(self.high - self.low);
        self.low + ((range * u64::from(chance)) >> 16) as u32
    }

    /// The lowest `n` bits of a number, all equally likely.
    pub(super) fn plain(&mut self, n: u32, number: u64) -> u64 {
        (0..n).rev().fold(0, |sum, at| (sum << 1) | u64::from(self.bit(ONE / 2, (number >> at) & 1 == 1)))
    }

    /// All bytes, as few as tell the last bits apart.
    pub(super) fn finish(self) -> Vec<u8> {
        let Mode::Write(mut bytes) = self.mode else { return Vec::new() };
        for n in 0..=4_u32 {
            // The reader sees zeros behind the end.
            let mask = u32::MAX.checked_shr(8 * n).unwrap_or(0);
            let Some(value) = self.low.checked_add(mask).map(|value| value & !mask) else { continue };
            if value <= self.high {
                bytes.extend(value.to_be_bytes().iter().take(n as usize));
                break;
            }
        }
        bytes
    }
}

fn next(bytes: &mut std::slice::Iter<'_, u8>) -> u32 {
    bytes.next().copied().map_or(0, u32::from)
}

/// How likely a bit is, learned from the bits that came: 22 bits of likelihood, 10 of how many came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chance(u32);

impl Chance {
    /// Nothing is known.
    pub(super) const EVEN: Self = Self(1 << 31);

    /// Begins at a likelihood, as if that had been seen a few times.
    pub(super) fn at(chance: u32) -> Self {
        Self((chance.min(ONE - 1) << 16) | 3)
    }

    /// In units of 1/65536.
    pub(super) fn get(self) -> u32 {
        self.0 >> 16
    }

    /// Learns a bit; `limit` is how many of the last ones count.
    pub(super) fn learn(&mut self, bit: bool, limit: u32) {
        let n = self.0 & 0x3FF;
        let chance = self.0 >> 10;
        let target = if bit { (1 << 22) - 1 } else { 0 };
        // The first bit moves it by two thirds of the way, the next one by two fifths, and so on.
        let step = (i64::from(target) - i64::from(chance)) * 2 / i64::from(2 * n + 3);
        let chance = (i64::from(chance) + step) as u32;
        self.0 = (chance << 10) | (n + 1).min(limit);
    }
}

/// Numbers in contexts: small ones are cheap, and often seen ones cheaper.
#[derive(Debug)]
pub(super) struct Numbers {
    chances: Vec<Chance>,
}

impl Numbers {
    const BITS: u32 = 15;

    pub(super) fn new() -> Self {
        Self { chances: vec![Chance::EVEN; 1 << Self::BITS] }
    }

    /// One bit in a context.
    pub(super) fn bit(&mut self, coder: &mut Coder<'_>, context: u32, bit: bool) -> bool {
        let at = (hash(context, 0x5EED) >> (32 - Self::BITS)) as usize;
        let Some(chance) = self.chances.get_mut(at) else { return bit };
        let bit = coder.bit(chance.get(), bit);
        chance.learn(bit, 60);
        bit
    }

    /// A number of `n` bits, learned as a whole.
    pub(super) fn small(&mut self, coder: &mut Coder<'_>, context: u32, n: u32, number: u32) -> u32 {
        let mut prefix = 1;
        for at in (0..n).rev() {
            let bit = self.bit(coder, hash(context, prefix), (number >> at) & 1 == 1);
            prefix = (prefix << 1) | u32::from(bit);
        }
        prefix - (1 << n)
    }

    /// Any number: its length, its first bits learned, the others as they are.
    pub(super) fn any(&mut self, coder: &mut Coder<'_>, context: u32, number: u64) -> u64 {
        let n = self.small(coder, context, 7, u64::BITS - number.leading_zeros()).min(64);
        if n < 2 {
            return u64::from(n);
        }
        let n_learned = (n - 1).min(3);
        let n_plain = n - 1 - n_learned;
        let rest = number.wrapping_sub(1 << (n - 1));
        let first = self.small(coder, hash(context, n), n_learned, ((rest >> n_plain) & 7) as u32);
        let last = coder.plain(n_plain, rest);
        (1 << (n - 1)) | (u64::from(first) << n_plain) | last
    }

    /// Any number with a sign.
    pub(super) fn signed(&mut self, coder: &mut Coder<'_>, context: u32, number: i64) -> i64 {
        let folded = ((number << 1) ^ (number >> 63)) as u64;
        let folded = self.any(coder, context, folded);
        ((folded >> 1) as i64) ^ -((folded & 1) as i64)
    }
}

/// Mixes two numbers; not for secrets, only to spread contexts over a table.
pub(super) fn hash(a: u32, b: u32) -> u32 {
    let mixed = a.wrapping_mul(0x9E37_79B1) ^ b.wrapping_mul(0x85EB_CA77).rotate_left(15);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0xC2B2_AE3D);
    mixed ^ (mixed >> 13)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back(numbers in proptest::collection::vec((0..5_u32, any::<i64>(), 0..64_u32), 0..200)) {
            let mut coder = Coder::writing();
            let mut written = Numbers::new();
            for &(context, number, shift) in &numbers {
                written.signed(&mut coder, context, number >> shift);
                coder.plain(shift, number as u64 & ((1_u64 << shift) - 1));
            }
            let bytes = coder.finish();
            let mut coder = Coder::reading(&bytes);
            let mut read = Numbers::new();
            for &(context, number, shift) in &numbers {
                prop_assert_eq!(read.signed(&mut coder, context, 0), number >> shift);
                prop_assert_eq!(coder.plain(shift, 0), number as u64 & ((1_u64 << shift) - 1));
            }
        }
    }

    #[test]
    fn likely_bits_cost_little() {
        let mut coder = Coder::writing();
        let mut numbers = Numbers::new();
        for _ in 0..10_000 {
            numbers.bit(&mut coder, 1, true);
        }
        assert!(coder.finish().len() < 40);
        assert!(Coder::writing().finish().is_empty());
    }
}
