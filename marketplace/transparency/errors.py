"""What can go wrong with keys, statements and the log."""

from marketplace.core.errors import Final, InvalidInput


class SigningKeysMissing(Final):
    """The site has no keys to sign with."""

    code = "signing_keys_missing"
    http_status = 500


class SigningKeysUnusable(Final):
    """The site's signing keys cannot be used."""

    code = "signing_keys_unusable"
    http_status = 500


class SigningKeysExist(Final):
    """There are signing keys here already."""

    code = "signing_keys_exist"


class StatementMalformed(InvalidInput):
    """This is not a signed statement."""

    code = "statement_malformed"


class SigningKeyUnknown(InvalidInput):
    """The statement names a key that is not ours."""

    code = "signing_key_unknown"


class StatementTampered(InvalidInput):
    """The statement was changed after it was signed."""

    code = "statement_tampered"
