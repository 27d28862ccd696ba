"""How the service behaves as its gallery grows."""
