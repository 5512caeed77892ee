//! Reads the reference tables and keeps the worst error by magnitude of the parameters.

use std::collections::HashMap;
use std::path::Path;

/// The rows of `tests/reference/{name}.csv`, numbers by column; a column of words is left out.
pub(crate) fn rows(name: &str) -> Vec<HashMap<String, f64>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name).with_extension("csv");
    let rows: Vec<HashMap<String, f64>> =
        csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect();
    assert!(rows.len() > 20, "{name} is nearly empty");
    rows
}

/// The greatest relative error up to each magnitude.
#[derive(Debug, Default)]
pub(crate) struct Worst(Vec<(f64, f64, String)>);

impl Worst {
    /// Notes the relative error of `got` at this magnitude of parameters.
    pub(crate) fn see(&mut self, magnitude: f64, got: f64, right: f64, what: &str) {
        let error = if got == right { 0.0 } else { (got - right).abs() / right.abs() };
        self.0.push((magnitude, error, format!("{what}: {got:e}, not {right:e} ({error:.1e})")));
    }

    /// Asserts that errors at magnitudes up to the first number stay below the second.
    pub(crate) fn within(mut self, bounds: &[(f64, f64)]) {
        self.0.sort_by(|one, other| other.1.total_cmp(&one.1));
        let mut broken = String::new();
        for &(magnitude, bound) in bounds {
            let at = |seen: &&(f64, f64, String)| seen.0 <= magnitude;
            let Some((_, error, what)) = self.0.iter().find(at) else { panic!("nothing up to {magnitude:e}") };
            println!("up to {magnitude:e}: {error:.1e} at {what}");
            for (_, error, what) in self.0.iter().filter(at).filter(|seen| seen.1.is_nan() || seen.1 > bound).take(12) {
                broken += &format!("up to {magnitude:e} beyond {bound:e}: {error:.1e} at {what}\n");
            }
        }
        assert!(broken.is_empty(), "{broken}");
    }
}
