"""An artist's statement as a page, as CSV and as PDF."""
