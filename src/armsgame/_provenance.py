"""Where sampled numbers come from: one record, which ``rng=`` takes back and which gives the same bits."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from armsgame import __version__ as VERSION
from armsgame._typing import RNGLike
from armsgame._values import digest_of, frozen
from armsgame.errors import invalid

__all__ = ["VERSION", "Provenance", "Seed"]

_MOST_SEED = 1 << 256
_ALLOWED = "a whole number of at least 0, a SeedSequence, a Generator, the provenance of a result, or None"


class Seed(NamedTuple):
    """Entropy and spawn key of a seed sequence: all that its streams depend on."""

    entropy: int | tuple[int, ...]
    spawn_key: tuple[int, ...] = ()

    @classmethod
    def of(cls, rng: RNGLike) -> Seed:
        """Read an ``rng=`` argument.

        Parameters
        ----------
        rng : int, SeedSequence, Generator, mapping, str or None
            A Generator gives its next number as the seed. A mapping is the provenance of a result, or the
            attributes of a dataset: its ``"seed"`` counts. A string is that seed as a result shows it.

        Raises
        ------
        InvalidGame
            Anything else, a negative number, or a mapping without a seed.
        """
        if isinstance(rng, Provenance):
            return rng.origin
        if isinstance(rng, Seed):
            return rng
        if isinstance(rng, Mapping):
            return _read(rng.get("seed"))
        if isinstance(rng, str):
            return _read(rng, "rng")
        if isinstance(rng, np.random.Generator):
            rng = int(rng.integers(0, 2**63))
        if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool):
            if not 0 <= rng < _MOST_SEED:
                invalid("rng", rng, _ALLOWED)
            return cls(int(rng))
        if rng is None:
            rng = np.random.SeedSequence()
        if not isinstance(rng, np.random.SeedSequence):
            invalid("rng", rng, _ALLOWED)
        entropy: Any = rng.entropy
        plain = int(entropy) if np.ndim(entropy) == 0 else tuple(map(int, entropy))
        return cls(plain, tuple(map(int, rng.spawn_key)))

    @property
    def sequence(self) -> np.random.SeedSequence:
        """The seed sequence."""
        return np.random.SeedSequence(self.entropy, spawn_key=self.spawn_key)

    @property
    def key(self) -> np.uint64:
        """Key of the Philox streams of the compiled kernels."""
        return np.uint64(self.sequence.generate_state(1, np.uint64)[0])

    def child(self, place: int) -> Seed:
        """Seed of an independent part of a study."""
        return self._replace(spawn_key=(*self.spawn_key, place))

    def generator(self) -> np.random.Generator:
        """NumPy's own generator with this seed."""
        return np.random.default_rng(self.sequence)

    def told(self) -> int | str:
        """Return the seed as a result shows it: a number, with the spawn key where there is one."""
        if isinstance(self.entropy, int) and not self.spawn_key:
            return self.entropy
        return f"{self.entropy}" + (f", spawn_key={self.spawn_key}" if self.spawn_key else "")


@dataclass(frozen=True, slots=True, eq=False)
class Provenance(Mapping[str, Any]):
    """Seed, version and parameters of sampled numbers, and a fingerprint of what was asked.

    It reads as a mapping: ``"seed"``, the parameters by name, ``"armsgame"`` (the version) and
    ``"fingerprint"``. Given back as ``rng=`` it gives the same streams.

    Attributes
    ----------
    origin : Seed
    parameters : mapping, what was asked: counts, options, names of models
    fingerprint : str, 16 hexadecimal digits of SHA-256 over seed, version, parameters and the content of the
        question; results with equal fingerprints answer one question with one set of draws
    version : str, of armsgame
    """

    origin: Seed
    parameters: Mapping[str, Any]
    fingerprint: str
    version: str = VERSION

    @property
    def seed(self) -> Seed:
        """The seed: ``rng=`` takes it back."""
        return self.origin

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", frozen(dict(self.parameters)))

    @classmethod
    def of(cls, origin: Seed, parameters: Mapping[str, object], *content: object) -> Provenance:
        """Record of a question: its parameters, and whatever else decides the numbers."""
        own = {n: v for n, v in parameters.items() if n not in ("seed", "armsgame", "fingerprint")}
        return cls(origin, own, digest_of(tuple(origin), VERSION, own, content)[:16])

    @classmethod
    def read(cls, notes: Mapping[str, object]) -> Provenance:
        """Return the record that a mapping of the same form shows, such as one read from a file."""
        own = {n: v for n, v in notes.items() if n not in ("seed", "armsgame", "fingerprint")}
        return cls(_read(notes.get("seed")), own, str(notes.get("fingerprint", "")), str(notes.get("armsgame", "")))

    def plus(self, **parameters: object) -> Provenance:
        """Return the record with more parameters; the question stays the same."""
        return Provenance(self.origin, {**self.parameters, **parameters}, self.fingerprint, self.version)

    def _shown(self) -> dict[str, Any]:
        shown = {"seed": self.origin.told(), **self.parameters, "armsgame": self.version}
        return {**shown, "fingerprint": self.fingerprint}

    def __getitem__(self, name: str) -> Any:
        return self._shown()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._shown())

    def __len__(self) -> int:
        return len(self.parameters) + 3

    def __hash__(self) -> int:
        return hash((self.origin, self.version, self.fingerprint))

    def __repr__(self) -> str:
        return f"Provenance({self._shown()!r})"


def _read(seed: Any, field: str = "rng['seed']") -> Seed:
    """Seed from what a record shows of it; ``"none"`` where nothing was drawn."""
    if isinstance(seed, str) and seed != "none":
        entropy, _, key = seed.partition(", spawn_key=")
        try:
            seed = Seed(literal_eval(entropy), literal_eval(key) if key else ())
        except (SyntaxError, ValueError):
            invalid(field, seed, _ALLOWED if field == "rng" else "the seed of a result")
    if isinstance(seed, (list, tuple)) and not isinstance(seed, Seed):
        seed = Seed(tuple(seed))
    if seed is None:
        invalid("rng", "a mapping without a seed", _ALLOWED)
    return Seed.of(None if seed == "none" else seed)
