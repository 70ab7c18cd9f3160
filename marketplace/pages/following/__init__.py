"""Following artists: the button, the artists followed, and their new works."""
