"""The JSON of requests and answers, one file per resource."""
