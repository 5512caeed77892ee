//! How a list of edges is answered: click models.

use rand::RngExt;
use toml::Spanned;

use crate::keys::{Fault, Keys, Problem, probability};
use crate::seed::Stream;

/// How the user goes through the list of a trial, position 1 on top.
///
/// The second position, below a click:
///
/// ```
/// use betadrift::environment::{Answer, Clicks};
/// use betadrift::seed::{Purpose, stream};
/// let rng = &mut stream(1, Purpose::Feedback, &[]);
/// assert_eq!(Clicks::Independent.answer(1, 1.0, true, rng), Answer::Click);
/// assert_eq!(Clicks::Cascade.answer(1, 1.0, true, rng), Answer::NotSeen);
/// let seen_on_top = Clicks::PositionBased { examination: vec![1.0, 0.0] };
/// assert_eq!(seen_on_top.answer(1, 1.0, true, rng), Answer::NoClick);
/// assert_eq!((seen_on_top.examination(1), Clicks::Cascade.examination(1)), (0.0, 1.0));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Clicks {
    /// Every position is answered for itself: a click with the rate of its edge.
    #[default]
    Independent,
    /// The position-based model: position j is examined with chance κⱼ, whatever else happens, and clicked if it is examined
    /// and its edge attracts, together with chance κⱼθ (Richardson, Dominowska & Ragno 2007, doi:10.1145/1242572.1242643).
    PositionBased {
        /// κⱼ for each position, none greater than the one before.
        examination: Vec<f64>,
    },
    /// The cascade model: the user goes down from the top, clicks the first edge that attracts, and sees nothing below it
    /// (Craswell, Zoeter, Taylor & Ramsey 2008, doi:10.1145/1341531.1341545; as a bandit: Kveton, Szepesvári, Wen & Ashkan
    /// 2015, arXiv:1502.02763).
    Cascade,
}

/// What a position brings.
///
/// ```
/// use betadrift::environment::{Answer, Clicks};
/// use betadrift::seed::{Purpose, stream};
/// let rng = &mut stream(1, Purpose::Feedback, &[]);
/// let mut clicked = false;
/// let answers = [0.0, 1.0, 1.0].map(|rate| {
///     let answer = Clicks::Cascade.answer(0, rate, clicked, rng);
///     clicked |= answer == Answer::Click;
///     answer
/// });
/// assert_eq!(answers, [Answer::NoClick, Answer::Click, Answer::NotSeen]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A click.
    Click,
    /// No click.
    NoClick,
    /// The user is known not to have seen it.
    NotSeen,
}

impl Clicks {
    /// The words for the models.
    const WORDS: [&'static str; 3] = ["independent", "pbm", "cascade"];

    /// Reads which model a table of a scenario describes, for lists of so many positions.
    pub(crate) fn read(keys: &mut Keys<'_>, slots: usize) -> Result<Self, Fault> {
        let model = keys.word("model", 0, &Self::WORDS)?;
        let listed = keys.get::<Vec<Spanned<f64>>>("examination")?;
        if model > 0 && slots < 2 {
            return Err((keys.span(), Problem::Together("a click model needs lists: `k` of 2 or more".into())));
        }
        match (model, listed) {
            (1, Some(listed)) => examination(&listed, slots).map(|examination| Self::PositionBased { examination }),
            (1, None) => Err((keys.span(), Problem::Missing { key: "examination", of: "clicks pbm".to_owned() })),
            (model, Some(listed)) => {
                let of = format!("clicks {}", Self::WORDS[model]);
                Err((listed.span(), Problem::Misplaced { key: "examination".to_owned(), of }))
            }
            (2, None) => Ok(Self::Cascade),
            (_, None) => Ok(Self::Independent),
        }
    }

    /// How many clicks a list with these rates brings, on average: Σ θ, Σ κⱼθⱼ, or 1 − Π (1 − θ) for the cascade.
    ///
    /// ```
    /// use betadrift::environment::Clicks;
    /// let list = [0.5, 0.2];
    /// assert_eq!(Clicks::Independent.expected(list.into_iter()), 0.7);
    /// assert_eq!(Clicks::PositionBased { examination: vec![1.0, 0.5] }.expected(list.into_iter()), 0.6);
    /// assert_eq!(Clicks::Cascade.expected(list.into_iter()), 0.6);
    /// ```
    pub fn expected(&self, rates: impl Iterator<Item = f64>) -> f64 {
        match self {
            Self::Independent => rates.sum(),
            Self::PositionBased { examination } => rates.zip(examination).map(|(rate, seen)| rate * seen).sum(),
            Self::Cascade => 1.0 - rates.map(|rate| 1.0 - rate).product::<f64>(),
        }
    }

    /// The answer to a position, from 0 and from the top down; `clicked` whether one above it was.
    pub fn answer(&self, position: usize, rate: f64, clicked: bool, rng: &mut Stream) -> Answer {
        let chance = match self {
            Self::Cascade if clicked => return Answer::NotSeen,
            Self::Independent | Self::Cascade => rate,
            Self::PositionBased { examination } => examination[position] * rate,
        };
        if rng.random::<f64>() < chance { Answer::Click } else { Answer::NoClick }
    }

    /// The chance that a position, from 0, is examined, where it depends on nothing else.
    pub fn examination(&self, position: usize) -> f64 {
        match self {
            Self::PositionBased { examination } => examination[position],
            Self::Independent | Self::Cascade => 1.0,
        }
    }
}

fn examination(listed: &Spanned<Vec<Spanned<f64>>>, slots: usize) -> Result<Vec<f64>, Fault> {
    let chances =
        listed.get_ref().iter().map(|chance| probability("examination", chance)).collect::<Result<Vec<_>, _>>()?;
    if chances.len() != slots || chances.windows(2).any(|pair| pair[0] < pair[1]) {
        let problem = format!("`examination` must have {slots} chances, as `k` says, none greater than the one before");
        return Err((listed.span(), Problem::Together(problem.into())));
    }
    Ok(chances)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, stream};

    #[test]
    fn lists_are_clicked_as_often_as_expected() {
        let rates = [0.3, 0.5, 0.2];
        let models = [Clicks::Independent, Clicks::PositionBased { examination: vec![1.0, 0.6, 0.1] }, Clicks::Cascade];
        for model in models {
            let rng = &mut stream(6, Purpose::Feedback, &[]);
            let lists = 50_000;
            let mut clicks = 0.0;
            for _ in 0..lists {
                let mut clicked = false;
                for (position, &rate) in rates.iter().enumerate() {
                    let answer = model.answer(position, rate, clicked, rng);
                    assert_eq!(answer == Answer::NotSeen, model == Clicks::Cascade && clicked);
                    clicked |= answer == Answer::Click;
                    clicks += f64::from(answer == Answer::Click);
                }
            }
            let (mean, right) = (clicks / f64::from(lists), model.expected(rates.into_iter()));
            // The clicks of a list vary by less than those of a Poisson law: five standard errors.
            assert!((mean - right).abs() < 5.0 * (right / f64::from(lists)).sqrt(), "{model:?} {mean} {right}");
        }
    }
}
