"""Letters of news, for programs."""
