"""Checks scripts for their authors: faults, smells, and how bots fare on them against the limits of the design."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from coursekit.roleplay.bots import BLIND, LIMITS, REFERENCE_LOW, WHOLE_SESSION, Result
from coursekit.roleplay.scenes import RolePlay
from coursekit.roleplay.script import Fault, ScriptFaults, read_script
from coursekit.roleplay.smells import smells


@dataclass(frozen=True)
class Checked:
    """What was found in one script; ``roleplay`` is None where it cannot be read."""

    file: Path
    roleplay: RolePlay | None
    faults: list[Fault] = field(default_factory=list)
    smells: list[Fault] = field(default_factory=list)


def check_script(path: Path) -> Checked:
    """Reads the script at ``path`` and smells at it. Raises OSError if it cannot be opened."""
    try:
        roleplay = read_script(path)
    except ScriptFaults as found:
        return Checked(path, None, found.faults)
    return Checked(path, roleplay, [], smells(roleplay, path.name))


def scripts_in(paths: list[Path]) -> list[Path]:
    """The scripts named by files and folders, in order. Raises FileNotFoundError for a path that names none."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"There is no file or folder {path}.")
        scripts = sorted(file for file in path.glob("*.md") if file.is_file()) if path.is_dir() else [path]
        if not scripts:
            raise FileNotFoundError(f"There is no script in {path}: it has no file that ends in .md.")
        found += scripts
    return found


def limits(roleplay: RolePlay, result: Result) -> tuple[float, float] | None:
    """Between what the mean of a policy must lie on this script, or None where there is no limit."""
    name = result.policy.split(":")[0]
    short = roleplay.turns_to_an_ending[roleplay.first] < WHOLE_SESSION
    return None if short and name in BLIND else LIMITS.get(name)


def outside_limits(roleplay: RolePlay, results: list[Result]) -> list[str]:
    """What of a table of bots on a script lies outside the limits, a sentence each."""
    said = []
    for result in results:
        low, high = limits(roleplay, result) or (0, 100)
        if not low <= result.mean <= high:
            said.append(f"{result.policy} has a mean of {result.mean:.1f}, the limits are {low:g} to {high:g}.")
        if result.policy == "reference" and result.low < REFERENCE_LOW:
            said.append(f"The reference's 5th percentile is {result.low:.0f}, the limit is {REFERENCE_LOW}.")
    return said
