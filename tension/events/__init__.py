"""Events: reports of one incident, put together."""
