"""Analyses as stored runs, and the desk that hosts and analysts do them from."""
