//! Thompson Sampling with convergence analysis.
//!
//! A system that retrieves, ranks or chooses learns from feedback: every edge (an arm) has a Beta posterior of its success
//! rate, Thompson Sampling draws from it, and each accepted or rejected answer moves it. This crate answers what nobody
//! can see from the weights alone: whether the posteriors have converged, on what, since when, and what searching on could
//! still win.
//!
//! The tour, from a world whose truth is known to a verdict:
//!
//! ```
//! use betadrift::beta::Beta;
//! use betadrift::convergence::{Settings, VerdictState, convergence};
//! use betadrift::posterior::{PosteriorStore, Priors};
//! use betadrift::simulate::{Scenario, timeline};
//! use betadrift::timeline::View;
//!
//! let world = r#"
//!     days = 10
//!     trials_per_day = 200
//!     [environment]
//!     kind = "stationary"
//!     edges = { "docs/faq" = 0.6, "docs/blog" = 0.2 }
//! "#;
//! let feedback = timeline(&Scenario::from_toml(world)?, 0, 0); // what ten days of Thompson Sampling leave behind
//! let priors = Priors::new(Beta::UNIFORM);
//! let analysis = convergence(&feedback, &priors, View::Cumulative, &Settings::default());
//! assert_eq!(analysis.verdict.state, VerdictState::Settled);
//! assert_eq!(analysis.verdict.leader.map(|edge| analysis.edges.name(edge)), Some("docs/faq"));
//!
//! let mut store = PosteriorStore::new(priors); // the engine itself: observe, then choose
//! store.observe("docs/faq", "0.5".parse()?); // a partial success
//! assert_eq!(store.posterior("docs/faq"), Beta::new(1.5, 1.5)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The rooms and what each may import are in ARCHITECTURE.md; start with [`timeline`], then [`convergence`].
//! Natural logarithms throughout: divergences and entropies are in nats.
#![forbid(unsafe_code)]

pub mod beta;
pub mod calibrate;
pub mod compare;
pub mod convergence;
pub mod decision;
pub mod divergence;
pub mod drift;
pub mod environment;
pub mod evaluate;
pub mod feedback;
pub mod import;
mod keys;
pub mod log;
pub mod number;
pub mod policy;
pub mod posterior;
pub mod replay;
pub mod report;
pub mod seed;
pub mod selection;
pub mod simulate;
pub mod special;
pub mod timeline;
pub mod tune;
