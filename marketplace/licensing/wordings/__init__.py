"""The wordings of the licences, one module per version. A wording that was published is never edited."""
