//! The report: figures, each a pure function from an analysis to a plain description, which one renderer a format draws;
//! and the verdict in words.
#![doc = include_str!("../../docs/src/pitfalls.md")]

#[cfg(feature = "plots")]
pub mod axis;
#[cfg(feature = "plots")]
mod base64;
mod beside;
#[cfg(feature = "plots")]
pub mod chart;
#[cfg(feature = "plots")]
pub mod color;
pub mod comparison;
pub mod delays;
#[cfg(feature = "plots")]
pub mod figure;
#[cfg(feature = "plots")]
pub mod font;
mod further;
#[cfg(feature = "plots")]
mod html;
#[cfg(feature = "plots")]
mod layout;
mod numbers;
#[cfg(feature = "plots")]
mod page;
#[cfg(feature = "png")]
mod png;
pub mod segments;
#[cfg(feature = "plots")]
mod svg;
pub mod verdict;
#[cfg(feature = "plots")]
pub mod widget;
#[cfg(feature = "plots")]
mod words;

pub use beside::Beside;
#[cfg(feature = "plots")]
pub use chart::Figure;
#[cfg(feature = "plots")]
pub use figure::{
    Analysis, FIGURES, ListedEdge, Positions, RegretCurve, RegretCurves, RegretPoint, Wait, Waits, figure, figures,
};
#[cfg(feature = "plots")]
pub use html::{changes_page, html};
#[cfg(feature = "plots")]
pub use page::Page;
#[cfg(feature = "png")]
pub use png::{PngError, png};
#[cfg(feature = "plots")]
pub use svg::svg;
