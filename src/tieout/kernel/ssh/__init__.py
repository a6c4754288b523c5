"""SSH keys and signatures: what may sign, what a signature says of itself, and the one place that starts ssh-keygen."""
