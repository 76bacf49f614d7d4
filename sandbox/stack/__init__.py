"""The sandbox's stack: its owner's keys and passwords, its configuration, the engine, the commands of make."""
