"""Artists' LoRA files: checked and kept, chosen for orders, removed."""
