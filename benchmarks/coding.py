"""How well the coder reads replies: `python benchmarks/coding.py [FILE.csv] [--curve]`.

Without a file: the corpus's held-out situations. FILE has the columns client, reply and label; labels are ours (a code, or
fact, inform, …) or the four of real counselling talk (question, reflection, therapist_input, other). `--curve` trains on
growing shares of the corpus and reads the held-out situations with each.
"""

import argparse
import csv
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.metrics import f1_score, precision_recall_fscore_support

from coursekit.codebook import THERAPIST_CODES
from coursekit.coding import POSSIBLE, coder, train
from coursekit.coding.corpus import LABELS, read_all
from coursekit.coding.text import sentences

Rows = list[tuple[str, str, str]]
console = Console(width=100, highlight=False)

# How our labels stand for AnnoMI's four, and what each of the four is multiplied with, since talk has other shares of them
# than the corpus. Both were fixed on the development part; nothing was trained there.
REAL = {
    "question": ("OPEN", "INVITE", "NOTICE", "fact"),
    "reflection": ("REFL", "VALID", "AFFIRM", "LINK", "NEED"),
    "therapist_input": (
        "FIX", "CLARIFY", "RENEG", "FRAME", "DEFEND", "CONTROL", "OWN", "IMMED", "inform", "theory",
    ),
    "other": ("SPACE", "COLLUDE", "courtesy", "empty", "off-topic", "rude", "other-language", "noise"),
}  # fmt: skip
TIMES = {"question": 1.0, "reflection": 1.65, "therapist_input": 1.0, "other": 0.47}

def main() -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="a CSV file; without one, the held-out situations")
    parser.add_argument("--curve", action="store_true", help="train on growing shares of the corpus")
    wish = parser.parse_args()
    if wish.curve:
        curve()
        return 0
    rows = from_csv(wish.file) if wish.file else held_out()
    if {label for _, _, label in rows} <= REAL.keys():
        real_talk(rows)
    else:
        own_labels(rows)
    return 0


def from_csv(file: Path) -> Rows:
    """Client's line, reply and label of each row. Ends the program with what to mend."""
    with file.open(encoding="utf-8", newline="") as opened:
        table = csv.DictReader(opened)
        if missing := {"client", "reply", "label"} - set(table.fieldnames or ()):
            sys.exit(f"{file.name}: the column {', '.join(sorted(missing))} is missing.")
        rows = [(row["client"] or "", row["reply"] or "", row["label"]) for row in table]
    if not rows:
        sys.exit(f"{file.name} has no rows below its head.")
    allowed = REAL if rows[0][2] in REAL else LABELS
    for number, (_, _, label) in enumerate(rows, start=2):
        if label not in allowed:
            sys.exit(f"{file.name}, row {number}: “{label}” is not a label. Use one of {', '.join(allowed)}.")
    return rows


def held_out() -> Rows:
    """The replies of the situations that the coder was not trained on."""
    return [(one.situation.client, one.text, one.label) for one in read_all() if one.situation.held_out]


def read(rows: Rows) -> list[coder.Reading]:
    """All read, and how long it took."""
    coder.read("Warm up.")
    start = time.perf_counter()
    readings = [coder.read(reply, client) for client, reply, _ in rows]
    each = (time.perf_counter() - start) / len(rows)
    console.print(f"{len(rows)} replies, {1000 * each:.2f} ms each")
    return readings


def own_labels(rows: Rows) -> None:
    """Figures in our own labels."""
    readings = read(rows)
    right = np.array([label for _, _, label in rows])
    said = np.array([reading.label for reading in readings])
    sure = np.array([reading.likely[0].percent for reading in readings])
    margin = np.array([reading.likely[0].percent - reading.likely[1].percent for reading in readings])
    of_codes = np.isin(right, list(THERAPIST_CODES))
    table = Table("label", "replies", "precision", "recall", "F1", "precision where sure", "sure of")
    columns = zip(LABELS, *precision_recall_fscore_support(right, said, labels=LABELS, zero_division=0), strict=True)
    for label, precision, recall, f1, number in columns:
        trusted = (said == label) & (sure >= coder.model()["sure"])
        among = f"{(right[trusted] == label).mean():.2f}" if trusted.any() else "–"
        share = f"{(trusted & (right == label)).sum() / max(1, number):.2f}"
        table.add_row(label, str(number), f"{precision:.2f}", f"{recall:.2f}", f"{f1:.2f}", among, share)
    console.print(table)
    codes = list(THERAPIST_CODES)
    console.print(f"macro-F1 over the {len(codes)} codes {f1_score(right, said, labels=codes, average='macro'):.3f}")
    console.print(f"macro-F1 over all {len(LABELS)} labels {f1_score(right, said, labels=LABELS, average='macro'):.3f}")
    each = f1_score(right, said, labels=list(POSSIBLE), average=None)
    console.print("of which " + ", ".join(f"{code} {f1:.3f}" for code, f1 in zip(POSSIBLE, each, strict=True)))
    coverage(said == right, sure * 1000 + margin)
    calibration(said == right, sure)
    told = np.array([reading.verdict == "sure" for reading in readings])
    wrong = told & ~of_codes & (right != "rude")
    console.print(
        f"a code is said of {told[of_codes].mean():.0%} of the replies that have one, and is right of "
        f"{(said == right)[told & of_codes].mean():.1%} of these; "
        f"of replies outside the codes, of {wrong.sum() / max(1, (~of_codes).sum()):.1%}"
    )
    confused = Counter((one, other) for one, other in zip(right, said, strict=True) if one != other)
    console.print(
        "most often confused: " + ", ".join(f"{a} taken for {b} {n}" for (a, b), n in confused.most_common(12))
    )


def real_talk(rows: Rows) -> None:
    """Figures in the four labels of real counselling talk."""
    names = list(REAL)
    right = np.array([names.index(label) for _, _, label in rows])
    start = time.perf_counter()
    shares = np.array([in_four(reply, client) for client, reply, _ in rows])
    console.print(f"{len(rows)} replies, {1000 * (time.perf_counter() - start) / len(rows):.2f} ms each")
    said = shares.argmax(axis=1)
    table = Table("label", "replies", "precision", "recall", "F1")
    for name, precision, recall, f1, number in zip(names, *precision_recall_fscore_support(right, said), strict=True):
        table.add_row(name, str(number), f"{precision:.2f}", f"{recall:.2f}", f"{f1:.2f}")
    console.print(table)
    console.print(f"macro-F1 {f1_score(right, said, average='macro'):.3f}")
    coverage(said == right, shares.max(axis=1))
    calibration(said == right, 100 * shares.max(axis=1))
    confused = Counter((names[one], names[other]) for one, other in zip(right, said, strict=True) if one != other)
    console.print(
        "most often confused: " + ", ".join(f"{a} taken for {b} {n}" for (a, b), n in confused.most_common(6))
    )


def in_four(reply: str, client: str) -> np.ndarray:
    """How likely each of the four labels is."""
    ours = coder.shares(reply, client)
    four = {name: TIMES[name] * sum(ours[label] for label in labels) for name, labels in REAL.items()}
    spoken = [sentence for sentence in sentences(reply) if not sentence.aside]
    if spoken and spoken[-1].end == "?":
        four["question"] += four["therapist_input"] + four["other"]  # there, what asks is a question, whatever it asks for
        four["therapist_input"] = four["other"] = 0
    values = np.array(list(four.values()))
    return values / values.sum()


def coverage(right: np.ndarray, sureness: np.ndarray) -> None:
    """Accuracy on all, and on the share that the coder is surest of."""
    order = np.argsort(-sureness, kind="stable")
    parts = [f"{share} % {right[order[: len(order) * share // 100]].mean():.3f}" for share in (100, 70, 50)]
    console.print("accuracy at coverage of " + ", ".join(parts))


def calibration(right: np.ndarray, percent: np.ndarray) -> None:
    """How often it is right when it says so many percent, and the mean distance of the two."""
    bands = np.minimum(percent // 10, 9).astype(int)
    told = []
    error = 0.0
    for band in np.unique(bands):
        here = bands == band
        told.append(f"{percent[here].mean():.0f} → {100 * right[here].mean():.0f} ({here.sum()})")
        error += here.mean() * abs(percent[here].mean() / 100 - right[here].mean())
    console.print("says → is right, percent (replies): " + ", ".join(told))
    console.print(f"calibration error {error:.3f}")


def curve() -> None:
    """Macro-F1 over the codes on the held-out situations, for growing shares of the others."""
    corpus = read_all()
    unseen = [one for one in corpus if one.situation.held_out]
    seen = [one for one in corpus if not one.situation.held_out]
    order = np.random.default_rng(0).permutation(sorted({one.situation.id for one in seen})).tolist()
    codes = [LABELS.index(code) for code in THERAPIST_CODES]
    for share in (6, 12, 25, 50, 75, 100):
        part = set(order[: len(order) * share // 100])
        trained = train.fit([one for one in seen if one.situation.id in part])
        said = trained.scores(train.keys_of(unseen)).argmax(axis=1)
        right = np.array([LABELS.index(one.label) for one in unseen])
        f1 = f1_score(right, said, labels=codes, average="macro")
        count = sum(one.situation.id in part for one in seen)
        console.print(f"{count:6} replies: macro-F1 over the codes {f1:.3f}, accuracy {(said == right).mean():.3f}")


if __name__ == "__main__":
    sys.exit(main())
