"""`python -m coursekit.coding.corpus [FILE] [--blind PERCENT] [--prune]`: what is in the corpus, and what to mend.

Without options: counts, near-duplicates and how far raters agree, for the whole corpus or one file of it. `--blind`
prints a sheet for a rater, without labels: fill in `primary` and put it into the folder labels/ under the rater's name.
`--prune` takes near-duplicates out of the files.
"""

import argparse
import csv
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from zlib import crc32

from coursekit.coding.corpus import FOLDER, LABELS, CorpusFaults, Example, read, read_all, read_sheets
from coursekit.coding.text import words
from coursekit.files import write_whole
from coursekit.words import short

ALIKE = 70
"""Two replies are near-duplicates from this share of word pairs in common on, in percent."""


def near_duplicates(examples: list[Example]) -> list[tuple[Example, Example]]:
    """Pairs of replies that say the same in nearly the same words; in each the one that stands later comes second."""
    pairs = [_pairs(example.text) for example in examples]
    common = Counter(pair for mine in pairs for pair in mine)
    places: dict[str, list[int]] = defaultdict(list)
    found = []
    for number, mine in enumerate(pairs):
        # Of two replies that are so much alike, the rarest pairs of one cannot all be missing in the other.
        rarest = sorted(mine, key=lambda pair: (common[pair], pair))[: len(mine) - len(mine) * ALIKE // 100 + 1]
        others = sorted({other for pair in rarest for other in places[pair]})
        alike = (other for other in others if 100 * len(mine & pairs[other]) >= ALIKE * len(mine | pairs[other]))
        if (earlier := next(alike, None)) is not None:
            found.append((examples[earlier], examples[number]))
        for pair in rarest:
            places[pair].append(number)
    return found


def _pairs(text: str) -> set[str]:
    spoken = ["^", *words(text), "$"]
    return {f"{one} {two}" for one, two in zip(spoken, spoken[1:], strict=False)} if len(spoken) > 2 else {text}


def report(examples: list[Example]) -> str:
    """Counts by label, context and length; openings that come too often; near-duplicates."""
    situations = {example.situation.id: example.situation for example in examples}
    first, second = Counter(e.label for e in examples), Counter(e.second for e in examples if e.second)
    lengths = sorted(len(words(example.text)) for example in examples)
    openings = Counter(" ".join(words(example.text)[:2]) for example in examples if len(words(example.text)) > 2)
    lines = [
        f"{len(examples)} replies, {len(situations)} situations ("
        + ", ".join(f"{count} {name}" for name, count in Counter(s.context for s in situations.values()).most_common())
        + f"); {sum(s.held_out for s in situations.values())} situations held out",
        "label           first second",
        *(f"{label:15} {first[label]:5} {second[label]:6}" for label in LABELS),
        "words in a reply: "
        + ", ".join(f"{part} % up to {lengths[len(lengths) * part // 100]}" for part in (10, 25, 50, 75, 90)),
        "openings: " + ", ".join(f"“{words}” {100 * n / len(examples):.1f} %" for words, n in openings.most_common(8)),
    ]
    for earlier, later in near_duplicates(examples):
        lines.append(
            f"{later.file}, line {later.line}: “{short(later.text)}” says what {earlier.file}, line {earlier.line} says"
        )
    return "\n".join(lines)


def agreement(examples: list[Example]) -> str:
    """How far each two raters agree on what both read, and each with the corpus as it stands now."""
    from sklearn.metrics import cohen_kappa_score

    sheets = read_sheets(examples) | {"the corpus": {example.place: example.label for example in examples}}
    lines = []
    for one, other in combinations(sheets, 2):
        both = sorted(sheets[one].keys() & sheets[other].keys())
        if not both:
            continue
        labels = [[sheets[rater][place] for place in both] for rater in (one, other)]
        same = sum(a == b for a, b in zip(*labels, strict=True))
        kappa = cohen_kappa_score(*labels)
        lines.append(
            f"{one} and {other}: the same label for {same} of {len(both)} ({same / len(both):.0%}), kappa {kappa:.2f}"
        )
        apart = Counter((a, b) for a, b in zip(*labels, strict=True) if a != b)
        lines.append("  most often apart: " + ", ".join(f"{a}/{b} {count}" for (a, b), count in apart.most_common(8)))
    return "\n".join(lines)


def blind_sheet(examples: list[Example], percent: int) -> list[dict[str, str]]:
    """Whole situations, so many in a hundred and always the same ones, as rows without labels."""
    return [
        {"situation": one.situation.id, "context": one.situation.background, "client": one.situation.client,
         "reply": one.text, "primary": "", "secondary": ""}
        for one in examples
        if crc32(f"blind {one.situation.id}".encode()) % 100 < percent
    ]  # fmt: skip


def prune(examples: list[Example], folder: Path = FOLDER) -> int:
    """Takes the later of two near-duplicates out of its file; returns how many went."""
    gone: dict[str, set[int]] = defaultdict(set)
    for _, later in near_duplicates(examples):
        gone[later.file].add(later.line)
    for name, lines in gone.items():
        kept = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        write_whole(folder / name, "".join(line for number, line in enumerate(kept, start=1) if number not in lines))
    return sum(map(len, gone.values()))


def main(arguments: list[str]) -> int:
    """Does what is asked. Returns 1 if the corpus has faults, which are printed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="one file of the corpus; without it, all")
    parser.add_argument("--blind", type=int, metavar="PERCENT", help="print a sheet for a rater of so many percent")
    parser.add_argument("--prune", action="store_true", help="take near-duplicates out")
    wish = parser.parse_args(arguments)
    try:
        examples = read(wish.file) if wish.file else read_all()
        if wish.blind:
            rows = blind_sheet(examples, wish.blind)
            sheet = csv.DictWriter(sys.stdout, list(rows[0]))
            sheet.writeheader()
            sheet.writerows(rows)
        elif wish.prune:
            print(f"{prune(examples, wish.file.parent if wish.file else FOLDER)} near-duplicates taken out")
        else:
            print(report(examples))
            print("" if wish.file else agreement(examples))
    except CorpusFaults as problem:
        print(problem)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
