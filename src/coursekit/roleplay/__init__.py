"""Role-plays: a script is read, a client simulated, a session played and replayed, its process scored."""
