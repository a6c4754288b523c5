"""Files that images are built from, and the names of images."""
