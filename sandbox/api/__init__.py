"""DigitalOcean's v2 API on loopback: what the stack uses of it, over the machines underneath."""
