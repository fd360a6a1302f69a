"""Live cases kept for years: a database that only grows, and the means to show that nothing in it was altered.

The room knows SQL, hashes and transactions. What a case comes to is worked out elsewhere; here it is kept and given
back.
"""
