"""The endpoints under ``/v1``: each parses its parameters, calls the domain, answers an object or a list."""
