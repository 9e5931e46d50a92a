//! Reads as much of an X.509 certificate as OCPP names it by: serial number, and the hashes of its issuer's name and key.
//! It verifies nothing: no signature, no validity, no chain.
//!
//! # Source
//! RFC 5280 section 4.1, RFC 6960 section 4.1.1, RFC 7468; `CertificateHashData` of the security white paper for 1.6
//! (6.2) and of OCPP 2.0.1 and 2.1.

use crate::base64::{self, Alphabet};
use serde::{Deserialize, Serialize};

/// What a certificate is named by, with SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashData {
    /// Hash of the issuer's name, 64 hexadecimal digits.
    pub issuer_name_hash: String,
    /// Hash of the certificate's own key; that of the issuer only when it is self-issued.
    pub issuer_key_hash: String,
    /// Serial number in hexadecimal digits without leading zeros, 1 to 40.
    pub serial_number: String,
    /// Issuer and subject are the same.
    pub is_self_issued: bool,
}

/// Longest text that is read, in bytes.
const LONGEST: usize = 20_000;

/// Reads the first certificate of a PEM text; `None` when there is none that can be read.
///
/// ```
/// assert_eq!(workbench::station::certificate::hash_data("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"), None);
/// ```
pub fn hash_data(pem: &str) -> Option<HashData> {
    if pem.len() > LONGEST {
        return None;
    }
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let der = base64::decode(body, Alphabet::Standard)?;
    let certificate = Value::read(&der)?.0.with_tag(SEQUENCE)?;
    let (signed, _) = Value::read(certificate.content)?;
    let mut rest = signed.with_tag(SEQUENCE)?.content;
    let mut next = || {
        let (value, after) = Value::read(rest)?;
        rest = after;
        Some(value)
    };
    let mut serial = next()?;
    if serial.tag == VERSION {
        serial = next()?;
    }
    let _algorithm = next()?;
    let issuer = next()?.with_tag(SEQUENCE)?;
    let _validity = next()?;
    let subject = next()?.with_tag(SEQUENCE)?;
    let key = next()?.with_tag(SEQUENCE)?;
    let (_, key_bits) = Value::read(key.content)?;
    let (_, key_bits) = Value::read(key_bits)?.0.with_tag(BIT_STRING)?.content.split_first()?;
    let serial_number = hex(serial.with_tag(INTEGER)?.content);
    let serial_number = serial_number.trim_start_matches('0');
    (1..=40).contains(&serial_number.len()).then(|| HashData {
        issuer_name_hash: hex(&sha256(issuer.whole)),
        issuer_key_hash: hex(&sha256(key_bits)),
        serial_number: serial_number.to_owned(),
        is_self_issued: issuer.whole == subject.whole,
    })
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xA0;

/// A value of DER.
#[derive(Clone, Copy)]
struct Value<'d> {
    tag: u8,
    content: &'d [u8],
    /// With tag and length.
    whole: &'d [u8],
}

impl<'d> Value<'d> {
    /// The first value, and what follows it.
    fn read(bytes: &'d [u8]) -> Option<(Self, &'d [u8])> {
        let (&tag, rest) = bytes.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let n_more = usize::from(first & 0x7F);
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            // 65,535 bytes are more than any certificate here has.
            let more = rest.get(..n_more).filter(|_| (1..=2).contains(&n_more))?;
            (more.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest.get(n_more..)?)
        };
        let (content, after) = rest.split_at_checked(length)?;
        let whole = bytes.get(..bytes.len() - after.len())?;
        Some((Self { tag, content, whole }, after))
    }

    fn with_tag(self, tag: u8) -> Option<Self> {
        (self.tag == tag).then_some(self)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// SHA-256.
///
/// # Source
/// FIPS 180-4 section 6.2.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let (first, round) = constants();
    let mut state = first;
    let mut message = bytes.to_vec();
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend((bytes.len() as u64 * 8).to_be_bytes());
    for block in message.chunks_exact(64) {
        let mut words: Vec<u32> =
            block.chunks_exact(4).map(|word| word.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))).collect();
        let word = |words: &[u32], index: usize| words.get(index).copied().unwrap_or_default();
        for index in 16..64 {
            let (a, b) = (word(&words, index - 15), word(&words, index - 2));
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            let sum = word(&words, index - 16).wrapping_add(s0).wrapping_add(word(&words, index - 7)).wrapping_add(s1);
            words.push(sum);
        }
        let mixed = round.iter().zip(&words).fold(state, |[a, b, c, d, e, f, g, h], (constant, word)| {
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = (e & f) ^ (!e & g);
            let t1 = h.wrapping_add(s1).wrapping_add(choice).wrapping_add(*constant).wrapping_add(*word);
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let t2 = s0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            [t1.wrapping_add(t2), a, b, c, d.wrapping_add(t1), e, f, g]
        });
        for (slot, value) in state.iter_mut().zip(mixed) {
            *slot = slot.wrapping_add(value);
        }
    }
    let mut out = [0; 32];
    for (slot, byte) in out.iter_mut().zip(state.iter().flat_map(|word| word.to_be_bytes())) {
        *slot = byte;
    }
    out
}

/// The constants of SHA-256 are the first bits behind the point of the roots of the first primes: square roots for the
/// state, cube roots for the rounds. They are computed here in whole numbers.
fn constants() -> ([u32; 8], [u32; 64]) {
    let (mut first, mut round) = ([0; 8], [0; 64]);
    let primes = (2_u128..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0));
    for (index, prime) in primes.take(64).enumerate() {
        // root(prime) times 2^32, cut: its lowest 32 bits are what stands behind the point.
        let root = |power: u32| {
            let (goal, mut root) = (prime << (32 * power), 0_u128);
            for bit in (0..40).rev() {
                let tried = root | 1 << bit;
                if tried.checked_pow(power).is_some_and(|value| value <= goal) {
                    root = tried;
                }
            }
            root as u32
        };
        if let Some(slot) = first.get_mut(index) {
            *slot = root(2);
        }
        if let Some(slot) = round.get_mut(index) {
            *slot = root(3);
        }
    }
    (first, round)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_known_texts() {
        for (text, expected) in [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
        ] {
            assert_eq!(hex(&sha256(text.as_bytes())), expected, "{text}");
        }
    }

    #[test]
    fn a_root_certificate_has_the_hashes_that_openssl_gives() {
        let data = hash_data(include_str!("certificate/root.pem")).unwrap();
        let expected = include_str!("certificate/root.txt");
        let ours = format!("{}\n{}\n{}\n", data.issuer_name_hash, data.issuer_key_hash, data.serial_number);
        assert_eq!(ours, expected);
        assert!(data.is_self_issued);
    }

    proptest::proptest! {
        #[test]
        fn a_damaged_certificate_never_panics(at in 30_usize..600, byte in "[A-Za-z0-9+/=-]", cut in 0_usize..700) {
            let good = include_str!("certificate/root.pem");
            let mut text = good.to_owned();
            if text.is_char_boundary(at) && at < text.len() {
                text.replace_range(at..=at, &byte);
            }
            hash_data(&text);
            hash_data(good.get(..cut).unwrap_or(good));
            let (begin, body) = good.split_at(28);
            hash_data(&format!("{begin}{}-----END CERTIFICATE-----", body.get(..cut).unwrap_or(body)));
        }
    }
}
