"""Asks a server over the network, for the collectors that may: one host, bounded, with leave of the command line."""
