"""The file: for the holder of a valid licence, by an address that works for minutes."""

import time
import urllib.error
import urllib.request

import pytest

from marketplace.blobs import private_store
from marketplace.catalog.models import WorkFile
from marketplace.licensing.errors import LicenceEnded, NotYourLicence
from marketplace.licensing.services import end_licence
from marketplace.orders.errors import FileNotThere
from marketplace.orders.services import download_url
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, work_on_sale

pytestmark = pytest.mark.django_db


def status_of(address):
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.fixture
def bought(blob_stores):
    """A licence whose original lies in the private store."""
    stored = blob_stores.private.put_content(b"the original", prefix="originals", suffix=".png", media_type="image/png")
    work = work_on_sale()
    WorkFile.objects.filter(version__work=work, role="original").update(storage_key=stored.key, sha256=stored.sha256)
    return licence_in(work, holder=UserFactory())


def test_the_holder_gets_the_file_under_a_name_of_its_own(bought):
    address = download_url(user=bought.holder, grant=bought)
    assert "X-Amz-Expires=300" in address
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.read() == b"the original"
        assert bought.number in answer.headers["Content-Disposition"]
        assert answer.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("who", ["another member", "the artist", "a stranger"])
def test_nobody_else_gets_it(bought, who):
    user = {"another member": UserFactory(), "the artist": bought.work.artist.user, "a stranger": None}[who]
    with pytest.raises(NotYourLicence):
        download_url(user=user, grant=bought)


def test_an_ended_licence_opens_nothing(bought):
    end_licence(grant=bought, reason="refunded")
    with pytest.raises(LicenceEnded) as refused:
        download_url(user=bought.holder, grant=bought)
    assert "Refunded" in refused.value.message


def test_a_version_without_a_file_is_told():
    work = work_on_sale()
    WorkFile.objects.filter(version__work=work).delete()
    grant = licence_in(work)
    with pytest.raises(FileNotThere):
        download_url(user=grant.holder, grant=grant)


def test_an_address_stops_working(bought):
    key = WorkFile.objects.get(version=bought.version, role="original").storage_key
    address = private_store().signed_url(key, expires_s=1)
    until = time.monotonic() + 10
    while status_of(address) == 200 and time.monotonic() < until:
        time.sleep(0.1)
    assert status_of(address) in (400, 403)
    assert status_of(address.split("?")[0]) in (401, 403)
