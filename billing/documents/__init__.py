"""Invoices and credit notes: what they say, how they are numbered, when one is due.

They are written by jobs, after the sale's commit, from what the ledger and the room of the sale know; the PDF is drawn
from the row whenever somebody asks for it.
"""
