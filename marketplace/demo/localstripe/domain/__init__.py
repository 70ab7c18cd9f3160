"""What happens to objects: money moves, states change, events are told. Every function works in a Transaction."""
