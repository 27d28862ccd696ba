"""HTTP and the web console: requests become calls of the packages below, their values become answers."""
