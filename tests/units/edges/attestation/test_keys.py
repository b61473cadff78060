"""Keys: from a file, a variable or text, encrypted or not; anything else is refused without repeating it."""

import base64
import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat
from tests.support.keys import SCHEMES, Pair, make_key, private_text, public_text

from assay.edges.attestation.keys import SigningKey, load_signing_key
from assay.edges.attestation.trust_file import load_trust
from assay.errors import UsageError


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("password", [None, "correct horse"])
def test_a_key_from_file_variable_or_text(
    scheme: str, password: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_key(scheme)
    text = private_text(key, password)
    file = tmp_path / "key.pem"
    file.write_text(text)
    monkeypatch.setenv("CARD_KEY", text)
    hints = {load_signing_key(named, password).public.hint for named in (str(file), "env:CARD_KEY", text)}
    (tmp_path / "public.pem").write_text(public_text(key))
    (trusted,) = load_trust(str(tmp_path / "public.pem")).keys
    public = trusted.key
    assert hints == {public.hint}
    assert public.scheme == scheme
    written = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert public.hint == base64.b64encode(hashlib.sha256(written).digest()).decode()


def test_what_openssl_ecparam_writes_is_read() -> None:
    """Parameters come before the key, in the older form."""
    parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    text = parameters + private_text(make_key("ecdsa-p256"), form=PrivateFormat.TraditionalOpenSSL)
    assert load_signing_key(text, None).public.scheme == "ecdsa-p256"
    encrypted = private_text(make_key("ecdsa-p256"), "phrase", PrivateFormat.TraditionalOpenSSL)
    assert "DEK-Info" in encrypted
    assert load_signing_key(encrypted.replace("\n", "\r\n"), "phrase").public.scheme == "ecdsa-p256"


OTHER_KINDS = {
    "RSA": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "Ed448": ed448.Ed448PrivateKey.generate,
    "X25519": x25519.X25519PrivateKey.generate,
}


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_only_two_kinds_of_key(kind: str) -> None:
    """D7: the scheme is the key's, and there are two."""
    key = OTHER_KINDS[kind]()
    with pytest.raises(UsageError, match=r"ECDSA P-256 or Ed25519"):
        load_signing_key(private_text(key), None)
    with pytest.raises(UsageError, match=r"ECDSA P-256 or Ed25519"):
        load_trust(public_text(key))


def test_passwords_must_fit() -> None:
    key = make_key("ed25519")
    with pytest.raises(UsageError, match="is encrypted; set ASSAY_KEY_PASSWORD"):
        load_signing_key(private_text(key, "right"), None)
    with pytest.raises(UsageError, match="could not be read with the password"):
        load_signing_key(private_text(key, "right"), "wrong")
    with pytest.raises(UsageError, match="is not encrypted"):
        load_signing_key(private_text(key), "needless")


def test_what_is_no_key_is_refused(tmp_path: Path, pair: Pair) -> None:
    large = tmp_path / "large.pem"
    large.write_text("x" * 100_000)
    binary = tmp_path / "binary.pem"
    binary.write_bytes(bytes(range(256)))
    cut = pair.public[:60] + "\n-----END PUBLIC KEY-----\n"
    for named, said in (
        (str(tmp_path / "none.pem"), "No such file"),
        (str(tmp_path), "directory"),
        ("a\x00b", "not a path"),
        (str(large), "larger than any key"),
        (str(binary), "found 0"),
        ("env:NOT_SET_ANYWHERE", "not set"),
        (pair.public + pair.public, "found 2"),
        (pair.private, "found `private key`"),
        (cut, "could not be read as PEM"),
    ):
        with pytest.raises(UsageError, match=said):
            load_trust(named)
    with pytest.raises(UsageError, match="found `public key`"):
        load_signing_key(pair.public, None)
    cosign = "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n"
    with pytest.raises(UsageError, match="found `encrypted sigstore private key`"):
        load_signing_key(cosign, "x")


def test_a_message_never_repeats_the_key(pair: Pair) -> None:
    secret = pair.private.splitlines()[1]
    for given in (secret, f"-----BEGIN PRIVATE KEY-----\n{secret}", f"env:{secret}"):
        with pytest.raises(UsageError) as refused:
            load_signing_key(given, None)
        assert secret not in str(refused.value) + refused.value.hint
    loaded: SigningKey = load_signing_key(pair.private, None)
    assert secret not in repr(loaded)


def mangled(text: str) -> dict[str, str]:
    """A key as secrets and variables give it back."""
    lines = text.strip()
    return {
        "backslash n": lines.replace("\n", "\\n"),
        "backslash r n": lines.replace("\n", "\\r\\n"),
        "quoted": '"' + lines.replace("\n", "\\n") + '"',
        "spaces": lines.replace("\n", " "),
        "base64": base64.b64encode(text.encode()).decode(),
        "wrapped base64": base64.encodebytes(text.encode()).decode(),
        "byte order mark": "\ufeff" + text,
        "carriage returns": text.replace("\n", "\r\n"),
    }


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("form", list(mangled("")))
def test_keys_as_secrets_give_them_back(
    scheme: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T-key-text, twin: line ends that were written out or lost, and base64 around the whole, are recognised."""
    key = make_key(scheme)
    text = mangled(private_text(key))[form]
    monkeypatch.setenv("CARD_KEY", text)
    (tmp_path / "key.pem").write_text(text)
    expected = load_signing_key(private_text(key), None).public.hint
    for named in ("env:CARD_KEY", str(tmp_path / "key.pem"), text):
        assert load_signing_key(named, None).public.hint == expected
    (tmp_path / "public.pem").write_text(mangled(public_text(key))[form])
    assert load_trust(str(tmp_path / "public.pem")).keys[0].key.hint == expected


def test_two_keys_in_any_form_are_refused(tmp_path: Path) -> None:
    """T-key-text: what is recognised is still one key; a second one behind it does not hide."""
    both = private_text(make_key("ed25519")) + private_text(make_key("ed25519"))
    for text in mangled(both).values():
        (tmp_path / "key.pem").write_text(text)
        with pytest.raises(UsageError, match="Expected one key as PEM, found 2"):
            load_signing_key(str(tmp_path / "key.pem"), None)
