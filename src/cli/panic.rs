//! What is said when something panics.

use std::panic::{Location, set_hook, take_hook};

/// Where damaged data makes decoders panic, which is caught and reported as an error of the file.
const DECODERS: [&str; 2] = ["/parquet-", "/arrow-"];

/// Keeps the panics of decoders from being reported a second time, in words that help nobody.
pub(super) fn silence_decoders() {
    let say = take_hook();
    set_hook(Box::new(move |panic| {
        let place = panic.location().map_or("", Location::file).replace('\\', "/");
        if !DECODERS.iter().any(|decoder| place.contains(decoder)) {
            say(panic);
        }
    }));
}
