"""A person's invoices and credit notes, as a list and on paper."""
