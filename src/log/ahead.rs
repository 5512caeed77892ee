//! Reads on in a thread of its own, as far ahead as there is room for.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// The bytes of a reader that another thread reads, in order; and its error, if it has one, behind those before.
pub(super) struct Ahead {
    /// What was read; empty at the end.
    chunks: Receiver<io::Result<Vec<u8>>>,
    /// Room for more.
    spent: Sender<Vec<u8>>,
    chunk: Vec<u8>,
    /// How much of it is taken.
    taken: usize,
    at_end: bool,
}

/// How many bytes are read together.
const CHUNK: usize = 1 << 17;

/// How many chunks may wait to be taken.
const WAITING: usize = 4;

impl Ahead {
    /// # Errors
    /// If there can be no other thread.
    pub(super) fn new(reader: impl Read + Send + 'static) -> io::Result<Self> {
        let ((send, chunks), (spent, room)) = (sync_channel(WAITING), channel());
        thread::Builder::new().name("decoder".to_owned()).spawn(move || read_on(reader, &send, &room))?;
        Ok(Self { chunks, spent, chunk: Vec::new(), taken: 0, at_end: false })
    }
}

/// Reads until there is no more, or nobody to read for.
fn read_on(mut reader: impl Read, chunks: &SyncSender<io::Result<Vec<u8>>>, room: &Receiver<Vec<u8>>) {
    loop {
        let mut chunk = room.try_recv().unwrap_or_default();
        let outcome = fill(&mut reader, &mut chunk);
        let is_last = outcome.is_err() || chunk.is_empty();
        // The bytes before an error come first.
        let is_heard = (chunk.is_empty() && outcome.is_err() || chunks.send(Ok(chunk)).is_ok())
            && outcome.map_or_else(|error| chunks.send(Err(error)).is_ok(), |()| true);
        if is_last || !is_heard {
            return;
        }
    }
}

/// Fills a chunk as far as there are bytes.
fn fill(reader: &mut impl Read, chunk: &mut Vec<u8>) -> io::Result<()> {
    chunk.resize(CHUNK, 0);
    let (mut length, mut outcome) = (0, Ok(()));
    while length < CHUNK {
        match reader.read(&mut chunk[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                outcome = Err(error);
                break;
            }
        }
    }
    chunk.truncate(length);
    outcome
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.chunk.len() && !self.at_end && !buffer.is_empty() {
            let next = self.chunks.recv().unwrap_or_else(|_| Err(io::Error::other("its decoder stopped")));
            self.at_end = next.as_ref().map_or(true, Vec::is_empty);
            // Nobody may want the room any more.
            let _ = self.spent.send(std::mem::replace(&mut self.chunk, next?));
            self.taken = 0;
        }
        let count = (&self.chunk[self.taken..]).read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many bytes that differ, a few at a time, and then an error or the end.
    struct Slowly {
        left: usize,
        error: Option<io::Error>,
    }

    impl Read for Slowly {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = buffer.len().min(self.left).min(1_000);
            for (byte, left) in buffer.iter_mut().zip((0..self.left).rev()).take(count) {
                *byte = (left % 251) as u8;
            }
            self.left -= count;
            match (count, self.error.take()) {
                (0, Some(error)) => Err(error),
                (_, error) => {
                    self.error = error;
                    Ok(count)
                }
            }
        }
    }

    #[test]
    fn all_bytes_come_in_order_and_then_the_error() {
        for left in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 20 * CHUNK + 7] {
            let expected: Vec<u8> = (0..left).rev().map(|left| (left % 251) as u8).collect();
            let mut bytes = Vec::new();
            Ahead::new(Slowly { left, error: None }).unwrap().read_to_end(&mut bytes).unwrap();
            assert!(bytes == expected, "{left}");
            let mut ahead = Ahead::new(Slowly { left, error: Some(io::Error::other("torn")) }).unwrap();
            let mut bytes = Vec::new();
            assert_eq!(ahead.read_to_end(&mut bytes).unwrap_err().to_string(), "torn");
            assert!(bytes == expected, "{left} before the error");
            assert_eq!(ahead.read(&mut [0; 8]).unwrap(), 0);
        }
    }

    #[test]
    fn a_panic_there_is_an_error_here() {
        struct Panicking;
        impl Read for Panicking {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("on purpose")
            }
        }
        assert!(Ahead::new(Panicking).unwrap().read(&mut [0; 8]).is_err());
    }

    #[test]
    fn nobody_waits_for_a_reader_that_was_dropped() {
        let mut ahead = Ahead::new(io::repeat(7)).unwrap();
        ahead.read_exact(&mut [0; 300_000]).unwrap();
        drop(ahead);
    }
}
