"""Picture tools that need no prompt: enlarge, restore, colourize, restyle, recolour, cut out.

Pictures come and go as PIL images in RGB (RGBA where a tool makes transparency). Every tool that takes over a second
reports its progress to a callback; what that callback raises ends the tool, so a caller cancels by raising.
"""
