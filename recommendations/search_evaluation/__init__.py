"""How well the shop's search finds works by subject, on a collection's open metadata."""
