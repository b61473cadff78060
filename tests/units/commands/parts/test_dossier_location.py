"""Where a dossier lies follows from the manifest's model and the stage, also where the manifest has mistakes."""

from pathlib import Path

import pytest

from assay.commands.parts.dossier_location import locate_dossier
from assay.errors import ManifestError, UsageError
from assay.options.step_options import StepOptions


def located(manifest: Path, **more: object) -> Path:
    return locate_dossier(StepOptions(manifest=manifest, **more)).folder  # type: ignore[arg-type]


def write(folder: Path, text: str) -> Path:
    path = folder / "assay.yaml"
    path.write_text(text)
    return path


def test_it_lies_beside_the_manifest(tmp_path: Path) -> None:
    manifest = write(tmp_path, "assay: 1\nmodel: {name: small}\n")
    assert located(manifest) == tmp_path / ".assay/small/validation"
    assert located(manifest, stage="production") == tmp_path / ".assay/small/production"
    assert located(manifest, dossier=tmp_path / "elsewhere") == tmp_path / "elsewhere"


def test_a_name_is_enough(tmp_path: Path) -> None:
    """The step that reads the manifest reports its mistakes; where the dossier lies is known all the same."""
    assert located(write(tmp_path, "model: {name: small}\nchekcs: {}\n")) == tmp_path / ".assay/small/validation"


@pytest.mark.parametrize("text", ["model: {}\n", "model: {name: ../../etc}\n", "model: {name: 7}\n", "[]\n", "{"])
def test_without_a_name_there_is_no_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(ManifestError):
        located(write(tmp_path, text))


def test_without_a_manifest_it_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        located(tmp_path / "assay.yaml")
    assert "assay init" in raised.value.hint
    with pytest.raises(UsageError, match="nowhere"):
        located(tmp_path / "nowhere/assay.yaml")
