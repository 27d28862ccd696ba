"""All that is kept, from persons to audit: the only place with SQL and object storage."""
