"""`python -m coursekit.coding.corpus [FILE]`: what is in the corpus, or in one file of it, and what to mend."""

import sys
from collections import Counter, defaultdict
from pathlib import Path

from coursekit.coding.corpus import FOLDER, LABELS, CorpusFaults, Example, read, read_all
from coursekit.coding.text import words
from coursekit.words import short

ALIKE = 70
"""Two replies are near-duplicates from this share of word pairs in common on, in percent."""


def near_duplicates(examples: list[Example]) -> list[tuple[Example, Example]]:
    """Pairs of replies that say the same in nearly the same words; in each the one that stands later comes second."""
    pairs: list[set[str]] = []
    places: dict[str, list[int]] = defaultdict(list)
    found = []
    for number, example in enumerate(examples):
        spoken = ["^", *words(example.text), "$"]
        mine = {f"{one} {two}" for one, two in zip(spoken, spoken[1:], strict=False)} if len(spoken) > 2 else {example.text}
        shared = Counter(other for pair in mine for other in places[pair])
        alike = [other for other, common in shared.items() if 100 * common >= ALIKE * len(mine | pairs[other])]
        if alike:
            found.append((examples[min(alike)], example))
        pairs.append(mine)
        for pair in mine:
            places[pair].append(number)
    return found


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
        "words in a reply: " + ", ".join(f"{part} % up to {lengths[len(lengths) * part // 100]}" for part in (10, 25, 50, 75, 90)),
        "openings: " + ", ".join(f"“{words}” {100 * n / len(examples):.1f} %" for words, n in openings.most_common(8)),
    ]
    for earlier, later in near_duplicates(examples):
        lines.append(f"{later.file}, line {later.line}: “{short(later.text)}” says what {earlier.file}, line {earlier.line} says")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Prints the report of the file that is named, or of the whole corpus. Returns 1 if it has faults."""
    try:
        examples = read(Path(arguments[0])) if arguments else read_all(FOLDER)
    except CorpusFaults as problem:
        print(problem)
        return 1
    print(report(examples))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
