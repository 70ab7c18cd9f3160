"""Where a work comes from: Content Credentials, provenance records, perceptual fingerprints."""
