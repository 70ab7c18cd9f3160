"""Stripe's product tax codes of what is sold here: https://docs.stripe.com/tax/tax-codes."""

# Digital Photographs/Images - downloaded - non subscription - with permanent rights.
LICENCE = "txcd_10501000"
# General - Electronically Supplied Services: credits for generations, plans, and tips, which are paid with a licence.
SERVICE = "txcd_10000000"
