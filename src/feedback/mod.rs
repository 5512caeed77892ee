//! The vocabulary of feedback: edges, days, rewards and exact tallies of them. No input or output.

mod counts;
mod day;
mod edge;
mod reward;
mod slots;
mod tally;

pub use counts::Counts;
pub use day::{Day, DayError};
pub use edge::{EdgeId, Edges};
pub use reward::{Reward, RewardError};
pub use tally::{Tally, TallyError};
