"""Plays a role-play turn by turn, and replays a trace; see docs/formats.md for the trace. ``rules.js`` is the twin."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coursekit.codebook import THERAPIST_CODES
from coursekit.coding import POSSIBLE
from coursekit.roleplay import client as model
from coursekit.roleplay.scenes import Passage, RolePlay, Scene, Speech

BY_SCRIPT, BY_TRAINEE = "script", "trainee"
BY_CODER = "coder "
"""Begins the name of a coder with its version, `coder 1`."""


@dataclass(frozen=True)
class Week:
    """What lay between two sessions: ``turns`` were played before it, and ``words`` stand above the next. The client as the one
    session left them, and as they were when the next began."""

    turns: int
    words: str
    before: model.ClientState
    after: model.ClientState


class TraceRefused(Exception):
    """A trace that its script does not allow; ``turn`` is where it went wrong, ``reason`` says how."""

    def __init__(self, turn: int, reason: str):
        self.turn, self.reason = turn, reason
        super().__init__(f"turn {turn}: {reason}")


class Turn(BaseModel):
    """One turn of a trace, as in docs/formats.md."""

    model_config = ConfigDict(frozen=True, strict=True)

    turn: int = Field(ge=1)
    scene: str
    flag: Literal["withdrawal", "confrontation"] | None = None
    reply: int | None = None
    text: str | None = None
    codes: list[str] = Field(min_length=1, max_length=2)
    by: str


_VALIDATED = Turn.__pydantic_validator__.validate_python


@dataclass(slots=True)  # frozen it would take more than twice as long to make, and a large class plays very many turns
class TurnRecord:
    """One turn as it was played: what the client showed, what was done, how it was taken. Alliances run from 0 to 100."""

    turn: int
    session: int
    """1 for the turns of the first session, 2 for those of the next."""
    scene: str
    lead_in: tuple[Speech, ...]
    """What was said in the scenes that led here without a reply, and the words above a session that began on the way."""
    passage: Passage
    line: str
    """What the client's line is for a flag: ``onset``, ``follow-on``, ``plain``, ``look-alike`` or ``unscored``."""
    kind: str | None
    """Kind of rupture that the line shows."""
    flag: str | None
    reply: int | None
    text: str
    feedback: str
    codes: tuple[str, ...]
    by: str
    context: str
    stage: int
    value: int
    grade: int
    rules: tuple[str, ...]
    advanced: bool
    missed: bool
    closed: bool
    opened: bool
    test: str | None
    link_refused: bool
    invitation_again: bool
    offered: tuple[str, ...]
    """Primary codes that were on offer; of a written reply, all."""
    offered_advance: int
    """How many of those on offer would have brought a repair on."""
    risk: bool
    felt_before: int
    shown_before: int
    felt: int
    shown: int
    mood: tuple[str, ...]

    @property
    def written(self) -> bool:
        return self.reply is None

    @property
    def counted(self) -> bool:
        """Whether the turn counts in a score: not where the trainee named her own reply, nor by a "possibly" of a coder."""
        possibly = self.by.startswith(BY_CODER) and self.codes[0] in POSSIBLE
        return self.by != BY_TRAINEE and not possibly


@dataclass
class Session:
    """A role-play being played. ``step`` takes one turn; ``turns`` has what was played, ``weeks`` what lay between sessions."""

    roleplay: RolePlay
    state: model.ClientState = field(init=False)
    turns: list[TurnRecord] = field(default_factory=list)
    weeks: list[Week] = field(default_factory=list)
    lead_in: tuple[Speech, ...] = ()
    self_rating: int | None = None
    again: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = model.start(self.roleplay.start)
        self._enter(self.roleplay.first)

    @property
    def traits(self) -> model.Traits:
        return self.roleplay.traits

    @property
    def ending(self) -> Scene | None:
        """The scene in which the role-play ended, or None while it goes on."""
        return self.scene if self.scene.ending else None

    @property
    def complete(self) -> bool:
        """Played to an ending and rated by the trainee herself."""
        return self.ending is not None and self.self_rating is not None

    @property
    def number(self) -> int:
        """Which of the role-play's sessions is being played, from 1."""
        return len(self.weeks) + 1

    @property
    def turns_left(self) -> int:
        """The number of turns from here to the nearest ending."""
        return 0 if self.ending else self.passage.turns_to(self.roleplay.turns_to_an_ending)

    @property
    def felt(self) -> int:
        return self.state.felt

    @property
    def shown(self) -> int:
        return self.state.shown(self.traits)

    def choose(self, reply: int, flag: str | None = None) -> TurnRecord:
        """Plays the reply with this number (from 1); ``flag`` is what was flagged at the client's line."""
        replies = self.passage.replies
        codes = list(replies[reply - 1].codes) if 1 <= reply <= len(replies) else ["OPEN"]
        return self.step({"turn": len(self.turns) + 1, "scene": self.scene.name, "flag": flag, "reply": reply,
                          "text": None, "codes": codes, "by": BY_SCRIPT})  # fmt: skip

    def write(self, text: str, codes: list[str], by: str, flag: str | None = None) -> TurnRecord:
        """Plays a written reply that was coded ``codes`` by ``by``."""
        return self.step({"turn": len(self.turns) + 1, "scene": self.scene.name, "flag": flag, "reply": None,
                          "text": text, "codes": codes, "by": by})  # fmt: skip

    def step(self, act: dict[str, Any]) -> TurnRecord:
        """Plays one turn given as in a trace. Raises :class:`TraceRefused` and changes nothing if the script does not allow it."""
        turn = self._checked(act)
        passage = self.passage
        text, feedback, to = self._said(turn)
        before = (self.felt, self.shown)
        context, stage, kind = self.state.context, self.state.stage, passage.kind
        line = self._line_for_flag()
        mood = tuple(model.moods(self.state))
        offered = passage.offered
        advance = sum([model.advances(self.state, code) for code in offered]) if self.state.rupture else 0
        again = turn.codes[0] == "INVITE" and not self.state.rupture and self.state.invitations > 0
        taken = model.take(self.state, turn.codes, self.traits)
        record = TurnRecord(
            turn=turn.turn, session=self.number, scene=self.scene.name, lead_in=self.lead_in, passage=passage, line=line,
            kind=kind, flag=turn.flag, reply=turn.reply, text=text, feedback=feedback, codes=tuple(turn.codes), by=turn.by,
            context=context, stage=stage, value=taken.effects.value, grade=taken.effects.grade, rules=taken.rules,
            advanced=taken.advanced, missed=taken.missed, closed=taken.closed, opened=taken.opened, test=taken.test,
            link_refused=taken.link_refused, invitation_again=again, offered=offered, offered_advance=advance,
            risk="RISK" in passage.markers, felt_before=before[0], shown_before=before[1], felt=self.felt, shown=self.shown,
            mood=mood,
        )  # fmt: skip
        self.turns.append(record)
        self._enter(to)
        return record

    def rate(self, rating: int) -> None:
        """The trainee's own rating of the play, 0–100, after its end."""
        if self.ending is None:
            raise TraceRefused(len(self.turns) + 1, "the play was rated before it ended")
        if isinstance(rating, bool) or not isinstance(rating, int) or not 0 <= rating <= 100:
            raise TraceRefused(len(self.turns) + 1, f"a rating is a whole number from 0 to 100, not {rating!r}")
        self.self_rating = rating

    def _enter(self, name: str) -> None:
        lead_in: list[Speech] = []
        while True:
            if name in self.roleplay.sessions:
                lead_in.append(self._next_session(self.roleplay.sessions[name]))
            self.scene = self.roleplay.scenes[name]
            self.passage = self._passage()
            if self.passage.onset and not self.scene.ending:
                model.hurt(self.state, self.passage.onset)
            if not self.passage.go_on:
                break
            lead_in += self.passage.speeches
            name = self.passage.go_on
        self.lead_in = tuple(lead_in)

    def _next_session(self, words: str) -> Speech:
        """A session ends and the next begins: what lay between is kept; returns the words that stand above it."""
        before = replace(self.state)
        model.after_session(self.state)
        self.weeks.append(Week(len(self.turns), words, before, replace(self.state)))
        return Speech(kind="session", text=words)

    def _passage(self) -> Passage:
        if len(self.scene.passages) == 1:
            return self.scene.passages[0]
        for mood in model.moods(self.state):
            if passage := self.scene.by_mood.get(mood):
                return passage
        return next(passage for passage in self.scene.passages if not passage.moods)

    def _checked(self, act: dict[str, Any]) -> Turn:
        number = len(self.turns) + 1
        try:
            turn = _VALIDATED(act)
        except ValidationError as error:
            problem = error.errors()[0]
            place = ".".join(map(str, problem["loc"])) or "turn"
            raise TraceRefused(number, f"“{place}” cannot be read: {problem['msg']}") from None
        if turn.turn != number:
            raise TraceRefused(number, f"this turn is numbered {turn.turn}")
        if self.scene.ending:
            raise TraceRefused(number, f"the play had ended in “{self.scene.title}”")
        if turn.scene != self.scene.name:
            raise TraceRefused(number, f"the client is in “{self.scene.name}”, not in “{turn.scene}”")
        different = set(turn.codes)
        if len(different) < len(turn.codes) or not different <= THERAPIST_CODES.keys():
            raise TraceRefused(number, f"{', '.join(turn.codes)} are not one or two different codes")
        if self.passage.write:
            self._check_written(turn, number)
        else:
            self._check_chosen(turn, number)
        return turn

    def _check_written(self, turn: Turn, number: int) -> None:
        if turn.reply is not None or not (turn.text or "").strip():
            raise TraceRefused(number, "a written reply was asked for here, and none is given")
        if turn.by == BY_SCRIPT or not turn.by.strip():
            raise TraceRefused(number, "it is not said who coded the written reply")

    def _check_chosen(self, turn: Turn, number: int) -> None:
        replies = self.passage.replies
        if turn.reply is None or not 1 <= turn.reply <= len(replies):
            raise TraceRefused(number, f"reply {turn.reply} is not on offer; there are {len(replies)}")
        if turn.by != BY_SCRIPT or turn.text is not None:
            raise TraceRefused(number, "a reply was to be chosen here, not written")
        if tuple(turn.codes) != replies[turn.reply - 1].codes:
            raise TraceRefused(number, f"reply {turn.reply} is not {' + '.join(turn.codes)}")

    def _said(self, turn: Turn) -> tuple[str, str, str]:
        """Words, feedback and next scene of a turn."""
        if turn.reply is not None:
            reply = self.passage.replies[turn.reply - 1]
            return reply.text, reply.feedback, reply.to
        for reply in self.passage.replies:
            if reply.codes[0] == turn.codes[0]:
                return turn.text or "", reply.feedback, reply.to
        otherwise = self.passage.otherwise
        assert otherwise is not None  # the reader refuses a written scene without it
        return turn.text or "", otherwise.feedback, otherwise.to

    def _line_for_flag(self) -> str:
        if self.passage.onset:
            return "onset"
        if self.passage.look_alikes and self.state.stage != 1:
            return "look-alike"
        if self.state.stage != 1:
            return "plain"
        return "follow-on" if self.passage.kind else "unscored"


def replay(roleplay: RolePlay, trace: list[dict[str, Any]]) -> Session:
    """The session that ``trace`` (the acts of one attempt, docs/formats.md section 2) leads to.

    Raises :class:`TraceRefused` with the turn at which the script does not allow it.
    """
    session, refused = replay_what_can_be(roleplay, trace)
    if refused:
        raise refused
    return session


def replay_what_can_be(roleplay: RolePlay, trace: list[dict[str, Any]]) -> tuple[Session, TraceRefused | None]:
    """As :func:`replay`, but returns the turns before the first that is not allowed, and the refusal, or None."""
    session = Session(roleplay)
    for act in trace:
        try:
            take_act(session, act)
        except TraceRefused as refused:
            return session, refused
    return session, None


def take_act(session: Session, act: Any) -> None:
    """One act of a trace: a turn, the trainee's own rating, or a second try. Raises :class:`TraceRefused`."""
    if not isinstance(act, dict):
        raise TraceRefused(len(session.turns) + 1, f"{act!r} is not a turn")
    if "self" in act:
        session.rate(act["self"])
    elif "again" in act:
        written = [turn.turn for turn in session.turns if turn.written]
        if isinstance(act["again"], bool) or act["again"] not in written:
            raise TraceRefused(len(session.turns) + 1, f"a second try is of a written turn, not of {act['again']!r}")
        session.again.append(act)
    else:
        session.step(act)

