"""The demo's first people, works and history. Everything here can run again: what is there already is kept."""
