"""Policies and the engines that evaluate them; no other room knows an engine."""
