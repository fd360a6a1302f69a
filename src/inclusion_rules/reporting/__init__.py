"""What a decision looks like to its readers: JSON, a timetable, a web page, a calendar feed, and the working of a date.

Hands back text, bytes or plain data. Writes nothing, prints nothing and decides nothing.
"""
