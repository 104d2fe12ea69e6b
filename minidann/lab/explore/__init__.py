"""The page that needs no Python: runs of a grid, computed beforehand and packed into one HTML file."""
