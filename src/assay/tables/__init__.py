"""Columnar data: reads each file once a round and answers the questions of checks."""
