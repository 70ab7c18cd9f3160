"""Misbehaving when told to: webhooks late, twice, out of order or never; requests answered wrongly or not at all.

Off until a plan is given (``POST /_local/misbehaviour``). A plan is kept with the books, so it outlives a kill.
"""
