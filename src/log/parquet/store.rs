//! The bytes of a Parquet file, which is read from its end: so that any part of it can be had.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// A file of which several threads read parts.
#[derive(Debug, Clone)]
pub(super) struct Store {
    file: Arc<Mutex<File>>,
    length: u64,
}

impl Store {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self { file: Arc::new(Mutex::new(file)), length })
    }

    fn read_at(&self, start: u64, buffer: &mut [u8]) -> io::Result<usize> {
        // Clones of a file share one position, so that seeking and reading must not be interrupted.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start))?;
        file.read(buffer)
    }
}

impl Length for Store {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Store {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::new(From { store: self.clone(), position: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // Damaged lengths must not make room for more than there is.
        if start.checked_add(length as u64).is_none_or(|end| end > self.length) {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} are more than the file has")));
        }
        let mut buffer = vec![0; length];
        From { store: self.clone(), position: start }.read_exact(&mut buffer)?;
        Ok(buffer.into())
    }
}

/// Reads a file from some byte on.
pub(super) struct From {
    store: Store,
    position: u64,
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.store.read_at(self.position, buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}
