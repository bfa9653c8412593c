"""What the notebooks of the book share: their study, charts, tables and forms."""
