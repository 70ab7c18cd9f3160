"""A process is killed after each SQL statement of an operation; started again, all ends as if it had not been."""
