"""The simulated client: a small deterministic model in whole numbers, the same in Python and in JavaScript.

A teaching model, not science: the rules rest on the literature named beside each in ``client_model.json``, the numbers are a
design. ``rules.js`` is its twin; a test in the browser holds the two equal. Everything is whole numbers, and there is one
rounding rule: a fraction is dropped, towards zero (:func:`divide`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Effect = tuple[int, int, int, int]
"""What a reply does to bond, collaboration, strain and what stays unspoken."""

WITHDRAWAL, CONFRONTATION, CALM = "withdrawal", "confrontation", "calm"
MOODS = ("open", "guarded", "sharp", "softening", "frank", "braced", "trusting", "leaving")
Role = Literal["criticism", "abandonment", "control", "caretaking"]
ROLES: tuple[Role, ...] = get_args(Role)
NONE: Effect = (0, 0, 0, 0)


@cache
def model() -> dict[str, Any]:
    """The table of the client model, as in ``client_model.json``: effects, stages, parameters, and the source of each rule."""
    return json.loads(files(__package__).joinpath("client_model.json").read_text("utf-8"))


def divide(number: int, divisor: int) -> int:
    """``number / divisor`` with the fraction dropped, towards zero: ``divide(-7, 2)`` is -3."""
    return number // divisor if number >= 0 else -(-number // divisor)


def percent(part: int, whole: int) -> int:
    """``part`` hundredths of ``whole``, the fraction dropped."""
    return divide(part * whole, 100)


class Traits(BaseModel):
    """What a client brings along, constant over a session.

    ``style``: how strain shows when it comes unplanned, ``withdrawal`` or ``confrontation``. ``deference`` (0–100): how much of
    what is unspoken is hidden behind a good face. ``sensitivity`` (50–200): percent by which what hurts hurts. ``expects``: the
    role the client expects others to take, or None where replies are no test of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    style: Literal["withdrawal", "confrontation"] = "withdrawal"
    deference: int = Field(30, ge=0, le=100)
    sensitivity: int = Field(100, ge=50, le=200)
    expects: Role | None = None


@dataclass
class ClientState:
    """The client at one moment; bond, collaboration, strain, unspoken and template run from 0 to 100."""

    bond: int
    collaboration: int
    strain: int
    unspoken: int
    template: int
    rupture: str | None = None
    """Kind of the rupture that is open, or None."""
    stage: int = 0
    """0 without a rupture; 1 not yet taken notice of, 2 noticed, 3 explored, 4 its need named."""
    bond_before: int = 0
    ruptures: int = 0
    repairs: int = 0
    replies_in_rupture: int = 0
    invitations: int = 0
    links: int = 0
    template_at_start: int = 0
    """The template when this session began, within reach of which it stays."""
    template_brought: int = 0
    """The template when the first session began."""
    recent: list[str] = field(default_factory=list)

    @property
    def context(self) -> str:
        """``calm``, ``withdrawal`` or ``confrontation``: the column of the table that holds now."""
        return self.rupture or CALM

    @property
    def felt(self) -> int:
        """Alliance as the client feels it, 0–100: the mean of bond and collaboration, less half the strain and a fifth of what
        is unspoken."""
        tenths = 5 * (self.bond + self.collaboration - self.strain) - 2 * self.unspoken
        return tenths // 10 if tenths > 0 else 0

    def shown(self, traits: Traits) -> int:
        """Alliance as the client lets it be seen, 0–100: felt, and on top what deference hides."""
        return _clamp(self.felt + divide(traits.deference * (2 * self.unspoken + self.strain), 200))


def start(values: dict[str, int] | None = None) -> ClientState:
    """A client at the beginning of a session; ``values`` overrides bond, collaboration, strain, unspoken, template."""
    first = model()["params"]["start"]
    named = {"bond": first["B"], "collaboration": first["C"], "strain": first["S"], "unspoken": first["U"],
             "template": first["P"]} | (values or {})  # fmt: skip
    template = named["template"]
    return ClientState(**named, template_at_start=template, template_brought=template)


@dataclass(slots=True)  # not frozen, as TurnRecord is not: many are made
class Effects:
    """What one reply does, before the client's own sensitivity: the effect, its value, and the rules that spoke."""

    effect: Effect
    rules: tuple[str, ...]

    @property
    def value(self) -> int:
        """Ten times the change in felt alliance: 5 (bond + collaboration) − 5 strain − 2 unspoken."""
        bond, collaboration, strain, unspoken = self.effect
        return 5 * (bond + collaboration) - 5 * strain - 2 * unspoken

    @property
    def grade(self) -> int:
        """2 helpful, 1 neither, 0 hindering."""
        params = model()["params"]
        if self.value >= params["grade_helpful_from"]:
            return 2
        return 0 if self.value <= params["grade_hindering_to"] else 1


@dataclass(slots=True)
class Taken:
    """How the client took a reply; ``effects`` is the reply as such (what a score uses), the rest is what came of it."""

    effects: Effects
    rules: tuple[str, ...]
    advanced: bool
    missed: bool
    closed: bool
    opened: bool
    test: str | None
    link_refused: bool


_EXPECTING: dict[str | None, tuple[str, ...]] = {"confirmed": ("braced",), "disproved": ("trusting",)}


def moods(state: ClientState) -> list[str]:
    """The moods a line may be written for at this moment, the most particular first; a line for no mood always serves."""
    params = model()["params"]
    found = []
    if state.stage <= 1 and state.felt < params["leave_below_felt"]:
        found.append("leaving")
    if state.stage == 1:
        found.append("guarded" if state.rupture == WITHDRAWAL else "sharp")
    elif state.stage >= 3:
        found += ["frank", "softening"]
    elif state.stage == 2:
        found.append("softening")
    else:
        found += _EXPECTING.get(expectation(state), ())
        found += ["open"] if state.felt >= params["open_from_felt"] else []
    return found


def expectation(state: ClientState) -> str | None:
    """What has become of what the client expects (rule R12): ``confirmed``, ``disproved``, or None where neither is plain."""
    params, moved = model()["params"], state.template - state.template_brought
    if moved >= params["braced_above"]:
        return "confirmed"
    return "disproved" if moved <= -params["trusting_below"] else None


def hurt(state: ClientState, kind: str) -> None:
    """A planned hurt: opens a rupture of this kind, or makes the one that is open flare up."""
    params = model()["params"]
    if state.rupture:
        effect: Effect = tuple(params["flare"])
    else:
        effect = (0, 0, params["event_strain"], params["event_unspoken"][kind])
    _open(state, kind)
    _add(state, effect)


def effects(state: ClientState, codes: tuple[str, ...] | list[str], traits: Traits) -> Effects:
    """What a reply with these codes (primary, perhaps secondary) would do now; the secondary code counts half."""
    primary = _effect_of(state, codes[0])
    effect, rules = primary
    for code in codes[1:]:
        effect = _sum(effect, _scaled(_effect_of(state, code)[0], 2))
    test = _test(state, codes[0], traits)
    if test and not (test == "neither" and advances(state, codes[0])):
        effect = _sum(effect, tuple(model()["test"][test][:4]))
        rules = (*rules, f"R8 {test}")
    return Effects(effect, rules)


def advances(state: ClientState, code: str) -> bool:
    """Whether a reply with this primary code would bring the repair on: to its next stage, or at the last, strain down by 2."""
    table = model()
    kind = state.rupture
    if state.stage == 1:
        return code in table["ack_confrontation" if kind == CONFRONTATION else "ack"]
    if state.stage == 2:
        return code in table["explore_confrontation" if kind == CONFRONTATION else "explore"]
    if state.stage == 3:
        return code in table["meaning"] and not (code == "LINK" and not link_allowed(state))
    return state.stage == 4 and _effect_of(state, code)[0][2] <= -2


def link_allowed(state: ClientState) -> bool:
    """Whether a link to a wider pattern can be heard: two ruptures to link, felt alliance high enough, dose not yet used up."""
    params = model()["params"]
    return (
        state.ruptures >= params["link_min_instances"]
        and state.felt >= params["link_min_felt"]
        and state.links < params["link_max"]
    )


def take(state: ClientState, codes: tuple[str, ...] | list[str], traits: Traits) -> Taken:
    """The client takes a reply: changes ``state`` and returns what happened and by which rules."""
    table, params, code = model(), model()["params"], codes[0]
    what = effects(state, codes, traits)
    rules = list(what.rules)
    test = _test(state, code, traits)
    advanced = advances(state, code)
    refused = code == "LINK" and not link_allowed(state)
    missed = state.stage == 1 and code not in table["attend"]
    change = _sum(what.effect, tuple(table["missed"][state.context])) if missed else what.effect
    if missed:
        rules.append("R3")
    _remember(state, code)
    if test:
        _move_template(state, table["test"][test][4])
    _add(state, _sharpened(change, traits.sensitivity))
    if advanced and state.stage < 4:
        state.stage += 1
        rules.append("R4 advanced")
    elif state.stage > 1 and what.grade == 0:
        state.stage -= 1
        rules.append("R4 back")
    closed = state.stage == 4 and state.strain <= params["close_at_strain"]
    if closed:
        _close(state)
        rules.append("R9")
    opened = not closed and not state.rupture and state.strain >= params["open_at_strain"]
    if opened:
        _open(state, traits.style)
        rules.append("R2")
    return Taken(what, tuple(rules), advanced, missed, closed, opened, test, refused)


def after_session(state: ClientState) -> None:
    """What the time until the next session does (rule R10): changes ``state`` to what the client comes back with."""
    half = divide(state.strain, 2)
    if state.rupture:
        state.unspoken = _clamp(state.unspoken + half)
    state.strain, state.rupture, state.stage, state.recent = half, None, 0, []
    state.replies_in_rupture = state.invitations = state.links = 0
    state.template_at_start = state.template


def _effect_of(state: ClientState, code: str) -> tuple[Effect, tuple[str, ...]]:
    table = model()
    effect: Effect = tuple(table[state.context][code])
    rules: list[str] = ["R1"]
    refused = code == "LINK" and not link_allowed(state)
    if not state.rupture:
        if code == "INVITE" and state.invitations:
            effect, rules = tuple(table["calm_repeat_invite"]), ["R7"]
        elif code in ("NOTICE", "OWN", "NEED"):
            rules = ["R7"]
    elif state.rupture == CONFRONTATION and state.stage == 1 and code in table["confrontation_stage1"]:
        effect, rules = tuple(table["confrontation_stage1"][code]), ["R4"]
    elif code in table["late"]:
        effect = tuple(table["late"][code]) if state.stage >= 3 else effect
        rules = ["R5"]
    if refused and (not state.rupture or state.stage >= 3):
        effect, rules = tuple(table["link_refused"]), ["R11"]
    if state.rupture and code not in table["fits"][str(state.stage)]:
        lessened = _gains_divided(effect, model()["params"]["skipped_stage_divisor"])
        rules += ["R4"] if lessened != effect else []
        effect = lessened
    repeats = state.recent.count(code)
    if repeats:
        lessened = _gains_divided(effect, 1 + repeats)
        rules += ["R6"] if lessened != effect else []
        effect = lessened
    return effect, tuple(rules)


def _test(state: ClientState, code: str, traits: Traits) -> str | None:
    if not traits.expects or not state.rupture:
        return None
    if state.replies_in_rupture >= model()["params"]["test_replies"]:
        return None
    role = model()["roles"][traits.expects]
    if code in role["expects"]:
        return "confirm"
    return "disconfirm" if code in role["disconfirms"] else "neither"


def _remember(state: ClientState, code: str) -> None:
    window = model()["params"]["repeat_window"]
    if code == "LINK":
        state.links += 1
    if code == "INVITE" and not state.rupture:
        state.invitations += 1
    if state.rupture:
        state.replies_in_rupture += 1
    state.recent = [*state.recent, code][-window:]


def _move_template(state: ClientState, change: int) -> None:
    most = model()["params"]["template_max_move"]
    low, high = state.template_at_start - most, state.template_at_start + most
    state.template = _clamp(min(high, max(low, state.template + change)))


def _open(state: ClientState, kind: str) -> None:
    if not state.rupture:
        state.bond_before = state.bond
    state.rupture, state.stage, state.replies_in_rupture = kind, 1, 0
    state.ruptures += 1


def _close(state: ClientState) -> None:
    state.bond = _clamp(max(state.bond, state.bond_before + model()["params"]["close_bond"]))
    state.rupture, state.stage, state.replies_in_rupture = None, 0, 0
    state.repairs += 1


def _add(state: ClientState, effect: Effect) -> None:
    state.bond = _clamp(state.bond + effect[0])
    state.collaboration = _clamp(state.collaboration + effect[1])
    state.strain = _clamp(state.strain + effect[2])
    state.unspoken = _clamp(state.unspoken + effect[3])


def _gains_divided(effect: Effect, divisor: int) -> Effect:
    bond, collaboration, strain, unspoken = effect
    return (
        divide(bond, divisor) if bond > 0 else bond,
        divide(collaboration, divisor) if collaboration > 0 else collaboration,
        divide(strain, divisor) if strain < 0 else strain,
        divide(unspoken, divisor) if unspoken < 0 else unspoken,
    )


def _sharpened(effect: Effect, sensitivity: int) -> Effect:
    bond, collaboration, strain, unspoken = effect
    return (
        percent(sensitivity, bond) if bond < 0 else bond,
        percent(sensitivity, collaboration) if collaboration < 0 else collaboration,
        percent(sensitivity, strain) if strain > 0 else strain,
        percent(sensitivity, unspoken) if unspoken > 0 else unspoken,
    )


def _scaled(effect: Effect, divisor: int) -> Effect:
    return tuple(divide(part, divisor) for part in effect)  # type: ignore[return-value]


def _sum(one: Effect, other: tuple[int, ...]) -> Effect:
    return tuple(a + b for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


def _clamp(number: int) -> int:
    return 0 if number < 0 else 100 if number > 100 else number
