"""The models that come with the engine: one folder each."""
