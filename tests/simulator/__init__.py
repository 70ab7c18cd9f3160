"""A year of people who look at the works of a catalogue: invented events over real works.

A program of its own, for the development and the tests of recommenders. It imports nothing of the product and the
product imports nothing of it.

    python -m tests.simulator --works FILE.jsonl.gz --users 3000 --seed 1 --interactions OUT.tsv --items OUT_ITEMS.tsv

`catalogue` reads the works, `tastes` draws what persons like, `sessions` when they come, `showcase` is the shop that
they see, `year` lets them browse, `files` writes what they did; the schema of the two files stands there.
`shapes` has sizes of other people's data (--shape films), and `evaluate` measures the recommender on them.
"""
