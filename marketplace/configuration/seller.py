"""Who sells, as invoices and credit notes name it."""

from pydantic import Field
from pydantic_settings import BaseSettings


class SellerSettings(BaseSettings):
    """The seller on documents."""

    seller_name: str = Field(
        default="Atelier", min_length=1, description="Who sells, as invoices and credit notes name it."
    )
    seller_address: str = Field(
        default="1 Example Street|10115 Berlin",
        min_length=1,
        description="The seller's address on invoices; its lines separated by `|`.",
    )
    seller_country: str = Field(
        default="DE", pattern=r"^[A-Z]{2}$", description="The country of that address, in two capital letters."
    )
    seller_vat_id: str = Field(default="", description="The seller's VAT id on invoices; empty: none.")
    invoice_note: str = Field(
        default="",
        description="A sentence under every invoice on which no tax stands, such as why none does; empty: none.",
    )
    stripe_tax: bool = Field(
        default=False,
        description="Stripe Tax: `true` lets Stripe compute the tax of every payment. Before that Stripe needs the"
        " seller's address, and a registration for each country whose tax is collected.",
    )
    default_country: str = Field(
        default="US",
        pattern=r"^[A-Z]{2}$",
        description="With Stripe Tax: the country of visitors who have named none, by which prices include tax or not.",
    )
