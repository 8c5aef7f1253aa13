"""The alliance curve of a play as inline SVG, with the same in words: felt against shown, ruptures and repairs on it."""

from dataclasses import dataclass
from functools import cache
from math import inf

from markupsafe import Markup

from coursekit.roleplay.client import ClientState
from coursekit.roleplay.session import Session

WIDTH, HEIGHT = 380, 210
TITLE = "Alliance as it was felt and as it was shown, turn by turn; the text below says what there is to see."
LEFT, RIGHT, TOP, BOTTOM = 30, 78, 14, 30


@dataclass(frozen=True)
class Curve:
    """The drawing, and what it shows in words."""

    svg: Markup
    words: str


@dataclass(frozen=True)
class Rupture:
    """From the client's line in which a rupture shows to the first after it (None: it stayed open). Half-way between two lines
    a session ends, and with it every rupture."""

    start: float
    end: float | None = None
    repaired: int = 0
    """The turn that closed it, or 0."""
    flares: tuple[int, ...] = ()
    """The turns at which it was hurt anew while it was open."""


Moment = tuple[float, int, int]
"""A line of the client's, or the end of a session half-way to the next; felt and shown alliance."""


def curve(session: Session, id: str) -> Curve:
    """The curve of a session with at least one turn; `id` must be unique on the page."""
    parts, found = _stretches(session), ruptures(session)
    words = _in_words([moment for part in parts for moment in part], found, session.roleplay.client)
    return Curve(_draw(parts, found, id), words)


def _stretches(session: Session) -> list[list[Moment]]:
    """The two curves in stretches, one for each session (curves.js)."""

    def moment(line: float, state: ClientState) -> Moment:
        return line, state.felt, state.shown(session.traits)

    parts: list[list[Moment]] = [[]]
    for number, week in enumerate(session.weeks, 1):
        parts[-1] += [(turn.turn, turn.felt_before, turn.shown_before) for turn in session.turns if turn.session == number]
        parts[-1].append(moment(week.turns + 0.5, week.before))
        if session.ending and week.turns == len(session.turns):
            return parts  # a client who stays away shows nothing more
        parts.append([moment(week.turns + 0.5, week.after)])
    parts[-1] += [(turn.turn, turn.felt_before, turn.shown_before) for turn in session.turns if turn.session == session.number]
    return [*parts[:-1], [*parts[-1], (len(session.turns) + 1, session.felt, session.shown)]]


def ruptures(session: Session) -> list[Rupture]:
    """The ruptures of a play (curves.js)."""
    edges = [week.turns + 0.5 for week in session.weeks] + [inf]
    found: list[Rupture] = []
    start: float | None = None
    within = 0
    flares: list[int] = []

    def ends(end: float | None, repaired: int = 0) -> None:
        nonlocal start
        if start is not None:
            found.append(Rupture(start, end, repaired, tuple(flares)))
        start = None
        flares.clear()

    for turn in session.turns:
        if within < turn.session:
            ends(edges[within - 1])
        after = min(turn.turn + 1, edges[turn.session - 1])
        if turn.stage and start is None:
            start, within = turn.turn, turn.session
        elif start is not None and turn.line == "onset":
            flares.append(turn.turn)
        if turn.closed:
            ends(after, turn.turn)
        elif turn.opened and start is None:
            start, within = after, turn.session
    ends(edges[within - 1] if within < session.number else None)
    return found


def _in_words(moments: list[Moment], ruptures: list[Rupture], client: str) -> str:
    first, last, lowest = moments[0], moments[-1], min(moments, key=lambda moment: moment[1])
    said = [
        f"What {client} felt went from {first[1]} to {last[1]} of 100, and was lowest, {lowest[1]}, "
        f"{_at(lowest[0], last[0])}. What {client} showed went from {first[2]} to {last[2]}."
    ]
    for rupture in ruptures:
        began = f"The rupture that began {_at(rupture.start, last[0])}{_flared(rupture)}"
        if rupture.repaired:
            said.append(f"{began} was repaired with turn {rupture.repaired}.")
        elif rupture.end:
            said.append(f"{began} was still open when that session ended.")
        else:
            said.append(f"{began} was not repaired.")
    if not ruptures:
        said.append("There was no rupture.")
    return " ".join(said)


def _flared(rupture: Rupture) -> str:
    return f" flared up again at turn {' and '.join(map(str, rupture.flares))} and" if rupture.flares else ""


def _at(line: float, last: float) -> str:
    if line == last:
        return "at the end"
    return f"at turn {line:g}" if line % 1 == 0 else f"after turn {line - 0.5:g}"


def _draw(parts: list[list[Moment]], ruptures: list[Rupture], id: str) -> Markup:
    moments = [moment for part in parts for moment in part]
    points, felt, shown = moments[-1]

    def across(point: float) -> float:
        return _across(point, points)

    def mark(line: float) -> tuple[float, float]:
        return across(line), _UP[next(moment[1] for moment in moments if moment[0] >= line)]

    drawn = [_grid(), _turns(int(points))]
    for rupture in ruptures:
        left, right = across(rupture.start), across(rupture.end or points)
        band = f'<rect class="ck-open" x="{left}" y="{TOP}" width="{max(1.5, right - left)}" height="{_HEIGHT}"/>'
        drawn.append(Markup(band))
    drawn += [_border(across(part[0][0])) for part in parts[1:]]
    for name, which in (("ck-felt", 1), ("ck-shown", 2)):
        for part in parts:
            path = " ".join(f"{across(moment[0])},{_UP[int(moment[which])]}" for moment in part)
            drawn.append(Markup(f'<polyline class="{name}" points="{path}"/>'))
    for rupture in ruptures:
        for x, y in map(mark, (rupture.start, *rupture.flares)):
            drawn.append(Markup(f'<path class="ck-began" d="M{x - 5},{y - 5}h10l-5,9z"/>'))
        if rupture.repaired and rupture.end:
            x, y = mark(rupture.end)
            drawn.append(Markup(f'<path class="ck-repaired" d="M{x},{y - 6}l6,6l-6,6l-6,-6z"/>'))
    drawn.append(_labels(_UP[felt], _UP[shown], felt, shown))
    head = Markup('<svg class="ck-curve" viewBox="0 0 {} {}" role="img" aria-labelledby="{}">').format(
        WIDTH, HEIGHT, id
    )
    return head + Markup('<title id="{}">{}</title>').format(id, TITLE) + Markup("").join(drawn) + Markup("</svg>")


_HEIGHT = HEIGHT - TOP - BOTTOM
_UP = [round(TOP + _HEIGHT * (1 - value / 100), 1) for value in range(101)]
"""How far down the drawing each value from 0 to 100 stands."""


@cache
def _across(point: float, points: float) -> float:
    """Where a line of the client's stands in a play of so many; there are few different ones."""
    return round(LEFT + (WIDTH - LEFT - RIGHT) * (point - 1) / (points - 1), 1)


def _border(x: float) -> Markup:
    return Markup(f'<line class="ck-border" x1="{x}" y1="{TOP}" x2="{x}" y2="{HEIGHT - BOTTOM}"/>')


@cache
def _grid() -> Markup:
    lines = [
        f'<line class="ck-grid" x1="{LEFT}" y1="{_UP[value]}" x2="{WIDTH - RIGHT}" y2="{_UP[value]}"/>'
        f'<text x="{LEFT - 6}" y="{_UP[value] + 4}" text-anchor="end">{value}</text>'
        for value in (0, 50, 100)
    ]
    return Markup("".join(lines))


@cache
def _turns(points: int) -> Markup:
    step = max(1, -(-(points - 1) // 8))
    ticks = [point for point in range(1, points) if (point - 1) % step == 0]
    texts = [f'<text x="{_across(n, points)}" y="{HEIGHT - 12}" text-anchor="middle">{n}</text>' for n in ticks]
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
