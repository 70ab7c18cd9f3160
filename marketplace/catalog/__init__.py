"""Works, their files and renditions, tags."""
