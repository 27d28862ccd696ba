"""How often the right person is found, and how often a wrong one."""
