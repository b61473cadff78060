"""The files beside a trust file that the base locks with it."""

import pytest

from assay.steps.planning.judging_contents import key_files

TRUST = b"""trust: 1
keys:
  - {name: a, key: a.pem}
  - {name: b, key: "ssh-ed25519 AAAA me"}
  - {name: c, key: "-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----"}
  - {name: d, key: ../d.pem}
identities:
  - {name: e, identity: x, issuer: y, root: roots/trusted_root.json}
  - {name: f, identity: x, issuer: y, root: "another root.json"}
  - {name: g, identity: x, issuer: y}
"""


def test_keys_and_roots_are_locked_by_their_files() -> None:
    """T-locked-keys, T-other-root: a change of any of them changes whose signatures count."""
    assert [*key_files(TRUST, "keys/trust.yaml")] == [
        "keys/a.pem",
        "keys/roots/trusted_root.json",
        "keys/another root.json",
    ]


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"[1]",
        b"identities: 7\n",
        b"identities: {root: x}\n",
        b"keys: [7, [a]]\n",
        b"identities: [{root: 7}]\n",
    ],
)
def test_a_file_that_cannot_be_read_names_none(content: bytes | None) -> None:
    assert [*key_files(content, "trust.yaml")] == []
