"""How an asset, generated here or uploaded, becomes a signed, listed work."""
