"""The closed gates as workflow commands, which mark lines of the manifest."""

from __future__ import annotations

from collections.abc import Sequence

from assay.dossier.page_set import Dossier
from assay.dossier.pages import Ruling
from assay.render.wording import outcomes
from assay.render.wording.messages import (
    MOST_TEXT,
    NOTHING_RULED,
    NOTHING_RULED_NEXT,
    Place,
    manifest_place,
    message,
    need_decision,
    nothing_ruled,
    places,
)
from assay.render.wording.number_text import count
from assay.render.wording.sanitized import clipped, printable, unlinked

FILE: str | None = None
_MOST = 10
"""The most errors, and the most warnings, that a runner shows for one step."""


def render(pages: Dossier, *, folder: str = "") -> str:
    """One `::error` for each closed gate and one `::warning` for each warning, at most ten of each, then a count.

    `folder` is the manifest's folder in the repository. Raises PageError if there is no decision.
    """
    decision = need_decision(pages)
    grouped = outcomes.by_standing(decision.rulings)
    lines = []
    if nothing_ruled(decision):
        place = manifest_place(pages)
        lines.append(_command("error", place, folder, "no policy", f"{NOTHING_RULED} {NOTHING_RULED_NEXT}"))
    lines += _commands("error", grouped["closed"], pages, folder)
    lines += _commands("warning", grouped["warned"], pages, folder)
    left = [(len(grouped["closed"]) - _MOST, "closed gates"), (len(grouped["warned"]) - _MOST, "warnings")]
    counted = " and ".join(f"{count(number)} more {what}" for number, what in left if number > 0)
    if counted:
        lines.append(f"::notice title=Not shown here::And {counted}; the job's summary lists them.")
    return "".join(f"{line}\n" for line in lines)


def _commands(level: str, rulings: Sequence[Ruling], pages: Dossier, folder: str) -> list[str]:
    return [
        _command(
            level,
            places(ruling, pages)[0],
            folder,
            f"{clipped(ruling.policy, MOST_TEXT)}: {outcomes.mark(ruling).word}",
            message(ruling),
        )
        for ruling in rulings[:_MOST]
    ]


def _command(level: str, place: Place, folder: str, title: str, text: str) -> str:
    file = printable(f"{folder}/{place.file}" if folder not in ("", ".") else place.file)
    properties = f"file={_property(file)},line={max(1, place.line)},title={_property(printable(title))}"
    return f"::{level} {properties}::{_data(unlinked(text))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
