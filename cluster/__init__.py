"""The gallery on many machines: shards, their replicas, and searches scattered over them."""
