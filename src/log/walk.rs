//! A walk through one JSON document, some bytes after the other, which sees its structure and nothing else.

use memchr::memchr2;

/// Follows one JSON value to its end. It sees where values end, not whether they are right.
#[derive(Debug, Clone, Default)]
pub(super) struct Value {
    /// The brackets that are open.
    open: Vec<u8>,
    quoted: bool,
    /// Whether the next character follows a backslash.
    escaped: bool,
    begun: bool,
}

/// So many brackets may be open at once.
const DEEPEST: usize = 512;

impl Value {
    /// Where the value ends, if it does so within the bytes, which go on with it; or the place where it cannot go on, and why.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> Result<Option<usize>, (usize, &'static str)> {
        let mut at = 0;
        while at < bytes.len() {
            if std::mem::take(&mut self.escaped) {
                at += 1;
                continue;
            }
            if self.quoted {
                let Some(end) = memchr2(b'"', b'\\', &bytes[at..]) else { return Ok(None) };
                at += end + 1;
                self.escaped = bytes[at - 1] == b'\\';
                self.quoted = self.escaped;
                if !self.quoted && self.open.is_empty() {
                    return Ok(Some(at));
                }
                continue;
            }
            match bytes[at] {
                // Between brackets anything goes; a value without ends where something else begins.
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | b'"' | b'[' | b'{' | b']' | b'}'
                    if self.begun && self.open.is_empty() =>
                {
                    return Ok(Some(at));
                }
                b'"' => self.quoted = true,
                bracket @ (b'[' | b'{') if self.open.len() < DEEPEST => self.open.push(bracket),
                b'[' | b'{' => return Err((at, "nested too deep to be read")),
                b',' | b':' | b']' | b'}' if self.open.is_empty() => return Err((at, "a value is missing")),
                bracket @ (b']' | b'}') => {
                    // The closing bracket of either kind is two characters behind the opening one.
                    if self.open.pop() != Some(bracket - 2) {
                        return Err((at, "another bracket is to be closed first"));
                    }
                    if self.open.is_empty() {
                        return Ok(Some(at + 1));
                    }
                }
                _ => {}
            }
            self.begun = true;
            at += 1;
        }
        Ok(None)
    }
}

/// What comes next in a document.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Next {
    /// `{`.
    #[default]
    Document,
    /// A name or `}`.
    FirstName,
    Name,
    /// The rest of a name.
    InName,
    Colon,
    /// The value of a member that is passed by.
    Other,
    /// `,` or `}`.
    AfterMember,
    /// `[`.
    Array,
    /// An element or `]`.
    FirstElement,
    Element,
    /// The rest of an element.
    InElement,
    /// `,` or `]`.
    AfterElement,
    /// Nothing.
    End,
}

/// A walk through a document, some bytes after the other, that looks for a member which is an array.
#[derive(Debug)]
pub(super) struct Walk {
    /// The name of the member, in quotes.
    wanted: &'static [u8],
    next: Next,
    value: Value,
    name: Vec<u8>,
    /// Whether the member was there.
    found: bool,
}

/// What a walk comes by.
#[derive(Debug, PartialEq)]
pub(super) enum Met<'a> {
    /// The name of a member of the document, in quotes.
    Name(&'a [u8]),
    /// The first byte of an element.
    Begin(usize),
    /// The end of an element.
    End(usize),
}

impl Walk {
    pub(super) fn new(wanted: &'static [u8]) -> Self {
        Self { wanted, next: Next::Document, value: Value::default(), name: Vec::new(), found: false }
    }

    /// Whether the document ended.
    pub(super) fn is_over(&self) -> bool {
        self.next == Next::End
    }

    /// Whether the last byte is of an element that goes on.
    pub(super) fn is_in_element(&self) -> bool {
        self.next == Next::InElement
    }

    /// Whether the member was there.
    pub(super) fn has_found(&self) -> bool {
        self.found
    }

    /// Walks from a place to the end of the bytes, and shows what it comes by.
    pub(super) fn on(
        &mut self,
        bytes: &[u8],
        mut at: usize,
        meet: &mut dyn FnMut(Met<'_>),
    ) -> Result<(), (usize, &'static str)> {
        loop {
            let within = match self.next {
                Next::InName | Next::InElement => true,
                Next::Other => self.value.begun,
                _ => false,
            };
            if !within {
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            }
            let Some(&byte) = bytes.get(at) else { return Ok(()) };
            match self.next {
                Next::InName | Next::Other | Next::InElement => {
                    let end = self.value.follow(&bytes[at..]).map_err(|(wrong, problem)| (at + wrong, problem))?;
                    let to = end.map_or(bytes.len(), |end| at + end);
                    if self.next == Next::InName {
                        self.name.extend_from_slice(&bytes[at..to]);
                    }
                    at = to;
                    if end.is_some() {
                        self.value = Value::default();
                        self.next = self.after_value(at, meet);
                    }
                }
                Next::Element | Next::FirstElement if byte != b']' => {
                    meet(Met::Begin(at));
                    self.next = Next::InElement;
                }
                Next::FirstName | Next::Name if byte == b'"' => self.next = Next::InName,
                _ => {
                    self.next = self.after_mark(byte).map_err(|problem| (at, problem))?;
                    at += 1;
                }
            }
        }
    }

    fn after_value(&mut self, at: usize, meet: &mut dyn FnMut(Met<'_>)) -> Next {
        match self.next {
            Next::InName => {
                meet(Met::Name(&self.name));
                Next::Colon
            }
            Next::InElement => {
                meet(Met::End(at));
                Next::AfterElement
            }
            _ => Next::AfterMember,
        }
    }

    /// What comes after a bracket, a comma or a colon.
    fn after_mark(&mut self, byte: u8) -> Result<Next, &'static str> {
        match (self.next, byte) {
            (Next::Document, b'{') => Ok(Next::FirstName),
            (Next::FirstName | Next::AfterMember, b'}') => Ok(Next::End),
            (Next::AfterMember, b',') => Ok(Next::Name),
            (Next::Colon, b':') => {
                let is_wanted = self.name == self.wanted;
                self.name.clear();
                match (is_wanted, self.found) {
                    (false, _) => Ok(Next::Other),
                    (true, false) => Ok(Next::Array),
                    (true, true) => Err("the member is there twice"),
                }
            }
            (Next::Array, b'[') => {
                self.found = true;
                Ok(Next::FirstElement)
            }
            (Next::FirstElement | Next::AfterElement, b']') => Ok(Next::AfterMember),
            (Next::AfterElement, b',') => Ok(Next::Element),
            (Next::Document, _) => Err("a document begins with {"),
            (Next::FirstName | Next::Name, _) => Err("the name of a member is expected, in quotes"),
            (Next::Colon, _) => Err("a colon is expected"),
            (Next::AfterMember, _) => Err("a comma or } is expected"),
            (Next::Array, _) => Err("an array is expected"),
            (Next::AfterElement, _) => Err("a comma or ] is expected"),
            (Next::End, _) => Err("the document ended before; nothing may follow it"),
            _ => Err("an element is expected"),
        }
    }
}
