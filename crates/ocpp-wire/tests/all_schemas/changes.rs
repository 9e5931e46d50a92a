//! Samples with random changes: all checkers still agree, but for what is listed.

use super::*;

/// `SplitMix64`: a fixed sequence of numbers without a pattern.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

/// One to three characters replaced, put in or taken out.
fn with_other_characters(text: &str, random: &mut Random) -> String {
    const CHARACTERS: &str = "0123456789-+.eE \t\n\"\\/[]{}:,aAzZtTnu_ä😀\u{301}\u{0}\u{2212}";
    let characters: Vec<char> = CHARACTERS.chars().collect();
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(3) {
        let at = random.below(chars.len());
        let c = characters[random.below(characters.len())];
        match random.below(3) {
            0 => chars[at] = c,
            1 => chars.insert(at, c),
            _ => {
                chars.remove(at);
            }
        }
        if chars.is_empty() {
            chars.push(c);
        }
    }
    chars.into_iter().collect()
}

fn nodes(tree: &Tree<'_>) -> Vec<NodeId> {
    let mut found = vec![tree.root()];
    let mut at = 0;
    while at < found.len() {
        found.extend(tree.items(found[at]));
        at += 1;
    }
    found
}

/// One text, number or truth value changed a little, so that the payload often stays valid.
fn with_another_leaf(text: &str, random: &mut Random) -> String {
    const NUMBERS: &[&str] = &[
        "0",
        "-0",
        "1",
        "-1",
        "2",
        "3",
        "4",
        "42",
        "100",
        "101",
        "0.0",
        "1.0",
        "16.1",
        "16.15",
        "-0.1",
        "1e2",
        "15e-1",
        "123456789012345",
        "-1234567890123456",
        "99999999999999999999",
    ];
    const CHARACTERS: &[&str] =
        &["0", "9", "-", "+", ".", ":", "/", "T", "Z", " ", "a", "X", "ä", "😀", "\u{301}", "\u{2212}"];
    let tree = json::parse(text).unwrap();
    let leaves: Vec<NodeId> =
        nodes(&tree).into_iter().filter(|&node| !matches!(tree.kind(node), Kind::Object | Kind::Array)).collect();
    let Some(&leaf) = leaves.get(random.below(leaves.len().max(1))) else { return text.to_owned() };
    let value = match tree.kind(leaf) {
        Kind::String => {
            let mut chars: Vec<char> = tree.string(leaf).unwrap().chars().collect();
            let at = random.below(chars.len().max(1));
            match random.below(3) {
                0 if !chars.is_empty() => {
                    chars.remove(at);
                }
                1 if !chars.is_empty() => chars[at] = random.of(CHARACTERS).chars().next().unwrap(),
                _ => chars.extend(random.of(CHARACTERS).chars()),
            }
            json::quote(&chars.into_iter().collect::<String>())
        }
        Kind::Number => random.of(NUMBERS).to_owned(),
        _ => random.of(&["true", "false"]).to_owned(),
    };
    let span = tree.span(leaf);
    format!("{}{value}{}", &text[..span.start as usize], &text[span.end as usize..])
}

/// One or two values replaced by others, of a list or of the payload itself; or a member named anew, named
/// like another, or put in a second time.
fn with_other_values(text: &str, random: &mut Random) -> String {
    const VALUES: &[&str] = &[
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "-1",
        "3",
        "4",
        "7",
        "100",
        "101",
        "255",
        "1.0",
        "1.5",
        "-0.5",
        "16.1",
        "16.15",
        "1e2",
        "15e-1",
        "1e-7",
        "2147483648",
        "123456789012345",
        "1234567890123456",
        "99999999999999999999",
        "0.30000000000000004",
        "1e400",
        "-1e400",
        "1.00000000000000000001",
        "1e-400",
        "\"\"",
        "\"x\"",
        "\"1\"",
        "\"Accepted\"",
        "\"accepted\"",
        "\"Wh\"",
        "\"\\u0041ccepted\"",
        "\"2026-11-22T09:22:07Z\"",
        "\"2026-11-22T09:22:07\"",
        "\"2026-11-22T09:22:60Z\"",
        "\"2026-11-22 09:22:07Z\"",
        "\"2024-02-30T09:22:07Z\"",
        "\"2026-11-22T09:22:07.5-05:00\"",
        "\"https://example.com/\"",
        "\"https://a.0xf/\"",
        "\"https://a.XN--b/\"",
        "\"file:///x\"",
        "\"no uri\"",
        "\"\\ud83d\\ude00\"",
        "\"123456789012345678901234567890123456789012345678901\"",
        "\"ääääääääääääääääääää\"",
        "\"😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀\"",
        "[]",
        "[null]",
        "[{}]",
        "[1,2,3]",
        "{}",
        "{\"vendorId\":\"v\"}",
        "{\"id\":1}",
        "{\"a\":1,\"a\":2}",
    ];
    const NAMES: &[&str] =
        &["customData", "status", "id", "", "x", "type", "vendorId", "Status", "idToken", "evse", "a/b"];
    let mut text = text.to_owned();
    for _ in 0..=random.below(2) {
        let Ok(tree) = json::parse(&text) else { return text };
        let nodes = nodes(&tree);
        let node = nodes[random.below(nodes.len())];
        let (span, key) = (tree.span(node), tree.key_span(node));
        let raw = tree.raw(node);
        let value = match random.below(4) {
            0 => tree.raw(nodes[random.below(nodes.len())]).to_owned(),
            1 => format!("[{raw},{raw}]"),
            _ => random.of(VALUES).to_owned(),
        };
        let (head, tail) = (&text[..span.start as usize], &text[span.end as usize..]);
        let name = |random: &mut Random| json::quote(random.of(NAMES));
        text = match (key.end, random.below(8)) {
            (1.., 0) => format!("{}{}{}", &text[..key.start as usize], name(random), &text[key.end as usize..]),
            (1.., 1) => format!("{head}{raw},{}:{value}{tail}", name(random)),
            (1.., 2) => format!("{head}{raw},{}:{value}{tail}", &text[key.start as usize..key.end as usize]),
            _ => format!("{head}{value}{tail}"),
        };
    }
    text
}

/// How the second checker may differ on changed samples: the reason, and what is left to compare.
struct Leniency {
    reason: &'static str,
    /// The payload may show the difference.
    may_show: fn(&Schema, &str) -> bool,
    /// The violation may be named by one checker alone.
    may_differ: fn(&str) -> bool,
}

const LENIENCIES: &[Leniency] = &[
    Leniency {
        reason: "times and URIs that only one of the two takes, as in the tables above",
        may_show: |_, _| true,
        may_differ: |line| line.ends_with(" format"),
    },
    Leniency {
        reason: "-0 is read as a double, which draft-04 does not take for an integer",
        may_show: |schema, text| schema.draft == Draft::Draft4 && text.contains("-0"),
        may_differ: |line| line.ends_with(" type"),
    },
    Leniency {
        reason: "numbers that a double does not hold",
        may_show: |_, text| text.contains("1.00000000000000000001") || text.contains("1e-400"),
        may_differ: |line| [" type", " multipleOf", " minimum", " maximum"].iter().any(|end| line.ends_with(end)),
    },
];

/// The two ways to our verdict agree, also on payloads that nobody thought of: what is accepted from the text
/// is valid for the referee. And the second checker agrees with the verdict.
#[test]
fn all_checkers_agree_after_random_changes() {
    const PER_SAMPLE: usize = 45;
    let mut random = Random(0x0c95);
    let mut n_differences = vec![0; LENIENCIES.len()];
    let (mut n_cases, mut n_unreadable, mut n_accepted, mut n_refused) = (0, 0, 0, 0);
    for version in Version::ALL {
        let set = set(version);
        for name in set.names() {
            let both = Both::new(&set, name);
            for fields in [Fields::Required, Fields::All] {
                let sample = compact(&both.schema, fields, &CONTEXT);
                for n in 0..PER_SAMPLE {
                    let text = match n % 3 {
                        0 => with_other_characters(&sample, &mut random),
                        1 => with_other_values(&sample, &mut random),
                        _ => with_another_leaf(&sample, &mut random),
                    };
                    n_cases += 1;
                    let Ok(tree) = json::parse(&text) else {
                        n_unreadable += 1;
                        continue;
                    };
                    let ours = verdict(&check::referee(&both.schema, &tree, tree.root()));
                    if check::accepts(&both.schema, &tree, tree.root()) {
                        n_accepted += 1;
                        assert_eq!(ours, Verdict::new(), "{version} {name} {text}");
                    } else {
                        n_refused += 1;
                    }
                    // Half a surrogate pair and numbers beyond a double are read by us alone.
                    let Ok(value) = serde_json::from_str::<Value>(&text) else { continue };
                    let theirs = both.theirs(&value);
                    for line in ours.symmetric_difference(&theirs) {
                        let known = LENIENCIES
                            .iter()
                            .position(|known| (known.may_show)(&both.schema, &text) && (known.may_differ)(line));
                        let Some(index) = known else {
                            panic!("{version} {name} {text}\nours {ours:?}\ntheirs {theirs:?}");
                        };
                        n_differences[index] += 1;
                    }
                }
            }
        }
    }
    for (leniency, n) in LENIENCIES.iter().zip(&n_differences) {
        assert!(*n > 0, "never seen: {}", leniency.reason);
    }
    println!(
        "{n_cases} changed samples: {n_unreadable} unreadable, {n_accepted} accepted, {n_refused} not accepted, \
         differences {n_differences:?}"
    );
    assert!(n_accepted > 5_000 && n_refused > 5_000, "the changes are too small or too great to tell anything");
}
