"""What people see, in a browser: pages as GitHub shows them, looked at wide and on a phone."""
