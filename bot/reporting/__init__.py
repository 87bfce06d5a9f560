"""The report: one HTML page that needs nothing else, to be read on a screen, in the dark, or on paper."""
