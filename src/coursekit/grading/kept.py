"""What the gradebook holds, as data: trainees, and their submissions with scores and plays. Needs no database."""

from dataclasses import dataclass, field
from typing import Any

from coursekit.grading.senders import Sender


@dataclass(frozen=True)
class Trainee:
    """Somebody in the gradebook: the id that the answers carry, and the name given last."""

    id: str
    name: str | None


@dataclass
class Submission:
    """One answers file as the gradebook keeps it; `scores` and `plays` are rows by column name.

    `acts` counts those up to the hand-in, `damaged` the lines with which an answer may be lost. `carries` is the trainee id in
    the file and `signed` the letters of the name in it, `trainee` whose it was found to be; `system` to `back` are what the
    learning-management system says of the sender.
    """

    sha256: str
    trainee: str
    part: str
    notebook: str
    release: int
    acts: int
    damaged: int
    source: str
    content: bytes
    problems: list[dict[str, str]]
    received: str = ""
    counts: bool = True
    scores: list[dict[str, Any]] = field(default_factory=list)
    plays: list[dict[str, Any]] = field(default_factory=list)
    carries: str = ""
    signed: str = ""
    system: str = ""
    sender: str = ""
    sender_name: str = ""
    late: bool = False
    back: str = ""

    def sent_by(self, who: Sender | None) -> None:
        """Take over who sent it, as the learning-management system says."""
        if who is not None:
            self.system, self.sender, self.sender_name, self.late, self.back = who.system, who.id, who.name, who.late, who.back
