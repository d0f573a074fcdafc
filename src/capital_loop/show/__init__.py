"""What notebooks show: figures, prose, tables, and the words of one language."""
