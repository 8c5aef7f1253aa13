"""Where the best of several replies stands, and whether it can be told by its length."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from coursekit.exercises.kinds import Item
from coursekit.roleplay.scenes import RolePlay
from coursekit.roleplay.smells import TOLERANCE, best_reply

MOST_IN_ONE_PLACE = 0.6
FEW = 4
"""With fewer choices than this nothing can be said of places."""


@dataclass(frozen=True)
class Offer:
    """What is on offer at one point: the place of the best, from 0, and how long each is."""

    best: int
    lengths: tuple[int, ...]


@dataclass(frozen=True)
class Balance:
    """Of how many offers the best is the longest and the shortest, how many that would be by chance, and how often it stands in
    each place."""

    offers: int
    longest: int
    shortest: int
    chance: float
    places: tuple[int, ...]

    @property
    def percent_longest(self) -> float:
        return 100 * self.longest / self.offers

    @property
    def percent_shortest(self) -> float:
        return 100 * self.shortest / self.offers

    @property
    def percent_by_chance(self) -> float:
        return 100 * self.chance / self.offers


def balance(offers: Iterable[Offer]) -> Balance | None:
    """The balance of these offers, or None where there are none; of several that are equally long the first counts."""
    offers = list(offers)
    if not offers:
        return None
    places = Counter(offer.best for offer in offers)
    return Balance(
        len(offers),
        sum(offer.lengths.index(max(offer.lengths)) == offer.best for offer in offers),
        sum(offer.lengths.index(min(offer.lengths)) == offer.best for offer in offers),
        sum(1 / len(offer.lengths) for offer in offers),
        tuple(places[place] for place in range(max(len(offer.lengths) for offer in offers))),
    )


def outside(found: Balance) -> list[str]:
    """What lies outside the limits: the longest or the shortest is the best more often than by chance and a tolerance, or the best
    keeps to one place. A single choice more than chance is never outside."""
    said = []
    for name, count, percent in (
        ("longest", found.longest, found.percent_longest),
        ("shortest", found.shortest, found.percent_shortest),
    ):
        if percent > found.percent_by_chance + TOLERANCE and count > found.chance + 1:
            said.append(f"the best is the {name} in {count} of {found.offers}, by chance {found.chance:.0f}")
    if found.offers >= FEW and max(found.places) > MOST_IN_ONE_PLACE * found.offers:
        place = found.places.index(max(found.places)) + 1
        said.append(f"the best stands in place {place} in {max(found.places)} of {found.offers}")
    return said


def offers_of_script(roleplay: RolePlay) -> list[Offer]:
    """The passages of a script in which a reply is chosen."""
    passages = (passage for scene in roleplay.scenes.values() for passage in scene.passages)
    return [Offer(best_reply(passage, roleplay.traits), tuple(len(reply.text) for reply in passage.replies))
            for passage in passages if passage.replies and not passage.write]  # fmt: skip


def offers_of_items(items: Iterable[Item]) -> list[Offer]:
    """The choices among items, reasons apart, that have a key."""
    return [Offer([option.id for option in item.options].index(item.key.option), tuple(len(option.text) for option in item.options))
            for item in items if item.kind == "choice" and item.key]  # fmt: skip
