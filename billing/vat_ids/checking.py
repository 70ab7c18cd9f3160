"""The form of VAT ids by country.

EU: "VAT identification number structure", European Commission, questions and answers of VIES,
https://ec.europa.eu/taxation_customs/vies/#/faq. Great Britain (and Northern Ireland, XI): HMRC, VAT notice 700.
Switzerland: Bundesamt für Statistik, UID, https://www.uid.admin.ch. Norway: Brønnøysundregistrene, nine digits and MVA.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.vat_ids import check_digits
from marketplace.core.errors import InvalidInput


class VatIdFormWrong(InvalidInput):
    """This VAT id does not have the form of its country."""

    code = "vat_id_form_wrong"


@dataclass(frozen=True, slots=True)
class Form:
    """``pattern`` is of what follows the prefix, without spaces and dots; ``example`` is shown to people."""

    prefix: str
    pattern: str
    example: str
    agrees: Callable[[str], bool] | None = None


_GB = r"\d{9}(\d{3})?|GD[0-4]\d\d|HA[5-9]\d\d"
# By ISO 3166 code of the country. Where no rule for check digits is named, only the form is checked.
_FORMS = {
    "AT": Form("AT", r"U\d{8}", "ATU13585627", check_digits.austria),
    "BE": Form("BE", r"[01]\d{9}", "BE0428759497", check_digits.belgium),
    "BG": Form("BG", r"\d{9,10}", "BG175074752"),
    "CY": Form("CY", r"\d{8}[A-Z]", "CY10259033P"),
    "CZ": Form("CZ", r"\d{8,10}", "CZ25123891"),
    "DE": Form("DE", r"[1-9]\d{8}", "DE136695976", check_digits.germany),
    "DK": Form("DK", r"[1-9]\d{7}", "DK13585628", check_digits.denmark),
    "EE": Form("EE", r"10\d{7}", "EE100931558", check_digits.estonia),
    "ES": Form("ES", r"[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z]", "ESB58378431"),
    "FI": Form("FI", r"\d{8}", "FI20774740", check_digits.finland),
    "FR": Form("FR", r"[A-HJ-NP-Z0-9]{2}\d{9}", "FR40303265045", check_digits.france),
    "GR": Form("EL", r"\d{9}", "EL094259216", check_digits.greece),
    "HR": Form("HR", r"\d{11}", "HR33392005961", check_digits.croatia),
    "HU": Form("HU", r"\d{8}", "HU12892312", check_digits.hungary),
    "IE": Form("IE", r"\d[A-Z0-9+*]\d{5}[A-W]|\d{7}[A-W][A-I]", "IE6433435F"),
    "IT": Form("IT", r"\d{11}", "IT00743110157", check_digits.italy),
    "LT": Form("LT", r"\d{9}|\d{12}", "LT119511515"),
    "LU": Form("LU", r"\d{8}", "LU15027442", check_digits.luxembourg),
    "LV": Form("LV", r"\d{11}", "LV40003521600"),
    "MT": Form("MT", r"[1-9]\d{7}", "MT11679112", check_digits.malta),
    "NL": Form("NL", r"[A-Z0-9+*]{9}B[A-Z0-9+*]\d", "NL004495445B01"),
    "PL": Form("PL", r"\d{10}", "PL8567346215", check_digits.poland),
    "PT": Form("PT", r"[1-9]\d{8}", "PT501964843", check_digits.portugal),
    "RO": Form("RO", r"[1-9]\d{1,9}", "RO18547290"),
    "SE": Form("SE", r"\d{10}01", "SE556012579001", check_digits.sweden),
    "SI": Form("SI", r"[1-9]\d{7}", "SI50223054", check_digits.slovenia),
    "SK": Form("SK", r"[1-9]\d[2346-9]\d{7}", "SK2022749619", check_digits.slovakia),
    "GB": Form("GB", _GB, "GB980780684", check_digits.britain),
    "XI": Form("XI", _GB, "XI980780684", check_digits.britain),
    "CH": Form("CH", r"E\d{9}(MWST|TVA|IVA)?", "CHE-107.787.577 MWST", check_digits.switzerland),
    "NO": Form("NO", r"\d{9}MVA", "NO995525828MVA", check_digits.norway),
}
COUNTRIES = frozenset(_FORMS)
_BETWEEN = re.compile(r"[\s.\-/]")


def checked_vat_id(text: str, *, country: str) -> str:
    """``text`` in one spelling, with its prefix. ``country``: the buyer's, by ISO 3166; the prefix may be left out.

    A business in Northern Ireland (``GB``) may have an id that begins with XI. Raises VatIdFormWrong, also for
    countries whose form is not known here.
    """
    bare = _BETWEEN.sub("", text).upper()
    form = _FORMS.get("XI" if country == "GB" and bare.startswith("XI") else country)
    if form is None:
        raise VatIdFormWrong(
            _("We know no form of VAT ids in this country."), way_out=_("Leave it empty, or choose another country.")
        )
    number = bare.removeprefix(form.prefix)
    # Two letters are taken for a prefix: DE136695976 would also be a French number with the key DE.
    is_anothers = number == bare and bare[:2].isalpha()
    agrees = form.agrees or (lambda _number: True)
    # ASCII: other alphabets have digits too.
    if is_anothers or not re.fullmatch(form.pattern, number, re.ASCII) or not agrees(number):
        raise VatIdFormWrong(
            _("This is not a VAT id of the country that you chose."),
            way_out=_("It looks like %(example)s. Look at it again, or leave it empty.") % {"example": form.example},
        )
    return form.prefix + number
