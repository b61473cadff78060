"""What identifies an environment: the same environment gives the same digest, and any difference is named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assay.dossier.environment_identity import (
    Distribution,
    EnvironmentIdentity,
    environment_differences,
    shown_differences,
)

IDENTITIES = st.builds(
    EnvironmentIdentity,
    origin=st.sampled_from(["assay", "python", "requirements"]),
    implementation=st.sampled_from(["cpython", "pypy"]),
    python=st.sampled_from(["3.11", "3.12"]),
    distributions=st.lists(
        st.builds(Distribution, name=st.sampled_from("abc"), version=st.sampled_from("12")), unique=True, max_size=4
    ).map(lambda found: tuple(sorted(found, key=lambda one: (one.name, one.version)))),
    requirements=st.none() | st.sampled_from(["sha256:" + "a" * 64, "sha256:" + "b" * 64]),
)


@given(IDENTITIES, IDENTITIES)
def test_a_digest_differs_exactly_where_a_difference_is_named(
    one: EnvironmentIdentity, other: EnvironmentIdentity
) -> None:
    """T-environment: no difference between two environments goes unnamed, and none is named that is not there."""
    assert (one.digest() == other.digest()) == (environment_differences(one, other) == ())
    assert EnvironmentIdentity.model_validate_json(one.content()) == one


def test_differences_name_both_sides() -> None:
    numpy, more = Distribution(name="numpy", version="2.3.5"), Distribution(name="more", version="1")
    judged = EnvironmentIdentity(origin="python", implementation="cpython", python="3.11", distributions=(numpy,))
    other = judged.model_copy(
        update={"python": "3.12", "distributions": (more, Distribution(name="numpy", version="2.4.0"))}
    )
    assert shown_differences(environment_differences(judged, other)) == (
        "the interpreter is cpython 3.12 instead of cpython 3.11; more is 1 instead of missing; "
        "numpy is 2.4.0 instead of 2.3.5"
    )
    many = judged.model_copy(update={"distributions": tuple(Distribution(name=f"x{n}", version="1") for n in range(9))})
    assert shown_differences(environment_differences(judged, many)).endswith("; and 5 more")
