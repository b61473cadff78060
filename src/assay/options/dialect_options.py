"""Options that say how a text file is written, for verbs that read one without a manifest."""

from __future__ import annotations

from pydantic import Field

from assay.manifest.block_parts import Decimal, Delimiter, Encoding
from assay.options.step_options import Options


class DialectOptions(Options):
    """Options that say how a text file is written."""

    delimiter: Delimiter | None = Field(
        None, description="What separates the fields of a CSV file. Optional; default: comma, or tab in TSV."
    )
    encoding: Encoding | None = Field(
        None, description="Encoding of a text file. Optional; default: UTF-8, or that of its byte order mark."
    )
    decimal: Decimal | None = Field(
        None, description="Mark before the fraction of a number in a CSV file. Optional; default: a point."
    )
