"""From records to verdicts: costs, intervals and what they say of each claim."""
