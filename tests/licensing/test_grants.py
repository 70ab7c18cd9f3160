"""Grants: once per order line, none after an exclusive one, kept by the database itself."""

import pytest
from django.db import IntegrityError, connection, transaction

from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.licensing.errors import OrderLineUsed, SoldExclusively
from marketplace.licensing.models import LicenceEnding, LicenceGrant, LicenceTerms, WorkRights
from marketplace.licensing.selectors import availability, grant_by_number, licences_of
from marketplace.licensing.services import end_licence, grant_licence
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale

pytestmark = pytest.mark.django_db


def row_like(grant, **changes):
    """An unsaved copy of ``grant`` as a stranger to our services would write it."""
    fields = {field.attname: getattr(grant, field.attname) for field in LicenceGrant._meta.concrete_fields}
    fields |= {"id": new_id(), "number": f"AT-{new_id().hex[:12]}", "order_line_ref": f"raw:{new_id()}", **changes}
    return LicenceGrant(**fields)


def test_a_grant_says_what_was_bought():
    work = work_on_sale()
    buyer = UserFactory(display_name="Anna")
    grant = licence_in(work, "commercial", holder=buyer)
    assert grant.number.startswith("AT-")
    assert (grant.terms.code, grant.holder_name, str(grant.price)) == ("commercial", "Anna", "$49.00")
    assert list(licences_of(buyer)) == [grant]
    assert availability(work).licences_given == 1
    assert availability(work).is_open


def test_the_same_order_line_again_is_the_same_grant():
    work = work_on_sale()
    buyer = UserFactory()
    first = licence_in(work, holder=buyer, line="order_line:1")
    assert licence_in(work, holder=buyer, line="order_line:1") == first
    assert LicenceGrant.objects.count() == 1


def test_an_order_line_gives_no_second_licence_to_somebody_else():
    work = work_on_sale()
    licence_in(work, line="order_line:1")
    with pytest.raises(OrderLineUsed):
        licence_in(work, line="order_line:1")
    assert LicenceGrant.objects.count() == 1


def test_an_exclusive_sale_ends_the_selling_and_leaves_earlier_licences():
    work = work_on_sale()
    earlier = licence_in(work, "personal")
    licence_in(work, "exclusive")
    work.refresh_from_db()
    assert work.sold_exclusively
    assert availability(work).sold_exclusively
    with pytest.raises(SoldExclusively):
        licence_in(work, "personal")
    with pytest.raises(SoldExclusively):
        licence_in(work, "exclusive")
    assert LicenceGrant.objects.filter(work=work).count() == 2
    assert not LicenceEnding.objects.filter(grant=earlier).exists()


def test_the_database_refuses_a_second_exclusive_grant_and_any_grant_after_it():
    work = work_on_sale()
    exclusive = licence_in(work, "exclusive")
    personal = LicenceTerms.objects.get(code="personal", is_current=True)
    for raw in (row_like(exclusive), row_like(exclusive, terms_id=personal.pk, is_exclusive=False)):
        with pytest.raises(IntegrityError, match="sold exclusively"), transaction.atomic():
            raw.save(force_insert=True)
    assert LicenceGrant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_index_alone_refuses_a_second_exclusive_grant():
    exclusive = licence_in(work_on_sale(), "exclusive")
    switch = "ALTER TABLE licensing_licencegrant {} TRIGGER licensing_licencegrant_after_none_exclusive"
    with connection.cursor() as cursor:
        cursor.execute(switch.format("DISABLE"))
        try:
            with pytest.raises(IntegrityError, match="one_exclusive_licence_per_work"):
                row_like(exclusive).save(force_insert=True)
        finally:
            cursor.execute(switch.format("ENABLE"))


def test_the_database_refuses_a_grant_that_hides_that_it_is_exclusive():
    work = work_on_sale()
    grant = licence_in(work, "personal")
    exclusive = LicenceTerms.objects.get(code="exclusive", is_current=True)
    with pytest.raises(IntegrityError, match="does not follow the terms"), transaction.atomic():
        row_like(grant, terms_id=exclusive.pk, is_exclusive=False).save(force_insert=True)


@pytest.mark.parametrize("model", ["grant", "ending"])
def test_grants_and_endings_cannot_be_changed_or_removed(model):
    grant = licence_in(work_on_sale())
    ending = end_licence(grant=grant, reason="breached", note="sold as a poster")
    row = {"grant": grant, "ending": ending}[model]
    change = {"grant": {"price_minor": 1}, "ending": {"note": "never mind"}}[model]
    for act in (lambda: type(row).objects.filter(pk=row.pk).update(**change), lambda: row.delete()):
        with pytest.raises(Exception, match=r"append-only|protected"), transaction.atomic():
            act()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {row._meta.db_table} CASCADE")
    row.refresh_from_db()


def test_an_exclusive_sale_cannot_be_unmade():
    work = work_on_sale()
    licence_in(work, "exclusive")
    with pytest.raises(IntegrityError, match="exclusive sale stays"), transaction.atomic():
        WorkRights.objects.filter(work=work).update(sold_exclusively_at=None)


def test_a_wording_that_was_published_cannot_be_changed():
    terms = offer_of(work_on_sale(), "personal").terms
    with pytest.raises(IntegrityError, match="immutable"), transaction.atomic():
        LicenceTerms.objects.filter(pk=terms.pk).update(summary_en="Do what you like.")
    LicenceTerms.objects.filter(pk=terms.pk).update(is_current=False)


def test_a_licence_ends_once():
    grant = licence_in(work_on_sale())
    first = end_licence(grant=grant, reason="refunded")
    assert end_licence(grant=grant, reason="breached") == first
    assert LicenceEnding.objects.get().reason == "refunded"


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{0:.100}", "{lower}", "{bare}", "{misread}"])
def test_a_number_is_found_however_it_is_typed(typed):
    work = work_on_sale()
    grant = licence_in(work)
    text = typed.format(
        grant.number,
        lower=grant.number.lower(),
        bare=grant.number.replace("-", " "),
        misread="AT" + grant.number[2:].replace("0", "O").replace("1", "l"),
    )
    assert grant_by_number(text) == grant


def test_the_version_must_be_one_of_the_work():
    work, other = work_on_sale(), work_on_sale()
    offer = offer_of(work, "personal")
    with pytest.raises(ValueError, match="is not one of work"):
        grant_licence(
            offer=offer,
            version=other.versions.get(),
            holder=UserFactory(),
            order_line_ref="x",
            price=offer.price,
        )


def test_a_certificate_never_carries_the_whole_e_mail():
    grant = licence_in(work_on_sale(), holder=UserFactory(display_name="", email="anna.svensson@example.org"))
    assert grant.holder_name == "an…@example.org"
    assert grant.granted_at <= now()
