"""Certificates by number and as signed files: valid, ended, forged; only what the certificate shows."""

import json

import pytest

from marketplace.catalog.services import hide_work
from marketplace.licensing.certificate import certificate_json
from marketplace.licensing.errors import CertificateInvalid, LicenceNotFound
from marketplace.licensing.models import LicenceEnding
from marketplace.licensing.services import end_licence, set_offers
from marketplace.verification.answers import CertificateAnswer
from marketplace.verification.errors import NothingToCheck
from marketplace.verification.selectors import verify_anything, verify_number
from tests.factories.licensing import licence_in, work_on_sale

pytestmark = pytest.mark.django_db


@pytest.fixture
def grant():
    return licence_in(work_on_sale(), "commercial")


@pytest.mark.parametrize("typed", [str, str.lower, lambda n: n.replace("-", " "), lambda n: f"  {n.replace('-', '')} "])
def test_a_number_is_found_however_it_is_typed(grant, typed):
    answer = verify_number(typed(grant.number))
    assert answer.number == grant.number
    assert answer.is_valid
    assert (answer.licence_code, answer.holder_name) == ("commercial", grant.holder_name)
    assert answer.work.address == grant.work.get_absolute_url()
    assert not answer.from_signed_file


def test_nothing_is_told_that_the_certificate_does_not_show(grant):
    set_offers(work=grant.work, offers=[])
    told = str(verify_number(grant.number))
    assert grant.holder.email not in told
    assert str(grant.price_minor) not in told
    assert grant.order_line_ref not in told


@pytest.mark.parametrize("number", ["AT-0000-0000-0000", "nonsense", "AT-1234-5678-9ABC-DEF", "'; DROP TABLE"])
def test_a_number_that_is_none_says_how_it_reads(number):
    with pytest.raises(LicenceNotFound) as raised:
        verify_number(number)
    assert "AT-XXXX" in raised.value.way_out


def test_an_empty_question_says_what_to_do():
    with pytest.raises(NothingToCheck):
        verify_number("   ")


def test_an_ended_licence_is_told_without_the_reason(grant):
    end_licence(grant=grant, reason=LicenceEnding.Reason.REFUNDED, note="she sent it back")
    answer = verify_number(grant.number)
    assert not answer.is_valid
    assert answer.ended_at
    assert "sent it back" not in str(answer)
    assert "refund" not in str(answer).lower()


def test_a_licence_in_a_hidden_work_stays_valid(grant):
    hide_work(work=grant.work)
    answer = verify_number(grant.number)
    assert answer.is_valid
    assert answer.work.address == ""


def test_the_signed_file_answers_the_same_and_says_so(grant):
    answer = verify_anything(certificate_json(grant))
    assert isinstance(answer, CertificateAnswer)
    assert answer.number == grant.number
    assert answer.from_signed_file


def test_a_changed_certificate_is_refused(grant):
    text = certificate_json(grant).decode()
    with pytest.raises(CertificateInvalid):
        verify_anything(text.replace(grant.holder_name, "Mallory").encode())
    document = json.loads(text)
    signed = document.get("signed", document)
    signed["payload"] = signed["payload"][:-3] + "AAA"
    with pytest.raises(CertificateInvalid) as raised:
        verify_anything(json.dumps(document).encode())
    assert raised.value.way_out


@pytest.mark.parametrize("data", [b"{}", b"{", b'{"a": 1}', b'\xef\xbb\xbf{"signed": []}'])
def test_other_json_is_refused_with_a_way_out(data):
    with pytest.raises(CertificateInvalid) as raised:
        verify_anything(data)
    assert raised.value.way_out
