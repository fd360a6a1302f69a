"""Notices and letters: drafted with their required items, and checked when they come in."""
