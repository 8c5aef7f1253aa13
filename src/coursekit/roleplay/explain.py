"""The table of the client model as a page to read: the second half of docs/the-client-model.md."""

from __future__ import annotations

from coursekit.codebook import THERAPIST_CODES
from coursekit.roleplay.client import CALM, CONFRONTATION, WITHDRAWAL, model


def tables() -> str:
    """The rules with their sources, and what each code does in each context, as Markdown."""
    table = model()
    lines = ["| rule | what happens | where it comes from |", "|---|---|---|"]
    lines += [f"| {name} | {text} | {source} |" for name, (text, source) in table["rules"].items()]
    lines += ["", "Each cell: bond, collaboration, strain, unspoken.", "",
              "| code | calm | withdrawal | confrontation |", "|---|---|---|---|"]  # fmt: skip
    for code in table["codes"]:
        cells = " | ".join(_effect(table[context][code]) for context in (CALM, WITHDRAWAL, CONFRONTATION))
        lines.append(f"| {code}, *{THERAPIST_CODES[code].name}* | {cells} |")
    lines += ["", "| in place of these | effect |", "|---|---|"]
    lines.append(f"| INVITE in calm, a second time | {_effect(table['calm_repeat_invite'])} |")
    for code, effect in table["confrontation_stage1"].items():
        lines.append(f"| {code} in a confrontation nobody has taken up | {_effect(effect)} |")
    for code, effect in table["late"].items():
        lines.append(f"| {code} from stage 3 on | {_effect(effect)} |")
    lines.append(f"| LINK where it cannot be heard (R11) | {_effect(table['link_refused'])} |")
    for context in (WITHDRAWAL, CONFRONTATION):
        lines.append(f"| a {context} passed over (R3), on top | {_effect(table['missed'][context])} |")
    for outcome, effect in table["test"].items():
        lines.append(f"| a test (R8), *{outcome}*, on top | {_effect(effect[:4])}, template {_effect(effect[4:])} |")
    return "\n".join(lines) + "\n"


def _effect(effect: list[int]) -> str:
    return " ".join(f"{part:+d}".replace("-", "−").replace("+0", "0") for part in effect)
