"""DigitalOcean's JSON and nothing else: `answers` (what it says), `bodies` (what it is asked)."""
