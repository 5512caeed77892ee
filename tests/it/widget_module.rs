//! Protects that the committed module of the page computes what the library does, and what its sources do wherever they can be
//! compiled for it.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use betadrift::beta::{Beta, Interval};
use betadrift::decision::{Difference, difference, p_greater};
use betadrift::divergence::{hellinger, kl};
use wasmi::{Engine, Instance, Linker, Module, Store, Val};

/// The logarithms and powers of WebAssembly are others than those of this machine; a page shows the same digits all the same.
const TOLERANCE: f64 = 1e-12;

const PARAMETERS: [f64; 9] = [1e-3, 0.3, 0.5, 1.0, 2.0, 4.0, 37.5, 1e4, 1e8];
const LEVELS: [f64; 3] = [0.5, 0.95, 0.999];
const RATES: [f64; 5] = [0.0, 1e-3, 0.5, 0.8, 1.0];

/// A module that runs.
struct Running {
    store: Store<()>,
    instance: Instance,
}

impl Running {
    fn new(bytes: &[u8]) -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, bytes).unwrap();
        assert_eq!(module.imports().count(), 0, "a page has nothing to give");
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module).unwrap();
        Self { store, instance }
    }

    fn call(&mut self, name: &str, arguments: &[f64]) -> f64 {
        let function = self.instance.get_func(&self.store, name).unwrap_or_else(|| panic!("no function {name}"));
        let arguments: Vec<Val> = arguments.iter().map(|&argument| Val::F64(argument.into())).collect();
        let mut result = [Val::F64(0.0.into())];
        function.call(&mut self.store, &arguments, &mut result).unwrap();
        result[0].f64().unwrap().to_float()
    }

    /// The functions that the module has.
    fn names(&self) -> Vec<String> {
        let functions = self.instance.exports(&self.store).filter(|export| export.ty(&self.store).func().is_some());
        functions.map(|export| export.name().to_owned()).collect()
    }
}

/// A function of the module, numbers to ask it, and what the library says of them.
type Case = (&'static str, Vec<f64>, f64);

/// Everything that a page may ask of one Beta.
fn of_one(cases: &mut Vec<Case>, known: Beta) {
    let parameters = [known.alpha(), known.beta()];
    let mut case = |name, more: &[f64], value| cases.push((name, [&parameters[..], more].concat(), value));
    let none = f64::NAN;
    case("mean", &[], known.mean());
    case("sd", &[], known.sd());
    case("mode", &[], known.mode().unwrap_or(none));
    case("median", &[], known.median());
    for rate in RATES {
        case("density", &[rate], known.density(rate));
    }
    for level in LEVELS {
        let (interval, hpd) = (known.interval(level), known.hpd(level).ok());
        case("lower", &[level], interval.lower);
        case("upper", &[level], interval.upper);
        case("hpd_lower", &[level], hpd.map_or(none, |Interval { lower, .. }| lower));
        case("hpd_upper", &[level], hpd.map_or(none, |Interval { upper, .. }| upper));
    }
}

/// Everything that a page may ask of two.
fn of_two(cases: &mut Vec<Case>, one: Beta, other: Beta) {
    let parameters = [one.alpha(), one.beta(), other.alpha(), other.beta()];
    let mut case = |name, more: &[f64], value| cases.push((name, [&parameters[..], more].concat(), value));
    case("kl", &[], kl(one, other));
    case("hellinger", &[], hellinger(one, other));
    case("p_greater", &[], p_greater(one, other));
}

/// By how much one rate exceeds another, which takes a while.
fn of_differences(cases: &mut Vec<Case>) {
    for [a1, b1, a2, b2, level] in [
        [4.0, 3.0, 1.0, 1.0, 0.95],
        [0.3, 0.5, 2.0, 0.5, 0.5],
        [37.5, 1e3, 40.0, 900.0, 0.95],
        [1e8, 2e8, 1.0001e8, 2e8, 0.9],
    ] {
        let (one, other) = (Beta::new(a1, b1).unwrap(), Beta::new(a2, b2).unwrap());
        let Difference { mean, lower, upper, .. } = difference(one, other, level);
        let mut case = |name, value| cases.push((name, vec![a1, b1, a2, b2, level], value));
        case("difference_mean", mean);
        case("difference_lower", lower);
        case("difference_upper", upper);
    }
}

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let betas: Vec<Beta> =
        PARAMETERS.iter().flat_map(|&a| PARAMETERS.iter().map(move |&b| Beta::new(a, b).unwrap())).collect();
    let mut cases = Vec::new();
    for &one in &betas {
        of_one(&mut cases, one);
    }
    for (&one, &other) in betas.iter().zip(betas.iter().cycle().skip(7)).step_by(4) {
        of_two(&mut cases, one, other);
        of_two(&mut cases, one, Beta::new(one.alpha() * 1.001, one.beta() + 1.0).unwrap());
    }
    of_differences(&mut cases);
    cases
});

fn is_near(got: f64, right: f64) -> bool {
    got == right || got.is_nan() && right.is_nan() || (got - right).abs() <= TOLERANCE * right.abs().max(1.0)
}

/// What a module says that is not what the library says, of some cases.
fn faults<'a>(module: &mut Running, cases: impl IntoIterator<Item = &'a Case>) -> Vec<String> {
    let wrong = |(name, arguments, right): &Case| {
        let got = module.call(name, arguments);
        (!is_near(got, *right)).then(|| format!("{name}{arguments:?} = {got:e}, not {right:e}"))
    };
    cases.into_iter().filter_map(wrong).collect()
}

fn committed() -> Vec<u8> {
    std::fs::read("src/report/widget/beta.wasm").unwrap()
}

#[test]
fn the_module_computes_what_the_library_does() {
    let mut module = Running::new(&committed());
    assert_eq!(faults(&mut module, &*CASES), [""; 0]);
    let asked: std::collections::BTreeSet<&str> = CASES.iter().map(|(name, ..)| *name).collect();
    let named: std::collections::BTreeSet<String> = module.names().into_iter().collect();
    assert!(named.iter().map(String::as_str).eq(asked), "{named:?}");
}

#[test]
fn a_module_that_computes_something_else_is_seen() {
    let mut bytes = committed();
    let half = 0.5f64.to_le_bytes();
    let places: Vec<usize> = (0..bytes.len() - 8).filter(|&at| bytes[at..at + 8] == half).collect();
    // A digit of a constant.
    for place in places {
        bytes[place + 4] = 1;
    }
    assert_ne!(bytes, committed());
    assert!(!faults(&mut Running::new(&bytes), CASES.iter().take(500)).is_empty());
}

#[test]
fn the_sources_make_a_module_that_computes_the_same() {
    let module = compiled().unwrap_or_else(committed);
    let mut running = Running::new(&module);
    assert_eq!(running.names(), Running::new(&committed()).names(), "older than its sources: run widget/build");
    // The same bytes have been asked already.
    if module != committed() {
        assert_eq!(faults(&mut running, &*CASES), [""; 0]);
    }
}

/// The module as its sources make it, where there is a compiler for it.
fn compiled() -> Option<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
    let sysroot = String::from_utf8(sysroot.stdout).unwrap();
    let has_target = Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown/lib").is_dir();
    if !has_target || !root.join("widget/Cargo.toml").is_file() {
        return None;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("widget");
    let build = ["build", "--quiet", "--locked", "--offline", "--package", "betadrift-widget", "--profile", "widget"];
    let target = ["--target", "wasm32-unknown-unknown", "--target-dir"];
    let built = Command::new(env!("CARGO")).args(build).args(target).arg(&folder).current_dir(root).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Some(std::fs::read(folder.join("wasm32-unknown-unknown/widget/betadrift_widget.wasm")).unwrap())
}

#[test]
fn what_is_no_beta_is_not_a_number() {
    let mut module = Running::new(&committed());
    for (alpha, beta) in [(0.0, 1.0), (1.0, -1.0), (f64::NAN, 1.0), (f64::INFINITY, 1.0), (1e13, 1.0), (1.0, 1e-10)] {
        assert!(module.call("mean", &[alpha, beta]).is_nan(), "{alpha}, {beta}");
        assert!(module.call("kl", &[1.0, 1.0, alpha, beta]).is_nan(), "{alpha}, {beta}");
    }
    for level in [0.0, 1.0, -1.0, f64::NAN] {
        assert!(module.call("lower", &[4.0, 3.0, level]).is_nan(), "{level}");
        assert!(module.call("hpd_upper", &[4.0, 3.0, level]).is_nan(), "{level}");
        assert!(module.call("difference_lower", &[4.0, 3.0, 1.0, 1.0, level]).is_nan(), "{level}");
    }
}
