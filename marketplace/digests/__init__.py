"""Letters that people asked for: new works of saved searches, of followed artists, and the week's works for them."""
