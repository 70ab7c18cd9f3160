"""Programs that make, train, export and measure Atelier's default image model."""
