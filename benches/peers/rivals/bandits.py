"""Bandit libraries, each as its own pages say: a choice, an update, and both with a world, a step of a simulation.

bandits.py LIBRARY EDGES POSTERIORS… prints a line of JSON for each number of edges, in nanoseconds of CPU time."""

import contextlib
import io
import json
import sys
import types

import numpy as np

import timing


class SMPyBandits:
    def __init__(self, alpha, beta):
        # Its Bayes-UCB, which Thompson sampling does not use, asks scipy for a function that has another name by now.
        import scipy.special

        scipy.special.btdtri = scipy.special.betaincinv
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            from SMPyBandits.Policies.Thompson import Thompson
        self.policy = Thompson(len(alpha))
        self.policy.startGame()
        for posterior, a, b in zip(self.policy.posterior, alpha, beta):
            posterior.N = [b, a]
        self.choose, self.update = self.policy.choice, self.policy.getReward


class mabwiser:
    def __init__(self, alpha, beta):
        from mabwiser.mab import MAB, LearningPolicy

        edges = list(range(len(alpha)))
        self.policy = MAB(edges, LearningPolicy.ThompsonSampling(), seed=1)
        successes, failures = alpha.astype(int) - 1, beta.astype(int) - 1
        decisions = np.repeat(edges, successes + failures)
        rewards = np.concatenate([np.r_[np.ones(s, int), np.zeros(f, int)] for s, f in zip(successes, failures)])
        self.policy.fit(decisions, rewards)
        self.choose = self.policy.predict

    def update(self, edge, reward):
        self.policy.partial_fit([edge], [reward])


class bayesianbandits:
    def __init__(self, alpha, beta):
        from bayesianbandits import Agent, Arm, DirichletClassifier, ThompsonSampling

        rate = lambda classes: classes[..., 1]
        arm = lambda edge, a, b: Arm(edge, reward_function=rate, learner=DirichletClassifier({0: b, 1: a}))
        arms = [arm(edge, a, b) for edge, (a, b) in enumerate(zip(alpha, beta))]
        self.policy = Agent(arms, ThompsonSampling(), random_seed=1)
        self.policy.pull()

    def choose(self):
        return self.policy.pull()[0]

    def update(self, edge, reward):
        """Of the edge pulled last."""
        self.policy.update(np.array([reward]))


class obp:
    def __init__(self, alpha, beta):
        # It imports PyTorch on its way, whose place something empty takes: its sampler is numpy.
        class Empty(types.ModuleType):
            __path__ = []

            def __getattr__(self, name):
                if name.startswith("__"):
                    raise AttributeError(name)
                return type(name, (), {})

        absent = [f"torch{part}" for part in ("", ".nn", ".nn.functional", ".optim", ".utils", ".utils.data")]
        sys.modules.update({name: Empty(name) for name in absent})
        for parent, _, child in (name.rpartition(".") for name in absent[1:]):
            setattr(sys.modules[parent], child, sys.modules[f"{parent}.{child}"])
        from obp.policy.contextfree import BernoulliTS

        for name in absent:
            del sys.modules[name]
        self.policy = BernoulliTS(n_actions=len(alpha), alpha=alpha, beta=beta, random_state=1)
        self.update = self.policy.update_params

    def choose(self):
        return int(self.policy.select_action()[0])


library = {one.__name__: one for one in (SMPyBandits, mabwiser, bayesianbandits, obp)}[sys.argv[1]]
for path in sys.argv[2:]:
    alpha, beta = timing.posteriors(path)
    policy, rng, rates = library(alpha, beta), np.random.default_rng(1), alpha / (alpha + beta)

    def step():
        edge = policy.choose()
        policy.update(edge, int(rng.random() < rates[edge]))

    measured = {"choose": policy.choose, "update": lambda: policy.update(0, 1), "simulate": step}
    line = {name: timing.one(operation, enough=0.2) for name, operation in measured.items()}
    print(json.dumps({"edges": len(alpha), **line}))
