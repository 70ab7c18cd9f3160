"""What a ranker is measured beside: established methods, each with a file of its own."""
