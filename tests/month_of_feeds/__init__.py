"""A month of the shop's own home feed before simulated people: what a share for new works brings, and what it costs.

    python -m tests.month_of_feeds --works tests/data/tate/works-2k.jsonl.gz        (make simulate-feeds)

People and works are the simulator's (`tests.simulator`); the feed, the events, the impressions and the counters are
the shop's, on a database of their own, at simulated times. `plan` says how large, `clock` what time it is, `shop` puts
works and people into the database, `month` lets people come, `figures` counts, `attacks` tries to move works.
"""
