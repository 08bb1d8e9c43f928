"""Karaula's core: what a signal, a place and a number are. No network, no clock, no screen."""
