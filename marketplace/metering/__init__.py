"""What the shop's resources cost and bring: usage by job, person and model, its price, and the margin of each month."""
