"""How good a recommender is, measured offline on a file of interactions, beside tuned baselines. No Django.

A ranker of our own has a place in ``methods.py``; what it gets and what it must answer stand in ``interactions.py`` and
``recommender.py``.
"""
