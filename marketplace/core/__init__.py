"""What every room of the house may use: ids, money, clock, errors, blobs. No models, no Django."""
