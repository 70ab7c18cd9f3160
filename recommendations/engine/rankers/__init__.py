"""Our rankers: many signals of how a user and an item go together, and a network that has learnt to weigh them."""
