"""Policies and the engines that evaluate them; nothing outside this room knows one."""
