"""A small council app: schools notify exclusions, officers see timetables. docs/tutorial/a_small_app.md explains it."""
