"""Tax by Stripe: how prices are said to whom, what each sale's tax was, and what Stripe must know of a buyer.

Nothing here is advice: which countries' tax is collected is decided by the registrations at Stripe.
"""

from billing.tax.buyers import TaxPlace, tax_place_of
from billing.tax.prices import EU, PriceTax, price_tax

__all__ = ["EU", "PriceTax", "TaxPlace", "price_tax", "tax_place_of"]
