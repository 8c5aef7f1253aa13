"""The instructor's notebook: one panel that leads from what came in to what goes back. Each of its steps is a command, too."""
