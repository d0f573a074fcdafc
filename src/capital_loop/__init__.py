"""The executable audit of the AI capital loop."""
