//! Figures: each a pure function from an analysis to a plain description, which one renderer a format draws.

pub mod axis;
mod base64;
pub mod chart;
pub mod color;
pub mod figure;
pub mod font;
mod layout;
#[cfg(feature = "png")]
mod png;
mod svg;
mod words;

pub use chart::Figure;
pub use figure::{Analysis, FIGURES, RegretCurve, RegretCurves, RegretPoint, figure, figures};
#[cfg(feature = "png")]
pub use png::{PngError, png};
pub use svg::svg;
