"""Signal detection: lexicons, matching, context, candidates."""
