"""Data pruning and selective backprop, reproduced: training, scoring and selection on the device."""

__version__ = "0.1.0"
