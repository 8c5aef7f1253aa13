"""Makes the coder's weights: `python -m coursekit.coding.train`. Needs scikit-learn (`pip install -e ".[dev]"`).

A linear support-vector machine for each label, over the features that at least two situations share; then the best of
them, then whole numbers. How sure the coder is comes from replies that the weights were not made from: each fifth of the
situations is read by a model of the other four. Held-out situations (`corpus.HELD_OUT`) take no part in anything.
"""

import gzip
import hashlib
import json
import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from coursekit.coding import OUTSIDE
from coursekit.coding.corpus import LABELS, CorpusFaults, Example, read_all
from coursekit.coding.features import KEY_BITS, features, key
from coursekit.coding.model import FILE, ONE, ZERO, inverse_root, share_of
from coursekit.coding.text import sentences
from coursekit.files import write_whole

VERSION = 1
"""Of the coder. Raise it whenever the weights change after a release: a trace keeps which coder read its turns."""
KEPT = 18_000
"""So many features are kept."""
PENALTY = 1.0
"""The SVM's C."""
LARGEST, LEAST = 7, 0.65
"""Weights become whole numbers from -7 to 7; what is smaller than 0.65 becomes 0."""
FOLDS = 5
SPREAD, FARTHEST = 35, 400
"""A label so many hundredths behind the best has 1/e of its share; beyond the farthest it has as good as none."""
SURE, SURE_OF_SECOND, SURE_OF_BLAME = 75, 95, 88
"""From these percentages on the coder says a code, a second one, and blame or a code for two or three words."""
SUREST = 98
"""It never says more than this."""
EXAMPLE, UNLIKE = 200, 5
"""What a script's example adds to its code's score, in hundredths for a reply that is the same; nothing below 5 % alike."""

SHARES = [round(10_000 * math.exp(-behind / SPREAD)) for behind in range(FARTHEST)]


def matrix(keys: Sequence[Sequence[int]]) -> csr_matrix:
    """A row a reply: 1/√n for each of its n features."""
    places = np.concatenate([np.asarray(row, dtype=np.int64) for row in keys])
    ends = np.cumsum([0, *map(len, keys)])
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(max(1, len(row)))) for row in keys])
    return csr_matrix((values, places, ends), shape=(len(keys), 1 << KEY_BITS))


class Trained:
    """Weights in whole numbers for the features of some replies with their labels."""

    def __init__(self, keys: list[list[int]], labels: np.ndarray, situations: np.ndarray) -> None:
        shared = _in_two_situations(keys, situations)
        every = matrix([[one for one in row if one in shared] for row in keys])
        columns = np.array(sorted(shared))
        first = _machine().fit(every[:, columns], labels)
        counts = np.asarray((every[:, columns] > 0).sum(axis=0)).ravel()
        worth = np.abs(first.coef_).max(axis=0) * np.sqrt(counts)
        self.keys = np.sort(columns[np.argsort(-worth)[:KEPT]])
        self.rows = {int(one): row for row, one in enumerate(self.keys)}
        second = _machine().fit(self._matrix(keys), labels)
        scale = LARGEST / np.quantile(np.abs(second.coef_), 0.9995)
        finest = np.clip(second.coef_ * scale, -LARGEST, LARGEST)
        self.weights = np.where(np.abs(finest) < LEAST, 0, np.rint(finest)).astype(int)
        self.base = np.rint(second.intercept_ * scale * ONE).astype(int)
        self.step = round(scale * ONE / 100)

    def _matrix(self, keys: list[list[int]]) -> csr_matrix:
        kept = [[self.rows[one] for one in row if one in self.rows] for row in keys]
        return matrix(kept)[:, : len(self.rows)]

    def scores(self, keys: list[list[int]]) -> np.ndarray:
        """As the coder adds them up."""
        found = np.zeros((len(keys), len(LABELS)), dtype=np.int64)
        for place, row in enumerate(keys):
            known = [self.rows[one] for one in row if one in self.rows]
            total = self.weights[:, known].sum(axis=1)
            found[place] = (total * inverse_root(len(known)) + self.base) // self.step
        return found


def _machine() -> LinearSVC:
    return LinearSVC(C=PENALTY, class_weight="balanced", random_state=0)


def _in_two_situations(keys: list[list[int]], situations: np.ndarray) -> set[int]:
    first: dict[int, str] = {}
    shared = set()
    for row, situation in zip(keys, situations, strict=True):
        for one in row:
            if first.setdefault(one, situation) != situation:
                shared.add(one)
    return shared


def out_of_fold(keys: list[list[int]], labels: np.ndarray, situations: np.ndarray) -> np.ndarray:
    """Scores of every reply by a model that has not seen its situation."""
    scores = np.zeros((len(keys), len(LABELS)), dtype=np.int64)
    for seen, unseen in GroupKFold(FOLDS, shuffle=True, random_state=0).split(keys, labels, situations):
        trained = Trained([keys[one] for one in seen], labels[seen], situations[seen])
        scores[unseen] = trained.scores([keys[one] for one in unseen])
        print(f"  a fifth read by the other four: {(scores[unseen].argmax(axis=1) == labels[unseen]).mean():.3f} right")
    return scores


def confidence(scores: np.ndarray, labels: np.ndarray) -> list[int]:
    """Percent right for each whole percent of the best label's share: never falling, from replies not trained on."""
    shares = np.array([share_of(row.tolist(), SHARES) for row in scores])
    right = scores.argmax(axis=1) == labels
    fitted = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(shares, right)
    return [min(SUREST, int(percent)) for percent in np.floor(100 * fitted.predict(np.arange(101)) + 0.5)]


def fingerprint(examples: Sequence[Example]) -> str:
    """Changes when a reply or a label changes: tells whether a model was made from this corpus."""
    told = "\n".join(f"{one.situation.id}\t{one.situation.client}\t{one.text}\t{one.label}" for one in examples)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def keys_of(examples: Sequence[Example]) -> list[list[int]]:
    """The features of each reply, as the model knows them."""
    return [
        sorted({key(one) for one in features(sentences(example.text), sentences(example.situation.client))})
        for example in examples
    ]


def _rows(examples: Sequence[Example]) -> tuple[list[list[int]], np.ndarray, np.ndarray]:
    labels = np.array([LABELS.index(example.label) for example in examples])
    return keys_of(examples), labels, np.array([example.situation.id for example in examples])


def fit(examples: Sequence[Example]) -> Trained:
    """The weights for these replies, without what says how sure they are."""
    return Trained(*_rows(examples))


def train(examples: Sequence[Example]) -> dict[str, Any]:
    """The model, as model.json has it. Prints how it goes."""
    keys, labels, situations = _rows(examples)
    right = confidence(out_of_fold(keys, labels, situations), labels)
    print("  all together")
    trained = Trained(keys, labels, situations)
    return {
        "version": VERSION,
        "learned_from": fingerprint(examples),
        "labels": LABELS,
        "outside": OUTSIDE,
        "sure": SURE,
        "sure_of_second": SURE_OF_SECOND,
        "sure_of_blame": SURE_OF_BLAME,
        "example": EXAMPLE,
        "unlike": UNLIKE,
        "shares": SHARES,
        "right": right,
        "step": trained.step,
        "base": trained.base.tolist(),
        "keys": np.diff(trained.keys, prepend=0).tolist(),
        "weights": ["".join(chr(ZERO + weight) for weight in row) for row in trained.weights],
    }


def main() -> int:
    """Trains on the corpus without its held-out situations and writes model.json."""
    try:
        corpus = read_all()
    except CorpusFaults as problem:
        print(problem)
        return 1
    examples = [example for example in corpus if not example.situation.held_out]
    print(f"{len(examples)} replies to learn from, {len(corpus) - len(examples)} held out")
    made = json.dumps(train(examples), separators=(",", ":")).replace("],", "],\n") + "\n"
    write_whole(FILE, made)
    print(f"{FILE.name}: {len(made) / 1000:.0f} kB, {len(gzip.compress(made.encode())) / 1000:.1f} kB compressed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
