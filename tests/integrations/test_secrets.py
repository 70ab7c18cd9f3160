"""Signing as Standard Webhooks says, with its own test's numbers, and secrets as the database holds them."""

import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from marketplace.core.clock import now
from marketplace.integrations.errors import SecretUnreadable
from marketplace.integrations.secrets import new_secret, open_sealed, seal, signed_headers

# libraries/javascript/src/webhook.test.ts of github.com/standard-webhooks/standard-webhooks, "sign function works"
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = '{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_signature_is_the_specifications():
    assert signed_headers(message_id=MESSAGE, at=AT, body=BODY, keys=[KEY]) == {
        "webhook-id": MESSAGE,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


def test_either_of_two_secrets_verifies_and_a_third_does_not():
    keys = [new_secret(), new_secret()]
    headers = signed_headers(message_id=MESSAGE, at=now(), body='{"名":"山"}', keys=keys)
    for key in keys:
        assert Webhook(key).verify('{"名":"山"}', headers) == {"名": "山"}
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify('{"名":"山"}', headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(keys[0]).verify('{"名":"水"}', headers)


def test_a_secret_has_the_specifications_form_and_no_two_are_alike():
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    for secret in made:
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32


def test_a_sealed_secret_opens_with_the_shops_key_alone(settings):
    secret = new_secret()
    sealed = seal(secret)
    assert secret.removeprefix("whsec_") not in sealed
    assert open_sealed(sealed) == secret
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(SecretUnreadable):
        open_sealed(sealed)
