"""From a preset to records: which runs a figure needs, how each is trained, and where its record stands."""
