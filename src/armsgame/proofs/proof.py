"""One verb for all results: the proof file of what a result claims; a prover is imported when it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from armsgame._deadline import TimeSpent
from armsgame.errors import NotSolved, WrongConcept
from armsgame.games.coercion import public_game
from armsgame.proofs.profiles import profile_proof
from armsgame.proofs.write import Proof, Unproved
from armsgame.results.certificates import Certificate, MarkovCertificate, Threshold
from armsgame.results.markov_profile import MarkovProfile

if TYPE_CHECKING:
    from armsgame.results.bayesian_equilibria import BayesianEquilibrium
    from armsgame.results.markov import MarkovEquilibrium
    from armsgame.results.one_shot import Equilibrium, StageCertificate
    from armsgame.solve.markov.zero_sum import ZeroSumValue
    from armsgame.solve.one_shot.correlated import CorrelatedEquilibrium

__all__ = ["proof"]

_Source = TypeVar("_Source")


def proof(result: object, **options: object) -> Proof:
    """Prove what a result claims, in a file of integers that ``armsgame check`` or a stranger's program reads.

    Parameters
    ----------
    result : equilibrium, certificate, threshold, value or assessment
        Nash and correlated equilibria of a stage game; certificates of `verify` (of profiles by type too) and
        `verify_markov`; Markov-perfect equilibria; equilibria of `bayesian_equilibria`; zero-sum values; assessments
        of trees; thresholds of `critical_discount`, `payoff_threshold` and `required_detection`; sets of
        `payoff_set` (with several states: the dict of all); `value_of_terms` and `negotiate_terms`: that a bundle is
        self-enforcing.
    **options
        For a payoff set: by default the outer set is proved, and for an empty one that there is no pure equilibrium.
        `inner=True` proves the inner set, `outside=payoff` that no pure equilibrium has this payoff; `state` says where
        play starts. For values of terms `bundle` (default: the best self-enforcing one), for a bargain over them
        `rule` (default: the first).

    Returns
    -------
    Proof
        The file, accepted by its checker; or, where none was found, the reason. Its truth value says which.

    Raises
    ------
    WrongConcept
        The object claims nothing that a proof file can say, or has none of the options.

    Notes
    -----
    A proof is about the game in rational numbers that the file holds. Floats are read as the simplest fraction that
    rounds to them; the file states the largest distance.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
    >>> print(proof(ag.verify(pd, (ag.grim, ag.grim), discount=0.5)))
    proved: the profile is a perfect equilibrium at discount 1/2, at all 2 nodes.
    >>> print(proof(ag.verify(pd, (ag.grim, ag.grim), discount=0.4)))
    proved: the profile is no perfect equilibrium at discount 2/5: node 0, US, deploy gains at least 2/5.
    """
    kind = type(result).__name__
    if isinstance(result, dict) and result and all(type(one).__name__ == "PayoffSet" for one in result.values()):
        kind = "PayoffSet"
    if kind not in _PROVERS:
        raise WrongConcept(f"a {kind} has no proof file; allowed: {', '.join(_PROVERS)}.")
    if odd := sorted(set(options) - _OPTIONS.get(kind, set())):
        raise WrongConcept(f"the proof of a {kind} has no option {', '.join(odd)}.")
    try:
        return _PROVERS[kind](result, **options)
    except TimeSpent:
        raise
    except (Unproved, NotSolved) as why:
        return Proof(None, str(why))


def _known(source: _Source | None) -> _Source:
    if source is None:
        raise Unproved("the result does not know its game; ask the verb again")
    return source


def _stage(result: StageCertificate) -> Proof:
    if not result.ok:
        raise Unproved("the profile is no equilibrium")
    from armsgame.proofs.one_shot import nash_proof

    return nash_proof(*_known(result._source))


def _correlated(result: CorrelatedEquilibrium) -> Proof:
    from armsgame.proofs.one_shot import correlated_proof

    return correlated_proof(result.stage, result.distribution)


def _profile(result: Certificate | MarkovCertificate) -> Proof:
    game, profile = _known(result._source)
    tolerance = result.tolerance if result.kind == "epsilon" else None
    return profile_proof(game, profile, result.discount, holds=result.ok, tolerance=tolerance)


def _exact(found: Proof) -> bool:
    claim = {} if found.file is None else found.file["claim"]
    epsilon = claim.get("epsilon")
    return isinstance(epsilon, Mapping) and epsilon["num"] == 0


def _markov(result: MarkovCertificate) -> Proof:
    """Prove the policies as they are; where they leave an epsilon, simple fractions beside them that leave none."""
    found = _profile(result)
    if not result.ok or _exact(found):
        return found
    game, profile = _known(result._source)
    near = [np.vectorize(_simple)(own) for own in profile.policies]
    if max(float(np.abs(a - b).max()) for a, b in zip(near, profile.policies, strict=True)) > _NEAR:
        return found
    simple = profile_proof(game, MarkovProfile(game, near), result.discount, holds=True)
    return simple if _exact(simple) else found


def _simple(p: float) -> float:
    return float(Fraction(p).limit_denominator(1_000))


def _threshold(result: Threshold) -> Proof:
    if result.concept != "perfect":
        raise Unproved("the format has perfect equilibria only, and this threshold is about Nash play")
    from armsgame.proofs.thresholds import threshold_proof

    return threshold_proof(*_known(result._source))


def _zero_sum(result: ZeroSumValue) -> Proof:
    from armsgame.proofs.states import zero_sum_proof

    game, discount = _known(result._source)
    return zero_sum_proof(public_game("proof", game), result.profile, result.values, discount)


def _by_types(result: Any) -> Proof:
    from armsgame.proofs.private_types import bayesian_proof

    return bayesian_proof(result)


def _sequential(result: Any) -> Proof:
    from armsgame.proofs.trees import sequential_proof

    return sequential_proof(result)


def _set(result: Any, **options: Any) -> Proof:
    from armsgame.proofs.payoff_sets import payoff_set_proof

    return payoff_set_proof(result, **options)


def _target(result: Any) -> Proof:
    from armsgame.proofs.targets import target_proof

    return target_proof(result)


def _certified(result: BayesianEquilibrium | Equilibrium | MarkovEquilibrium) -> Proof:
    return proof(result.certificate)


def _enforced(result: Any, **options: Any) -> Proof:
    """Prove the selected profile of a bundle perfect on its game with exit; `made_by` names the terms."""
    certificate, notes = result.proved(**options)
    if not certificate.ok:
        raise Unproved(f"the profile that keeps the bundle is {certificate.kind} only: {certificate.where}")
    found = _profile(certificate)
    if found.file is None:
        return found
    return Proof({**found.file, "made_by": [*found.file["made_by"], *notes]}, found.told)


# how far simple fractions may lie from the floats of a policy
_NEAR = 1e-9
_OPTIONS = {"PayoffSet": {"inner", "outside", "state"}, "TermValues": {"bundle"}, "TermsBargain": {"rule"}}
_PROVERS: Mapping[str, Callable[..., Proof]] = {
    "BayesianCertificate": _by_types,
    "BayesianEquilibrium": _certified,
    "Equilibrium": _certified,
    "StageCertificate": _stage,
    "CorrelatedEquilibrium": _correlated,
    "Certificate": _profile,
    "Threshold": _threshold,
    "MarkovEquilibrium": _certified,
    "MarkovCertificate": _markov,
    "ZeroSumValue": _zero_sum,
    "Assessment": _sequential,
    "PayoffSet": _set,
    "TargetThreshold": _target,
    "TermValues": _enforced,
    "Deal": _enforced,
    "TermsBargain": _enforced,
}
