"""One answer about a file or a certificate's number, from provenance and licensing."""
