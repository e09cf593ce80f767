"""The processes behind the web: the relay, and one RQ worker per queue."""
