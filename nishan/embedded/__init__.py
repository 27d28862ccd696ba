"""The real PostgreSQL and S3 servers that `nishan up` starts when no URL of one is set."""
