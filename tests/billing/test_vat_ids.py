"""VAT ids: numbers that companies publish are taken in any spelling; a digit that is wrong or swapped is not."""

import pytest

from billing.vat_ids import COUNTRIES, VatIdFormWrong, checked_vat_id
from billing.vat_ids.checking import _FORMS

CHECKED = sorted(country for country, form in _FORMS.items() if form.agrees is not None)
EU = {
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
}


def test_every_country_of_the_union_and_its_neighbours():
    assert EU | {"GB", "XI", "CH", "NO"} == COUNTRIES


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_the_example_of_each_country_is_one(country):
    assert checked_vat_id(_FORMS[country].example, country=country).startswith(_FORMS[country].prefix)


@pytest.mark.parametrize(
    ("country", "text", "kept"),
    [
        ("DE", " de 129 274 202 ", "DE129274202"),
        ("DE", "129274202", "DE129274202"),
        ("GR", "EL 023456780", "EL023456780"),
        ("GR", "094259216", "EL094259216"),
        ("AT", "U13585627", "ATU13585627"),
        ("BE", "BE 0403.019.261", "BE0403019261"),
        ("FR", "FR 83 404 833 048", "FR83404833048"),
        ("FR", "FRK7399859412", "FRK7399859412"),
        ("GB", "GB 123 4567 82", "GB123456782"),
        ("GB", "GB 123 4567 27", "GB123456727"),
        ("GB", "GBGD001", "GBGD001"),
        ("GB", "XI 980 7806 84", "XI980780684"),
        ("CH", "CHE-107.787.577 IVA", "CHE107787577IVA"),
        ("CH", "E107787577", "CHE107787577"),
        ("NO", "995 525 828 MVA", "NO995525828MVA"),
        ("IE", "IE6433435OA", "IE6433435OA"),
        ("LT", "LT100001919017", "LT100001919017"),
        ("SE", "SE 556012-5790 01", "SE556012579001"),
    ],
)
def test_spelling(country, text, kept):
    assert checked_vat_id(text, country=country) == kept


@pytest.mark.parametrize("country", CHECKED)
def test_no_other_last_digit_agrees(country):
    """Of the ten last digits of the number itself, the right one alone is taken."""
    example = checked_vat_id(_FORMS[country].example, country=country)
    digits = [place for place, letter in enumerate(example) if letter.isdecimal()]
    # Sweden's 01 and France's SIREN follow what is checked, GB's and Belgium's last two digits are the check.
    place = digits[9] if country == "SE" else digits[-1]
    taken = []
    for digit in "0123456789":
        try:
            taken.append(checked_vat_id(example[:place] + digit + example[place + 1 :], country=country))
        except VatIdFormWrong:
            continue
    assert taken == [example]


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("DE", ""),
        ("DE", "DE12345678"),
        ("DE", "DE136695967"),
        ("DE", "ATU13585627"),
        ("DE", "DE१३६६९५९७६"),
        ("FR", "FR41303265045"),
        ("GB", "GB980780685"),
        ("NO", "NO995525828"),
        ("NL", "NL004495445C01"),
        ("US", "12-3456789"),
        ("CN", "91310000"),
        ("", "DE136695976"),
    ],
)
def test_what_is_none(country, text):
    with pytest.raises(VatIdFormWrong) as refused:
        checked_vat_id(text, country=country)
    assert refused.value.way_out
