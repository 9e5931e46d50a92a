//! The model of a link's text: how likely each next byte is, from what stood before and from where in the JSON it stands.
//!
//! Many contexts give a guess each, bit by bit, and a mixer learns which of them to trust. Where the text repeats itself
//! beyond doubt the whole byte is settled by one question, which is what makes it fast.

use super::coder::{Chance, Coder, hash};
use super::place::Place;

/// Contexts that guess.
const N_CONTEXTS: usize = 13;

/// Two guesses of each, two of the repetitions, and a constant.
const N_INPUTS: usize = 2 * N_CONTEXTS + 3;

/// Guesses about a whole byte.
const N_BYTE_INPUTS: usize = 5;

/// Bytes that must agree before a repetition is believed.
const SHORTEST_MATCH: usize = 5;

/// A byte is asked for as a whole when it is at least this likely.
const SURE: u32 = 64_800;

/// Entries of the table of places in the text, by the hash of what stands before them.
const RECENT_BITS: u32 = 18;

/// Entries of the table of places of values, by their path.
const VALUE_BITS: u32 = 14;

/// Learns a text and says what comes next.
#[derive(Debug)]
pub(super) struct Model {
    curve: Curve,
    /// By context and bits so far: 8 bits to tell contexts apart, 8 bits of what came (see [`History`]), 16 bits of likelihood.
    slots: Vec<u32>,
    slot_bits: u32,
    /// How likely a bit is after a history, per context.
    histories: Vec<Chance>,
    by_repetition: Vec<Chance>,
    by_value: Vec<Chance>,
    last: Vec<Chance>,
    mixer: Mixer,
    other_mixer: Mixer,
    bytes: Guesses,
    text: Vec<u8>,
    recent: Vec<u32>,
    repetition: Repetition,
    values: Vec<u32>,
    value: Repetition,
    /// Of the last bytes, whether the repetition foretold them.
    hits: u32,
}

/// A place in the text that seems to repeat.
#[derive(Clone, Copy, Debug, Default)]
struct Repetition {
    /// What comes next there; 0 is nowhere.
    at: usize,
    /// Bytes that agreed.
    n: usize,
    /// Bytes that did not.
    n_wrong: usize,
}

/// Guesses about a whole byte.
#[derive(Debug)]
struct Guesses {
    chances: Vec<Chance>,
    mixer: Mixer,
}

impl Model {
    /// A model for so many bytes of text.
    pub(super) fn new(n_bytes: usize) -> Self {
        let slot_bits = if n_bytes < 400_000 { 20 } else { 22 };
        let mut histories = Vec::with_capacity(N_CONTEXTS * 256);
        for _ in 0..N_CONTEXTS {
            histories.extend((0..=255).map(|history| Chance::at(History(history).first_guess())));
        }
        let curve = Curve::new();
        // The 32 steps of a guess, the same at first for all that the guess may be about.
        let steps: Vec<Chance> =
            curve.squash.iter().step_by(128).map(|&chance| Chance::at(u32::from(chance))).collect();
        let last = std::iter::repeat_n(steps, 1 << 11).flatten().collect();
        Self {
            curve,
            slots: vec![0; 1 << slot_bits],
            slot_bits,
            histories,
            by_repetition: vec![Chance::EVEN; 1 << 12],
            by_value: vec![Chance::EVEN; 1 << 12],
            last,
            mixer: Mixer::new(N_INPUTS, 2048, FIRST_WEIGHT),
            other_mixer: Mixer::new(N_INPUTS, 256 * 3, FIRST_WEIGHT),
            bytes: Guesses { chances: vec![Chance::EVEN; 1 << 16], mixer: Mixer::new(N_BYTE_INPUTS, 64, 20_000) },
            text: vec![0],
            recent: vec![0; 1 << RECENT_BITS],
            repetition: Repetition::default(),
            values: vec![0; 1 << VALUE_BITS],
            value: Repetition::default(),
            hits: 0,
        }
    }

    /// The next byte: `byte` when it is written or learned, whatever comes when it is read.
    pub(super) fn byte(&mut self, coder: &mut Coder<'_>, place: &Place, byte: u8) -> u8 {
        if place.is_new() {
            self.begin_value(place);
        }
        let repeated = self.foretold(self.repetition);
        let of_value = self.foretold(self.value).filter(|_| self.value.n_wrong < 4);
        let is_sure_of_value = self.value.n_wrong == 0 && of_value.is_some();
        let expected = if self.repetition.n >= SHORTEST_MATCH || !is_sure_of_value { repeated } else { of_value };
        let byte = match expected {
            Some(expected) => {
                let agree = match of_value {
                    None => 0,
                    Some(of_value) => 1 + u32::from(of_value == expected) + 2 * u32::from(self.value.n_wrong > 0),
                };
                self.foretold_byte(coder, place, expected, agree, byte)
            }
            None => self.bits(coder, place, byte),
        };
        self.follow(byte);
        byte
    }

    fn foretold(&self, repetition: Repetition) -> Option<u8> {
        if repetition.at == 0 { None } else { self.text.get(repetition.at).copied() }
    }

    /// A byte of which a repetition says what it should be.
    fn foretold_byte(&mut self, coder: &mut Coder<'_>, place: &Place, expected: u8, agree: u32, byte: u8) -> u8 {
        let repetition = self.repetition;
        let length = repetition.n.min(31) as u32;
        let before = self.before(1);
        let wrong = repetition.n_wrong.min(3) as u32;
        let keys = [
            hash(length | (agree << 5) | ((self.hits & 7) << 8) | (wrong << 11), 1),
            hash(place.loose(), u32::from(expected) | (place.n_in_value().min(3) << 8) | (agree << 10)),
            hash(u32::from(expected) | (before << 8) | (agree << 24), 3),
            hash(place.exact(), place.prefix() ^ (u32::from(expected) << 4)),
        ];
        let mut inputs = [0; N_BYTE_INPUTS];
        if let Some(last) = inputs.last_mut() {
            *last = 256;
        }
        for (input, key) in inputs.iter_mut().zip(keys) {
            let chance = self.bytes.chances.get((key >> 16) as usize).copied().unwrap_or(Chance::EVEN);
            *input = self.curve.stretch(chance.get());
        }
        let set = (length.min(15) + 16 * agree.min(3)) as usize;
        let chance = self.curve.squash(self.bytes.mixer.mix(set, &inputs));
        let is_asked = chance >= SURE;
        let byte =
            if is_asked && coder.bit(chance, byte == expected) { expected } else { self.bits(coder, place, byte) };
        let is_right = byte == expected;
        for key in keys {
            if let Some(chance) = self.bytes.chances.get_mut((key >> 16) as usize) {
                chance.learn(is_right, 250);
            }
        }
        self.bytes.mixer.learn(set, &inputs, chance, is_right);
        byte
    }

    /// A byte bit by bit.
    fn bits(&mut self, coder: &mut Coder<'_>, place: &Place, byte: u8) -> u8 {
        let contexts = self.contexts(place);
        let repeated = self.foretold(self.repetition);
        let of_value = self.foretold(self.value);
        let repeated_n = self.repetition.n.min(15) as u32;
        let value_state = (self.value.n_wrong.min(7) as u32) | (place.n_in_value().min(7) << 3);
        let mut so_far = 1_u32;
        for at in (0..8).rev() {
            let mut inputs = [0_i32; N_INPUTS];
            let mut places = [0_usize; N_CONTEXTS];
            let mut n_known = 0;
            {
                let (pairs, rest) = inputs.split_at_mut(2 * N_CONTEXTS);
                let spread = so_far.wrapping_mul(0x9E37_79B1);
                let all =
                    pairs.chunks_exact_mut(2).zip(contexts).zip(&mut places).zip(self.histories.chunks_exact(256));
                for (((pair, context), slot_at), histories) in all {
                    let key = (context ^ spread).wrapping_mul(0x85EB_CA77);
                    let key = key ^ (key >> 15);
                    *slot_at = (key & ((1 << self.slot_bits) - 1)) as usize;
                    let check = key >> 24;
                    let Some(slot) = self.slots.get_mut(*slot_at) else { continue };
                    if *slot >> 24 != check {
                        *slot = (check << 24) | (1 << 15);
                    }
                    let history = (*slot >> 16) & 0xFF;
                    if history == 0 {
                        continue;
                    }
                    n_known += 1;
                    if let [first, second] = pair {
                        let chance = histories.get(history as usize).copied().unwrap_or(Chance::EVEN);
                        *first = self.curve.stretch(chance.get());
                        *second = self.curve.stretch(*slot & 0xFFFF) / 2;
                    }
                }
                // What a repetition says counts while it is right so far.
                let hint = |expected: Option<u8>| {
                    let expected = u32::from(expected?) | 256;
                    (expected >> (at + 1) == so_far).then_some((expected >> at) & 1)
                };
                let keys = [
                    hint(repeated).map(|bit| (repeated_n << 1) | bit | ((self.hits & 3) << 5)),
                    hint(of_value).map(|bit| (value_state << 1) | bit),
                ];
                if let ([first, second, constant], [key, value_key]) = (rest, keys) {
                    *constant = 256;
                    let look = |table: &[Chance], key: Option<u32>| {
                        key.and_then(|key| table.get(key as usize)).map_or(0, |chance| self.curve.stretch(chance.get()))
                    };
                    *first = look(&self.by_repetition, key);
                    *second = look(&self.by_value, value_key);
                }
                let set = (so_far as usize) | (usize::from(hint(repeated).is_some()) << 8) | (place.kind() << 9);
                let other_set = n_known * 16 + at as usize;
                let (mix, other_mix) = (self.mixer.mix(set, &inputs), self.other_mixer.mix(other_set, &inputs));
                let mixed = i32::midpoint(mix, other_mix);
                let last_key = (((place.loose() >> 21) ^ so_far.wrapping_mul(37)) & 0x7FF) << 5;
                let last_at = (last_key | (((mixed + 2047) / 128) as u32).min(31)) as usize;
                let learned = self.last.get(last_at).copied().unwrap_or(Chance::EVEN).get();
                let chance = (self.curve.squash(mixed) * 3 + learned) / 4;
                let bit = coder.bit(chance, (byte >> at) & 1 == 1);

                self.mixer.learn(set, &inputs, self.curve.squash(mix), bit);
                self.other_mixer.learn(other_set, &inputs, self.curve.squash(other_mix), bit);
                if let Some(chance) = self.last.get_mut(last_at) {
                    chance.learn(bit, 200);
                }
                for (table, key) in [(&mut self.by_repetition, keys[0]), (&mut self.by_value, keys[1])] {
                    if let Some(chance) = key.and_then(|key| table.get_mut(key as usize)) {
                        chance.learn(bit, 250);
                    }
                }
                for (slot_at, histories) in places.into_iter().zip(self.histories.chunks_exact_mut(256)) {
                    let Some(slot) = self.slots.get_mut(slot_at) else { continue };
                    let history = History((*slot >> 16) as u8);
                    if history.0 != 0
                        && let Some(chance) = histories.get_mut(usize::from(history.0))
                    {
                        chance.learn(bit, 250);
                    }
                    let chance = *slot & 0xFFFF;
                    let target = if bit { 65_535 } else { 0 };
                    let n = history.n();
                    let moved = (i64::from(chance) + (i64::from(target) - i64::from(chance)) * 2 / (2 * n + 3)) as u32;
                    *slot = (*slot & 0xFF00_0000) | (u32::from(history.then(bit).0) << 16) | (moved & 0xFFFF);
                }
                so_far = (so_far << 1) | u32::from(bit);
            }
        }
        so_far as u8
    }

    fn before(&self, n: usize) -> u32 {
        let start = self.text.len().saturating_sub(n);
        self.text.get(start..).unwrap_or_default().iter().fold(0, |sum, &byte| (sum << 8) | u32::from(byte))
    }

    fn contexts(&self, place: &Place) -> [u32; N_CONTEXTS] {
        let four = self.before(4);
        let older = {
            let end = self.text.len().saturating_sub(4);
            let start = end.saturating_sub(2);
            self.text.get(start..end).unwrap_or_default().iter().fold(0, |sum, &byte| (sum << 8) | u32::from(byte))
        };
        let repeated = self.foretold(self.repetition).map_or(0, |byte| u32::from(byte) + 1);
        let of_value = self.foretold(self.value).map_or(0, |byte| u32::from(byte) + 1);
        let prefix = place.prefix();
        let mut contexts = [
            place.kind() as u32,
            four & 0xFF,
            four & 0xFFFF,
            four & 0xFF_FFFF,
            four,
            hash(four, older),
            hash(place.word(), four & 0xFF),
            hash(place.exact(), prefix),
            hash(place.loose(), prefix),
            hash(place.sibling(), hash(prefix, place.key())),
            hash(place.key(), prefix),
            hash(of_value | (place.n_in_value().min(15) << 9), hash(place.loose(), self.value.n_wrong.min(3) as u32)),
            hash(repeated | ((self.repetition.n.min(15) as u32) << 9), four & 0xFF),
        ];
        for (n, context) in contexts.iter_mut().enumerate() {
            *context = hash(*context, n as u32 + 0x100);
        }
        contexts
    }

    fn begin_value(&mut self, place: &Place) {
        let at = (hash(place.exact(), 7) >> (32 - VALUE_BITS)) as usize;
        if let Some(seen) = self.values.get_mut(at) {
            self.value = Repetition { at: *seen as usize, n: 0, n_wrong: 0 };
            *seen = self.text.len() as u32;
        }
    }

    /// Looks where the text has been like this before.
    fn follow(&mut self, byte: u8) {
        if let Some(expected) = self.foretold(self.repetition) {
            self.hits = (self.hits << 1) | u32::from(expected == byte);
        }
        for repetition in [&mut self.repetition, &mut self.value] {
            if repetition.at == 0 {
                continue;
            }
            if self.text.get(repetition.at) == Some(&byte) {
                repetition.n += 1;
            } else {
                repetition.n = 0;
                repetition.n_wrong += 1;
            }
            repetition.at += 1;
        }
        // A digit that differs does not end a repetition; several bytes do.
        if self.repetition.n >= 16 {
            self.repetition.n_wrong = 0;
        } else if self.repetition.n_wrong > 8 {
            self.repetition = Repetition::default();
        }
        self.text.push(byte);
        let key = hash(self.before(4), self.text.iter().rev().nth(4).copied().map_or(0, u32::from));
        let Some(recent) = self.recent.get_mut((key >> (32 - RECENT_BITS)) as usize) else { return };
        let candidate = *recent as usize;
        *recent = self.text.len() as u32;
        if candidate > 0 && self.repetition.n < SHORTEST_MATCH {
            let older = self.text.get(..candidate).unwrap_or_default().iter().rev();
            let n = older.zip(self.text.iter().rev()).take(32).take_while(|(a, b)| a == b).count();
            if n >= SHORTEST_MATCH {
                self.repetition = Repetition { at: candidate, n, n_wrong: 0 };
            }
        }
    }
}

/// How often a bit was 0 and 1 after a context, at most fifteen times each; 0 is never.
#[derive(Clone, Copy, Debug)]
struct History(u8);

impl History {
    fn counts(self) -> (u8, u8) {
        (self.0 >> 4, self.0 & 15)
    }

    fn n(self) -> i64 {
        let (zeros, ones) = self.counts();
        i64::from(zeros) + i64::from(ones)
    }

    fn then(self, bit: bool) -> Self {
        let (zeros, ones) = self.counts();
        let (mut same, mut other) = if bit { (ones, zeros) } else { (zeros, ones) };
        same = (same + 1).min(15);
        // What came lately counts for more.
        if other > 2 {
            other = 2 + (other - 2) / 2;
        }
        let (zeros, ones) = if bit { (other, same) } else { (same, other) };
        Self((zeros << 4) | ones)
    }

    fn first_guess(self) -> u32 {
        let (zeros, ones) = self.counts();
        (u32::from(ones) * 10 + 3) * 65_535 / ((u32::from(zeros) + u32::from(ones)) * 10 + 6)
    }
}

/// The logistic curve and its inverse, in steps of 1/256 from -8 to 8.
#[derive(Debug)]
struct Curve {
    squash: Vec<u16>,
    stretch: Vec<i16>,
}

impl Curve {
    const MOST: i32 = 2_047;

    /// 65536 / (1 + e^-x), with e^(-1/256) as a fraction of 2^32, multiplied step by step.
    fn new() -> Self {
        const STEP: u64 = 4_278_222_805;
        let mut small = 1_u64 << 32;
        let mut rising = Vec::with_capacity(2_049);
        for _ in 0..=2_048 {
            rising.push((((1_u64 << 48) - 1) / ((1 << 32) + small)).min(65_535) as u16);
            small = (small * STEP) >> 32;
        }
        let falling = rising.iter().skip(1).rev().map(|chance| 65_535 - chance);
        let squash: Vec<u16> = falling.chain(rising.iter().copied().take(2_048)).collect();
        let mut stretch = Vec::with_capacity(4_096);
        let mut x = 0;
        for chance in 0..4_096_u32 {
            while squash.get(x).is_some_and(|&squashed| u32::from(squashed) < chance * 16 + 8) {
                x += 1;
            }
            stretch.push((x as i32 - Self::MOST - 1).clamp(-Self::MOST, Self::MOST) as i16);
        }
        Self { squash, stretch }
    }

    fn squash(&self, x: i32) -> u32 {
        let at = (x.clamp(-Self::MOST, Self::MOST) + Self::MOST + 1) as usize;
        self.squash.get(at).copied().map_or(0, u32::from)
    }

    fn stretch(&self, chance: u32) -> i32 {
        self.stretch.get((chance >> 4) as usize).copied().map_or(0, i32::from)
    }
}

/// Weighs guesses; a set of weights for each situation.
#[derive(Debug)]
struct Mixer {
    n_inputs: usize,
    weights: Vec<i32>,
}

impl Mixer {
    fn new(n_inputs: usize, n_sets: usize, weight: i32) -> Self {
        Self { n_inputs, weights: vec![weight; n_inputs * n_sets] }
    }

    fn mix(&self, set: usize, inputs: &[i32]) -> i32 {
        let start = set * self.n_inputs;
        let weights = self.weights.get(start..start + self.n_inputs).unwrap_or_default();
        let sum: i64 = weights.iter().zip(inputs).map(|(&weight, &input)| i64::from(weight) * i64::from(input)).sum();
        ((sum >> 16).clamp(-2_047, 2_047)) as i32
    }

    fn learn(&mut self, set: usize, inputs: &[i32], chance: u32, bit: bool) {
        let start = set * self.n_inputs;
        let target = if bit { 65_535 } else { 0 };
        let error = (target - chance as i32) * RATE;
        let Some(weights) = self.weights.get_mut(start..start + self.n_inputs) else { return };
        for (weight, &input) in weights.iter_mut().zip(inputs) {
            let step = (i64::from(input) * i64::from(error) + (1 << 17)) >> 18;
            *weight = (*weight + step as i32).clamp(-1 << 20, 1 << 20);
        }
    }
}

/// How fast weights move.
const RATE: i32 = 16;

/// What a guess weighs before anything is known of it; 65536 is as it is.
const FIRST_WEIGHT: i32 = 7_000;
