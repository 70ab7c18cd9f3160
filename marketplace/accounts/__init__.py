"""People, their storefronts, sign-in."""
