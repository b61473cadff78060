"""Every renderer that writes a file writes one, of its own name."""

from tests.support import sample_dossiers

from assay.render import RENDERERS
from assay.steps.composing.rendered_files import render_files


def test_there_is_one_file_for_each_renderer_that_has_one() -> None:
    pages = sample_dossiers.closed()
    files = render_files(pages)
    named = {RENDERERS.load(name).FILE: name for name in RENDERERS.names()}
    assert set(files) == set(named) - {None}
    for file, content in files.items():
        assert content == RENDERERS.load(named[file]).render(pages).encode()
