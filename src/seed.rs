//! The one place where a seed becomes a stream of random numbers.
//!
//! Every stream is a Xoshiro256++ generator (Blackman & Vigna 2021, doi:10.1145/3460772), portable and named, so that a
//! seed means the same numbers on every machine. Streams for different purposes, runs and policies are independent: the
//! words that tell them apart are absorbed one by one by the mixing function of SplitMix64 (Steele, Lea & Flood 2014,
//! doi:10.1145/2714064.2660195), whose last state seeds the generator. Nothing else in the library makes a generator.

use rand_xoshiro::rand_core::SeedableRng;

/// The generator behind every random number.
///
/// ```
/// use betadrift::seed::{Purpose, Stream, stream};
/// use rand::Rng;
/// let mut one: Stream = stream(1, Purpose::Choice, &[]);
/// let mut other = one.clone();
/// assert_eq!([one.next_u64(), one.next_u64()], [other.next_u64(), other.next_u64()]);
/// ```
pub type Stream = rand_xoshiro::Xoshiro256PlusPlus;

/// The seed when none is given.
///
/// ```
/// use betadrift::seed::DEFAULT_SEED;
/// use betadrift::simulate::{Scenario, timeline};
/// let world = "days = 3\ntrials_per_day = 20\n[environment]\nkind = \"stationary\"\nedges = { a = 0.1, b = 0.9 }\n";
/// let seeded = Scenario::from_toml(&format!("seed = {DEFAULT_SEED}\n{world}"))?;
/// assert_eq!(timeline(&Scenario::from_toml(world)?, 0, 0), timeline(&seeded, 0, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const DEFAULT_SEED: u64 = 20_260_101;

/// What a stream is for. A number, once given, is never given to another purpose.
///
/// ```
/// use betadrift::seed::{Purpose, stream};
/// use rand::Rng;
/// let first = |purpose| stream(1, purpose, &[0]).next_u64();
/// assert_ne!(first(Purpose::World), first(Purpose::Choice)); // one seed, independent streams
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// The rates of a world and their path; one stream a run, shared by the policies of the run.
    World = 1,
    /// The choices of a policy; one stream a run and policy.
    Choice = 2,
    /// Rewards and their delays; one stream a run and policy.
    Feedback = 3,
    /// Draws from beliefs; one stream a day.
    Beliefs = 4,
    /// Draws from posteriors that a truth is ranked among; one stream a run and policy.
    Ranks = 5,
    /// The rewards of a detector's runs in control; one stream a rate and run.
    InControl = 8,
}

/// The stream of `seed` for a purpose; `indices` (a run, a policy) tell apart the streams of one purpose.
///
/// ```
/// use betadrift::seed::{Purpose, stream};
/// use rand::Rng;
/// let first = stream(1, Purpose::World, &[0]).next_u64();
/// assert_eq!(first, stream(1, Purpose::World, &[0]).next_u64());
/// assert_ne!(first, stream(1, Purpose::World, &[1]).next_u64());
/// assert_ne!(first, stream(2, Purpose::World, &[0]).next_u64());
/// ```
pub fn stream(seed: u64, purpose: Purpose, indices: &[u64]) -> Stream {
    let key = indices.iter().fold(mix(mix(seed) ^ purpose as u64), |key, &index| mix(key ^ index));
    Stream::seed_from_u64(key)
}

/// One step of SplitMix64, a bijection of 64 bits.
const fn mix(word: u64) -> u64 {
    let mut z = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mixing_function_is_that_of_the_reference_implementation() {
        // The first two outputs of splitmix64.c (Vigna) from state 0; the second state is the first increment.
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(mix(0x9e37_79b9_7f4a_7c15), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn purposes_and_indices_do_not_share_a_stream() {
        let mut streams = vec![];
        for purpose in [Purpose::World, Purpose::Choice, Purpose::Feedback, Purpose::Beliefs] {
            streams.push(stream(7, purpose, &[]));
            for run in 0..4 {
                streams.push(stream(7, purpose, &[run]));
                streams.extend((0..4).map(|policy| stream(7, purpose, &[run, policy])));
            }
        }
        for (at, one) in streams.iter().enumerate() {
            assert!(!streams[..at].contains(one));
        }
    }
}
