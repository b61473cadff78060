"""Pages have one form: RFC 8785, finite numbers, nine digits."""

import math

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from assay.canonical import canonical, digest, parse, significant
from assay.dossier.pages import Predictions
from assay.errors import PageError
from assay.facts.values import Estimate

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_canonical_bytes_read_back_as_themselves(document: object) -> None:
    content = canonical(document)
    assert canonical(parse(content, "page.json")) == content


@given(JSON)
@example({"\U00010000": 1, "\ue000": 2, "a": 3})
@example({'a\x00\x1f\x7f\u2028"\\/': "\b\t\n\f\r\x0b", "b": [True, 1, 1.0, -0.0, 0, False, None, 1e21, 1e-7, 5e-324]})
def test_pages_are_written_as_the_reference_writes_them(document: object) -> None:
    assert canonical(document) == rfc8785.dumps(document)


@pytest.mark.parametrize("value", [{1: 2}, {"a": {1}}, b"a", object(), 2**53, "\ud800", {"\ud800": 1}])
def test_what_no_page_holds_is_refused(value: object) -> None:
    with pytest.raises(PageError, match="cannot be written canonically"):
        canonical([value])


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_rounding_is_stable_and_close(value: float) -> None:
    rounded = significant(value)
    assert significant(rounded) == rounded
    assert rounded == pytest.approx(value, rel=5.1e-9, abs=5e-324)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        significant(value)
    with pytest.raises(PageError):
        canonical({"a": value})


@pytest.mark.parametrize(
    "content",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1.0}',
        b'{"a":NaN}',
        b"{",
        b'{"a":1}\n',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_pages_in_another_form_are_refused(content: bytes) -> None:
    with pytest.raises(PageError):
        parse(content, "page.json")


def test_a_page_names_its_digest() -> None:
    page = Predictions(parents={"plan": digest(b"x")})
    assert page.digest() == digest(page.content())
    assert Predictions.model_validate(parse(page.content(), "predictions.json")) == page


def test_an_interval_holds_its_value() -> None:
    with pytest.raises(ValueError, match="must contain"):
        Estimate(value=0.5, low=0.6, high=0.7, n=10, method="wilson")


def test_a_changed_copy_has_bytes_of_its_own() -> None:
    page = Predictions(parents={"plan": digest(b"x")})
    before = page.digest()
    assert page.model_copy(update={"format": "skops"}).digest() != before
    assert page.digest() == before
