"""LoRA files: read without torch, compared with a model, and held ready by a worker. `pipelines.adapters` uses them."""
