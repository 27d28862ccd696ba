"""The service as its users meet it: over HTTP and in a browser, every part real."""
