"""What instructions of a Dockerfile say of safety."""
