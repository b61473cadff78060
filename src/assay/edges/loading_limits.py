"""What loading a model's file may take: an honest file unpacks to a few times its size, a hostile one to gigabytes."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from assay.edges.isolation import signal_name
from assay.errors import ModelError

MEGABYTE = 1 << 20
FREE_BYTES, BYTES_PER_BYTE = 128 * MEGABYTE, 16
"""Measured: a packed forest takes 12 bytes a byte, an ONNX one as many; a bomb takes 1,000 and more."""
FREE_SECONDS, SECONDS_PER_MEGABYTE = 20.0, 0.5
MARKER = "loading"
HINT = (
    "Save the model with less compression, or in parts that it does not repeat. If its file is honest all the same, "
    "write the megabytes that loading it may take as `model.limits.loading` in assay.yaml."
)


@dataclass(frozen=True, kw_only=True)
class LoadingLimits:
    """Bytes of memory and seconds of processor time that loading may take beyond what the libraries take.

    `seconds` is None if only the limits on the whole process hold.
    """

    bytes: int
    seconds: float | None

    def refuse_memory(self) -> ModelError:
        """The refusal of a file that takes too much memory."""
        most = f"{self.bytes // MEGABYTE:,} MB of memory"
        return ModelError(f"Loading the model's file takes more than {most}, so Assay stopped it.", hint=HINT)

    def refuse_end(self, number: int) -> ModelError:
        """The refusal of a file on which loading was ended by a signal."""
        if number == signal.SIGXCPU and self.seconds is not None:
            most = f"{self.seconds:g} s of processor time"
            return ModelError(f"Loading the model's file takes more than {most}, so Assay stopped it.", hint=HINT)
        name = signal_name(number)
        return ModelError(f"The model's process crashed ({name}) while it loaded the model's file.", hint=HINT)


def limits_of_loading(artifact: Path, named: int | None) -> LoadingLimits:
    """The limits on loading a model's file or folder; `named` bytes are those of the manifest, and lift the others."""
    if named is not None:
        return LoadingLimits(bytes=named, seconds=None)
    files = artifact.rglob("*") if artifact.is_dir() else [artifact]
    size = sum(each.stat().st_size for each in files if each.is_file())
    return LoadingLimits(
        bytes=FREE_BYTES + BYTES_PER_BYTE * size,
        seconds=FREE_SECONDS + SECONDS_PER_MEGABYTE * (size // MEGABYTE),
    )


def was_loading(answers: int) -> bool:
    """Whether a model's process ended while it loaded its file; `answers` is the descriptor of its folder."""
    try:
        os.stat(MARKER, dir_fd=answers, follow_symlinks=False)
    except OSError:
        return False
    return True
