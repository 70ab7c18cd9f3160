"""A shop with very many works, to be searched and recommended from: made of the project's own vocabulary."""
