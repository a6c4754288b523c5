"""Lists of packages that a project uses: as it asks for them, as they are locked, and how they are kept up to date."""
