"""What `book/execute.py` and the Sphinx extension beside it have in common."""
