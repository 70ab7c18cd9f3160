"""Signed statements: any change to any member is found; earlier keys still count; strangers' keys do not."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, transaction

from marketplace.transparency.errors import SigningKeyUnknown, StatementMalformed, StatementTampered
from marketplace.transparency.keys import base64url, key_id, public_jwk
from marketplace.transparency.models import SigningKey
from marketplace.transparency.services import sign_statement, verify_statement

pytestmark = pytest.mark.django_db

PAYLOAD = {"type": "test", "number": 7, "title": "日落", "nested": {"b": [1, 2], "a": None}}


def _with(statement: dict[str, str], member: str, change) -> dict[str, str]:
    raw = bytearray(base64.urlsafe_b64decode(statement[member] + "=" * (-len(statement[member]) % 4)))
    change(raw)
    return {**statement, member: base64url(bytes(raw))}


def test_what_was_signed_comes_back():
    statement = sign_statement(PAYLOAD)
    assert set(statement) == {"payload", "protected", "signature"}
    assert verify_statement(statement) == PAYLOAD
    assert verify_statement(json.loads(json.dumps(statement))) == PAYLOAD


def test_the_same_payload_is_signed_the_same_way():
    assert sign_statement(dict(reversed(PAYLOAD.items()))) == sign_statement(PAYLOAD)


@pytest.mark.parametrize("place", [0, 5, -1])
def test_a_changed_byte_of_the_payload_is_found(place):
    statement = sign_statement(PAYLOAD)

    def flip(raw):
        raw[place] ^= 1

    with pytest.raises(StatementTampered):
        verify_statement(_with(statement, "payload", flip))


def test_a_changed_byte_of_the_signature_is_found():
    statement = sign_statement(PAYLOAD)

    def flip(raw):
        raw[10] ^= 1

    with pytest.raises(StatementTampered):
        verify_statement(_with(statement, "signature", flip))


def test_another_header_with_the_same_key_is_found():
    statement = sign_statement(PAYLOAD)
    kid = SigningKey.objects.get().kid
    header = base64url(json.dumps({"alg": "EdDSA", "kid": kid}).encode())
    with pytest.raises(StatementTampered):
        verify_statement({**statement, "protected": header})


@pytest.mark.parametrize("algorithm", ["none", "HS256", None])
def test_another_algorithm_is_refused_before_anything_is_computed(algorithm):
    statement = sign_statement(PAYLOAD)
    header = base64url(json.dumps({"alg": algorithm, "kid": SigningKey.objects.get().kid}).encode())
    with pytest.raises(StatementMalformed):
        verify_statement({**statement, "protected": header})


def test_a_strangers_good_signature_is_not_ours():
    stranger = Ed25519PrivateKey.generate()
    header = base64url(json.dumps({"alg": "EdDSA", "kid": key_id(public_jwk(stranger.public_key()))}).encode())
    body = base64url(b"{}")
    forged = {
        "payload": body,
        "protected": header,
        "signature": base64url(stranger.sign(f"{header}.{body}".encode())),
    }
    with pytest.raises(SigningKeyUnknown):
        verify_statement(forged)


@pytest.mark.parametrize(
    "thing",
    [None, [], "text", {}, {"payload": "e30"}, {"payload": 1, "protected": 2, "signature": 3}],
)
def test_what_is_no_statement_is_refused_with_a_way_out(thing):
    with pytest.raises(StatementMalformed) as raised:
        verify_statement(thing)
    assert raised.value.way_out


def test_a_member_more_or_a_second_spelling_is_refused():
    statement = sign_statement(PAYLOAD)
    with pytest.raises(StatementMalformed):
        verify_statement({**statement, "note": "x"})
    with pytest.raises(StatementMalformed):
        verify_statement({**statement, "signature": statement["signature"] + "=="})
    # An Ed25519 signature leaves four spare bits in the last letter.
    last = statement["signature"][-1]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = letters[letters.index(last) ^ 1]
    with pytest.raises(StatementMalformed):
        verify_statement({**statement, "signature": statement["signature"][:-1] + twin})


def test_what_an_earlier_key_signed_stays_valid(settings, tmp_path):
    def sign_from(name):
        settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"signing_dir": tmp_path / name})
        return sign_statement({"signed_in": name})

    old = sign_from("first")
    new = sign_from("second")
    assert SigningKey.objects.count() == 2
    assert verify_statement(old) == {"signed_in": "first"}
    assert verify_statement(new) == {"signed_in": "second"}


@pytest.mark.parametrize(
    "change", [lambda keys: keys.update(algorithm="none"), lambda keys: keys.delete()], ids=["update", "delete"]
)
def test_a_published_key_stays(change):
    sign_statement(PAYLOAD)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(SigningKey.objects.all())
    assert SigningKey.objects.get().algorithm == "EdDSA"
