"""The studio: words or a picture in, pictures out."""
