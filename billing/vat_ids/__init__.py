"""VAT ids: whether one has its country's form. Whether it was given to anybody only the country's register knows."""

from billing.vat_ids.checking import COUNTRIES, VatIdFormWrong, checked_vat_id

__all__ = ["COUNTRIES", "VatIdFormWrong", "checked_vat_id"]
