"""The alliance curve of a play as inline SVG, with the same in words: felt against shown, ruptures and repairs on it."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from coursekit.roleplay.session import Session, TurnRecord

WIDTH, HEIGHT = 380, 210
TITLE = "Alliance as it was felt and as it was shown, turn by turn; the text below says what there is to see."
LEFT, RIGHT, TOP, BOTTOM = 30, 78, 14, 30


@dataclass(frozen=True)
class Curve:
    """The drawing, and what it shows in words."""

    svg: Markup
    words: str


@dataclass(frozen=True)
class _Rupture:
    """From the client's line in which a rupture shows to the first after its repair (None: it stayed open)."""

    start: int
    end: int | None


def curve(session: Session, id: str) -> Curve:
    """The curve of a session with at least one turn; `id` must be unique on the page."""
    turns = session.turns
    felt = [turn.felt_before for turn in turns] + [turns[-1].felt]
    shown = [turn.shown_before for turn in turns] + [turns[-1].shown]
    ruptures = _ruptures(turns)
    words = _in_words(felt, shown, ruptures, session.roleplay.client)
    return Curve(_draw(felt, shown, ruptures, id), words)


def _ruptures(turns: list[TurnRecord]) -> list[_Rupture]:
    found, start = [], None
    for turn in turns:
        if turn.stage and start is None:
            start = turn.turn
        if turn.closed and start is not None:
            found.append(_Rupture(start, turn.turn + 1))
            start = None
        elif turn.opened and start is None:
            start = turn.turn + 1
    return found + ([_Rupture(start, None)] if start is not None else [])


def _in_words(felt: list[int], shown: list[int], ruptures: list[_Rupture], client: str) -> str:
    said = [
        f"What {client} felt went from {felt[0]} to {felt[-1]} of 100, and was lowest, {min(felt)}, "
        f"{_at(felt.index(min(felt)) + 1, len(felt))}. What {client} showed went from {shown[0]} to {shown[-1]}."
    ]
    for rupture in ruptures:
        if rupture.end is None:
            said.append(f"The rupture that began {_at(rupture.start, len(felt))} was not repaired.")
        else:
            said.append(f"The rupture that began at turn {rupture.start} was repaired with turn {rupture.end - 1}.")
    if not ruptures:
        said.append("There was no rupture.")
    return " ".join(said)


def _at(point: int, points: int) -> str:
    return "at the end" if point == points else f"at turn {point}"


def _draw(felt: list[int], shown: list[int], ruptures: list[_Rupture], id: str) -> Markup:
    points = len(felt)
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def across(point: int) -> float:
        return round(LEFT + width * (point - 1) / (points - 1), 1)

    def up(value: int) -> float:
        return round(TOP + height * (1 - value / 100), 1)

    def path(values: list[int]) -> str:
        return " ".join(f"{across(n)},{up(value)}" for n, value in enumerate(values, 1))

    parts = [_grid(up), _turns(across, points)]
    for rupture in ruptures:
        left, right = across(rupture.start), across(rupture.end or points)
        band = f'<rect class="ck-open" x="{left}" y="{TOP}" width="{max(1.5, right - left)}" height="{height}"/>'
        parts.append(Markup(band))
    parts.append(Markup(f'<polyline class="ck-shown" points="{path(shown)}"/>'))
    parts.append(Markup(f'<polyline class="ck-felt" points="{path(felt)}"/>'))
    for rupture in ruptures:
        x, y = across(rupture.start), up(felt[rupture.start - 1])
        parts.append(Markup(f'<path class="ck-began" d="M{x - 5},{y - 5}h10l-5,9z"/>'))
        if rupture.end is not None:
            x, y = across(rupture.end), up(felt[rupture.end - 1])
            parts.append(Markup(f'<path class="ck-repaired" d="M{x},{y - 6}l6,6l-6,6l-6,-6z"/>'))
    parts.append(_labels(up(felt[-1]), up(shown[-1]), felt[-1], shown[-1]))
    head = Markup('<svg class="ck-curve" viewBox="0 0 {} {}" role="img" aria-labelledby="{}">').format(
        WIDTH, HEIGHT, id
    )
    return head + Markup('<title id="{}">{}</title>').format(id, TITLE) + Markup("").join(parts) + Markup("</svg>")


def _grid(up: Callable[[int], float]) -> Markup:
    lines = [
        f'<line class="ck-grid" x1="{LEFT}" y1="{up(value)}" x2="{WIDTH - RIGHT}" y2="{up(value)}"/>'
        f'<text x="{LEFT - 6}" y="{up(value) + 4}" text-anchor="end">{value}</text>'
        for value in (0, 50, 100)
    ]
    return Markup("".join(lines))


def _turns(across: Callable[[int], float], points: int) -> Markup:
    step = max(1, -(-(points - 1) // 8))
    ticks = [point for point in range(1, points) if (point - 1) % step == 0]
    texts = [f'<text x="{across(n)}" y="{HEIGHT - 12}" text-anchor="middle">{n}</text>' for n in ticks]
    return Markup("".join(texts) + f'<text x="{WIDTH - RIGHT + 8}" y="{HEIGHT - 12}">turn</text>')


def _labels(felt_y: float, shown_y: float, felt: int, shown: int) -> Markup:
    """The names of the two curves at their ends, kept apart where they would overlap."""
    apart = 14 - abs(felt_y - shown_y)
    if apart > 0:
        shift = apart / 2 if felt_y >= shown_y else -apart / 2
        felt_y, shown_y = felt_y + shift, shown_y - shift
    x = WIDTH - RIGHT + 8
    return Markup(
        f'<text class="ck-felt-name" x="{x}" y="{felt_y + 4:.1f}">felt {felt}</text>'
        f'<text class="ck-shown-name" x="{x}" y="{shown_y + 4:.1f}">shown {shown}</text>'
    )
