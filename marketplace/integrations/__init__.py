"""Webhooks of people's own: what happens in the shop, told to their programs in the form of Standard Webhooks."""
