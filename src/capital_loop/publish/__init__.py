"""From executed notebooks to the site."""
