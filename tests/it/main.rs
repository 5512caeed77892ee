//! The integration tests, one file a concern.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod adaptive;
mod architecture;
mod assignments;
mod beliefs;
mod beta;
#[cfg(all(unix, feature = "cli", feature = "compression", feature = "parquet", feature = "png", feature = "sqlite"))]
mod book;
mod calibrate;
#[cfg(feature = "plots")]
mod calibrate_figures;
mod calibrate_log;
mod change_points;
mod chooser;
mod cli_beta;
mod cli_calibrate;
mod cli_compare;
mod cli_drift;
mod cli_evaluate;
mod cli_examples;
mod cli_files;
mod cli_folders;
mod cli_import;
mod cli_observe;
mod cli_rank;
mod cli_replay;
mod cli_report;
mod cli_select;
mod cli_shell;
mod cli_simulate;
mod cli_snapshot;
mod cli_terminal;
mod cli_tune;
mod cli_widget;
mod compare;
#[cfg(feature = "plots")]
mod compare_figures;
mod convergence;
mod data;
mod decision;
mod delays;
mod differences;
mod divergence;
mod drifting;
mod e_values;
mod evaluate;
#[cfg(feature = "plots")]
mod evaluate_figures;
mod examples;
#[cfg(feature = "plots")]
mod figures;
mod folds;
mod gallery;
mod hpd;
mod log_formats;
mod log_openclaw;
#[cfg(feature = "parquet")]
mod log_parquet;
mod log_qortex;
mod log_rows;
mod log_vowpal;
mod model_regret;
mod one_rate;
mod panics;
#[cfg(feature = "parquet")]
mod parquet_files;
mod plain_events;
mod policies;
mod posterior;
mod reference;
mod regrets;
mod replay;
mod report_page;
mod same_feedback;
mod segments;
mod selection;
mod singular;
mod snapshot;
mod special;
mod top_k;
mod truths;
mod tune;
#[cfg(feature = "plots")]
mod tune_figures;
mod tune_scores;
mod weighted;
#[cfg(feature = "plots")]
mod widget_module;
mod worlds;
