"""What the notebooks of the book share: their study, figures, tables and sliders."""
