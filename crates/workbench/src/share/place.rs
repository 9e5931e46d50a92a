//! Where in the JSON of a frame the next byte stands: its path, how far into its name or value it is, what stood before.
//!
//! It follows any text, JSON or not; a text that is none only gives less useful places.

use super::coder::hash;

/// Levels that are followed; deeper ones share the place of the last.
const MOST_LEVELS: usize = 24;

/// A place in a frame.
#[derive(Debug)]
pub(super) struct Place {
    levels: Vec<Level>,
    /// Levels beyond [`MOST_LEVELS`].
    n_deeper: u32,
    is_in_string: bool,
    is_escape: bool,
    is_new: bool,
    exact: u32,
    loose: u32,
    /// Of the bytes since the name or value began.
    prefix: u32,
    n_in_value: u32,
    word: u32,
    last_word: u32,
    /// What the third element of the frame is called, for a call.
    action: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Level {
    exact: u32,
    loose: u32,
    is_object: bool,
    /// A name comes next, not a value.
    is_at_name: bool,
    index: u32,
    name: u32,
    /// The last value that was complete.
    value: u32,
}

impl Place {
    /// The beginning of a frame; the contexts are what is known of it, more and less of it.
    pub(super) fn new(exact: u32, loose: u32) -> Self {
        let level = Level { exact, loose, ..Level::default() };
        let mut place = Self {
            levels: vec![level],
            n_deeper: 0,
            is_in_string: false,
            is_escape: false,
            is_new: true,
            exact: 0,
            loose: 0,
            prefix: 0,
            n_in_value: 0,
            word: 0,
            last_word: 0,
            action: 0,
        };
        place.begin();
        place
    }

    /// A name or value begins here.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    /// The path with positions in lists.
    pub(super) fn exact(&self) -> u32 {
        self.exact
    }

    /// The path without positions in lists.
    pub(super) fn loose(&self) -> u32 {
        self.loose
    }

    /// What came since the name or value began.
    pub(super) fn prefix(&self) -> u32 {
        self.prefix
    }

    /// Bytes since the name or value began.
    pub(super) fn n_in_value(&self) -> u32 {
        self.n_in_value
    }

    /// The word that is being spelled and the one before.
    pub(super) fn word(&self) -> u32 {
        hash(self.word, self.last_word)
    }

    /// The value before in the same object or list.
    pub(super) fn sibling(&self) -> u32 {
        self.level().value
    }

    /// The name whose value this is.
    pub(super) fn key(&self) -> u32 {
        let level = self.level();
        hash(level.name, u32::from(level.is_at_name) | (u32::from(self.is_in_string) << 1))
    }

    /// 0 to 3: in a string, in a name, between them, in another value.
    pub(super) fn kind(&self) -> usize {
        match (self.is_in_string, self.level().is_at_name) {
            (true, false) => 0,
            (true, true) => 1,
            (false, false) => 2,
            (false, true) => 3,
        }
    }

    /// A string begins here.
    pub(super) fn is_at_string_start(&self) -> bool {
        self.is_in_string && self.n_in_value == 0
    }

    /// The string that begins here is an element of the frame itself, with this position.
    pub(super) fn root_element(&self) -> Option<u32> {
        let level = self.level();
        (self.levels.len() == 2 && self.n_deeper == 0 && !level.is_object).then_some(level.index)
    }

    /// Action of a call, as a hash; 0 before it is complete.
    pub(super) fn action(&self) -> u32 {
        self.action
    }

    /// The frame answers a call of this action.
    pub(super) fn set_action(&mut self, action: u32) {
        self.action = action;
    }

    fn level(&self) -> Level {
        self.levels.last().copied().unwrap_or_default()
    }

    /// Goes on by a byte.
    pub(super) fn push(&mut self, byte: u8) {
        self.is_new = false;
        self.prefix = hash(self.prefix, u32::from(byte) + 1);
        self.n_in_value += 1;
        if byte.is_ascii_alphanumeric() || byte >= 0x80 {
            self.word = hash(self.word, u32::from(byte));
        } else if self.word != 0 {
            self.last_word = self.word;
            self.word = 0;
        }
        if self.is_in_string {
            if self.is_escape {
                self.is_escape = false;
            } else if byte == b'\\' {
                self.is_escape = true;
            } else if byte == b'"' {
                self.is_in_string = false;
                self.end_string();
                self.begin();
            }
            return;
        }
        match byte {
            b'"' => {
                self.is_in_string = true;
                self.begin();
            }
            b'[' | b'{' => self.open(byte == b'{'),
            b']' | b'}' => self.close(),
            b',' => {
                let (prefix, n_in_value) = (self.prefix, self.n_in_value);
                let is_type = self.root_element() == Some(0);
                if let Some(level) = self.levels.last_mut() {
                    level.index += 1;
                    level.is_at_name = level.is_object;
                    if n_in_value > 1 {
                        level.value = prefix;
                    }
                }
                if is_type && let Some(first) = self.levels.first_mut() {
                    first.value = prefix;
                }
                self.begin();
            }
            b':' => {
                if let Some(level) = self.levels.last_mut() {
                    level.is_at_name = false;
                }
                self.begin();
            }
            _ => {}
        }
    }

    fn end_string(&mut self) {
        let prefix = self.prefix;
        let is_action = self.root_element() == Some(2);
        if let Some(level) = self.levels.last_mut() {
            if level.is_at_name {
                level.name = prefix;
            } else {
                level.value = prefix;
            }
        }
        if is_action && self.action == 0 {
            self.action = prefix;
        }
    }

    fn open(&mut self, is_object: bool) {
        if self.levels.len() >= MOST_LEVELS {
            self.n_deeper += 1;
        } else {
            let is_payload = self.levels.len() == 2;
            let (exact, loose) = if is_payload && self.action != 0 {
                // A payload has the same fields whenever it is sent; the type of the message tells request from answer.
                let payload = hash(self.action, self.levels.first().map_or(0, |level| level.value));
                (payload, payload)
            } else {
                self.paths()
            };
            self.levels.push(Level { exact, loose, is_object, is_at_name: is_object, ..Level::default() });
        }
        self.begin();
    }

    fn close(&mut self) {
        if self.n_deeper > 0 {
            self.n_deeper -= 1;
        } else if self.levels.len() > 1 {
            self.levels.pop();
        }
        self.begin();
    }

    fn paths(&self) -> (u32, u32) {
        let level = self.level();
        let step =
            if level.is_object { hash(level.name, 2 + u32::from(level.is_at_name)) } else { level.index.min(200) };
        let loose_step = if level.is_object { step } else { 1 };
        // Of the elements of the frame the position is what they are.
        let is_element = self.levels.len() == 2 && !level.is_object;
        (hash(level.exact, step), hash(level.loose, if is_element { step } else { loose_step }))
    }

    fn begin(&mut self) {
        let (exact, loose) = self.paths();
        let salt = 5 + u32::from(self.is_in_string);
        self.exact = hash(exact, salt);
        self.loose = hash(loose, salt);
        self.prefix = 0;
        self.n_in_value = 0;
        self.is_new = true;
    }
}
