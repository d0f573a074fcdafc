"""Charts: one theme, one renderer, one function a chart. Charts compute nothing that a model should."""
