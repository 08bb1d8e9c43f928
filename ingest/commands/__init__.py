"""One module a command of `karaula`."""
