"""How long an epoch of each method takes, beside the least that it can cost."""
