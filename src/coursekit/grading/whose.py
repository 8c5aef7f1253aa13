"""Whose a submission is: by the system's id of its sender first, then by what the file says.

What does not agree is a clash: nobody is merged with anybody, and a person reads of it.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from coursekit.grading.schema import marks, senders, submissions, trainees
from coursekit.grading.senders import Sender, canonical

if TYPE_CHECKING:
    from coursekit.grading.kept import Submission

NOBODY = Sender("", "", "")
Clash = dict[str, str]
"""A problem of a submission (item, reason, text) that stays with it; `clash` is the trainee that it is about besides, `source` the
other file."""

APART = (
    "Somebody of another name handed in the same notebook under this trainee id, so the two are kept apart, the later one "
    "under an id of its own."
)
SHARED = (
    "The trainee id in this file came from another sender before, so the two are kept apart, the later one under an id of "
    "its own."
)
OTHERS_ID = "This sender's file carries the trainee id of somebody else. It is kept under its sender."
OTHERS_NAME = "This sender's file is signed with the name of another sender. It is kept under its sender."
OWN_NAME = "A file of another sender is signed with the name of this one. Each is kept under its sender."
SAME_FILE = (
    "Two senders handed in the very same file. It is kept once, under the one whose name is in it, or else under the first; the "
    "other has nothing from it."
)
OTHER_SENDER = "Its sender is known as another trainee, under whom the other files are. This one came first without a sender."
RENAMED = "The sender's number belonged to another name before. It is kept by what the file says, and not under that sender."


# Made once, because to make a statement takes longer than to run it.
_NAMES = ("system", "sender", "carries", "trainee", "letters", "apart", "part", "notebook")
_GIVEN: dict[str, sa.BindParameter[str]] = {name: sa.bindparam(name) for name in _NAMES}
_SAME_SYSTEM = (submissions.c.system == _GIVEN["system"], submissions.c.sender != _GIVEN["sender"])
_LINKED = sa.select(senders).where(senders.c.system == _GIVEN["system"], senders.c.id == _GIVEN["sender"])
_SHARING = sa.select(
    *(submissions.c[name] for name in ("trainee", "source", "sender_name", "part", "notebook"))
).where(submissions.c.carries == _GIVEN["carries"], *_SAME_SYSTEM)  # fmt: skip
_CARRIED = sa.select(submissions.c.trainee, submissions.c.source).where(
    submissions.c.carries == _GIVEN["carries"], submissions.c.trainee != _GIVEN["trainee"]
)
_OF_THE_NAME = sa.select(senders.c.trainee).where(
    senders.c.letters == _GIVEN["letters"], senders.c.system == _GIVEN["system"], senders.c.id != _GIVEN["sender"]
)
_SIGNED = sa.select(submissions.c.trainee, submissions.c.source, submissions.c.sender_name).where(
    submissions.c.signed == _GIVEN["letters"], *_SAME_SYSTEM
)

_ACTS = sa.select(submissions.c.acts).where(
    *(submissions.c[name] == _GIVEN[name] for name in ("trainee", "part", "notebook"))
)
_HANDED_IN = sa.select(submissions.c.sha256).where(submissions.c.trainee == _GIVEN["trainee"]).limit(2)
_MARKED = sa.select(marks.c.id).where(marks.c.trainee == _GIVEN["trainee"]).limit(1)
# An id of its own is the id in the file, a plus sign and hexadecimal digits: a range, which an index finds.
_SAME_ID = sa.select(trainees.c.id, trainees.c.names).where(
    sa.or_(trainees.c.id == _GIVEN["carries"], trainees.c.id.between(_GIVEN["apart"], _GIVEN["apart"] + "~"))
).order_by(trainees.c.id)  # fmt: skip
_SENDER = senders.insert()


def new(book: sa.Connection, one: "Submission", names: list[str]) -> tuple[str, list[Clash]]:
    """The trainee under whom to keep a submission that is not in the gradebook yet, and what does not agree about it."""
    if not one.system:
        return _by_file(book, one, names)
    linked = _linked(book, one)
    if linked and linked.letters != canonical(one.sender_name):
        one.sent_by(NOBODY)
        trainee, clashes = _by_file(book, one, names)
        return trainee, [*clashes, _clash(RENAMED, linked.trainee)]
    if linked:
        trainee, clashes = linked.trainee, list(_carried_by_others(book, one, linked.trainee))
    elif sharing := _sharing(book, one):
        own = hashlib.sha256(f"{one.system} {one.sender}".encode()).hexdigest()[:8]
        trainee, clashes = f"{one.trainee}+{own}", [_clash(SHARED, sharing.trainee, sharing.source)]
    else:
        trainee, clashes = _by_file(book, one, names)
    return trainee, [*clashes, *_signed(book, one, names)]


def known(book: sa.Connection, one: "Submission", there: Any) -> tuple[str, list[Clash]]:
    """The trainee of a submission that is in the gradebook, and what does not agree, then or now."""
    clashes = [problem for problem in json.loads(there.problems) if "clash" in problem]
    if one.system and not there.sender:
        linked = _linked(book, one)
        if linked and linked.letters == canonical(one.sender_name) and linked.trainee != there.trainee:
            clashes.append(_clash(OTHER_SENDER, linked.trainee))
    elif one.system and one.system == there.system and one.sender != there.sender:
        linked = _linked(book, one)
        clashes.append(_clash(SAME_FILE, linked.trainee if linked else "", one.source))
    return there.trainee, [clash for n, clash in enumerate(clashes) if clash not in clashes[:n]]


def hand_over(book: sa.Connection, one: "Submission", there: Any, names: list[str]) -> tuple[str, list[Clash]] | None:
    """Keep a file under this sender that another one handed in first, where it is signed with this one's name and not with the
    other's; `names` are those in it. Returns whose it is now, and what to say of it; None where it stays."""
    mine = canonical(one.sender_name)
    is_mine = mine and there.signed == mine and canonical(there.sender_name) not in ("", mine)
    if not (one.system and one.system == there.system and one.sender != there.sender and is_mine):
        return None
    before, linked = there.trainee, _linked(book, one)
    is_alone = len(book.execute(_HANDED_IN, {"trainee": before}).all()) == 1
    if linked:
        trainee = linked.trainee if linked.letters == mine else before
    else:  # all that is known of the first one may be from this file: then his trainee is hers
        trainee = before if is_alone else _by_file(book, one, names)[0]
    if trainee == before and (linked or not is_alone):
        return None
    if is_alone:
        book.execute(senders.delete().where(senders.c.trainee == before))
    if book.scalar(sa.select(trainees.c.id).where(trainees.c.id == trainee)) is None:
        book.execute(trainees.insert().values(id=trainee, name=names[-1], names=json.dumps(names)))
    values = {name: getattr(one, name) for name in ("system", "sender", "sender_name", "late", "back", "source")}
    book.execute(submissions.update().where(submissions.c.sha256 == one.sha256).values(values | {"trainee": trainee}))
    link(book, one, trainee, False)
    is_left = trainee != before and _left_behind(book, before, mine)
    return trainee, [_clash(SAME_FILE, before if is_left else "", there.source)]


def _left_behind(book: sa.Connection, trainee: str, name: str) -> bool:
    """Take a name (its letters) away from somebody who had it from a file that went over to another, or remove him, where nothing
    else is known of him; return whether he is still there."""
    this = trainees.c.id == trainee
    if not any(book.execute(query, {"trainee": trainee}).first() for query in (_HANDED_IN, _MARKED)):
        book.execute(trainees.delete().where(this))
        return False
    names = [one for one in json.loads(book.scalar(sa.select(trainees.c.names).where(this)) or "[]") if canonical(one) != name]
    book.execute(trainees.update().where(this).values(names=json.dumps(names), name=names[-1] if names else None))
    return True


def link(book: sa.Connection, one: "Submission", trainee: str, known: bool) -> None:
    """Remember the sender of a submission as this trainee, and with a submission that is `known` without one."""
    if not one.system:
        return
    linked, name = _linked(book, one), one.sender_name
    if linked and (linked.trainee != trainee or linked.letters != canonical(name)):
        return
    if not linked:
        row = {"system": one.system, "id": one.sender, "name": name, "letters": canonical(name), "trainee": trainee}
        book.execute(_SENDER, row)
    if not known:
        return
    values = {name: getattr(one, name) for name in ("system", "sender", "sender_name", "late", "back")}
    book.execute(submissions.update().where(submissions.c.sha256 == one.sha256).values(values))


def acts(book: sa.Connection, trainee: str, one: "Submission") -> Sequence[int]:
    """How many acts each hand-in of the same notebook by a trainee has."""
    return book.scalars(_ACTS, {"trainee": trainee, "part": one.part, "notebook": one.notebook}).all()


# By the sender


def _linked(book: sa.Connection, one: "Submission") -> Any:
    return book.execute(_LINKED, {"system": one.system, "sender": one.sender}).first()


def _sharing(book: sa.Connection, one: "Submission") -> Any:
    """A file of another sender that carries the same trainee id, unless it can be the same person in another assignment."""
    for row in book.execute(_SHARING, {"carries": one.trainee, "system": one.system, "sender": one.sender}).all():
        lasting = Sender(one.system, one.sender, "").lasting
        same_name = canonical(row.sender_name) == canonical(one.sender_name)
        if lasting or not same_name or (row.part, row.notebook) == (one.part, one.notebook):
            return row
    return None


def _carried_by_others(book: sa.Connection, one: "Submission", trainee: str) -> Iterator[Clash]:
    if row := book.execute(_CARRIED, {"carries": one.trainee, "trainee": trainee}).first():
        yield _clash(OTHERS_ID, row.trainee, row.source)


def _signed(book: sa.Connection, one: "Submission", names: list[str]) -> Iterator[Clash]:
    """Where the name in a file is that of another sender: here, or in a file that was there before."""
    mine, signed = canonical(one.sender_name), canonical(names[-1]) if names else ""
    this = {"system": one.system, "sender": one.sender}
    if signed and signed != mine and (row := book.execute(_OF_THE_NAME, this | {"letters": signed}).first()):
        yield _clash(OTHERS_NAME, row.trainee)
        return
    for row in book.execute(_SIGNED, this | {"letters": mine}) if mine else ():
        if canonical(row.sender_name) != mine:
            yield _clash(OWN_NAME, row.trainee, row.source)
            return


def _clash(reason: str, other: str, source: str = "") -> Clash:
    said = [f"The other one: {other}." if other else "", f"Its file: {source}" if source else ""]
    return {"item": "", "reason": reason, "text": " ".join(part for part in said if part), "clash": other, "source": source}


# By what the file says


def _by_file(book: sa.Connection, one: "Submission", names: list[str]) -> tuple[str, list[Clash]]:
    """Usually the id in it. But where a working copy was passed on, two people have one id; if another name has
    handed in the same notebook under it, and none of the names is the same, the two are kept apart.
    """
    own = one.trainee
    rows = book.execute(_SAME_ID, {"carries": own, "apart": f"{own}+"}).all()
    by_name = {row.id: {folded(name) for name in json.loads(row.names)} for row in rows}
    here = {folded(name) for name in names}
    found = next((trainee for trainee, theirs in by_name.items() if here & theirs), None)
    if found is None and (not here or not by_name.get(own) or not list(acts(book, own, one))):
        found = own
    if found is None:
        found = f"{own}+{hashlib.sha256(min(here).encode()).hexdigest()[:8]}"
    return found, [] if found == own else [{"item": "", "reason": APART, "text": "", "clash": own}]


def folded(name: str) -> str:
    """A name as it is compared: without regard to capitals and spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
