"""Encoders of Hugging Face models as folders that the shop's processes read without torch. Runs where torch is."""
