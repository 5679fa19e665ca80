"""The real engine in a seeded world in which everything fails: routers, requests, links, disks, databases, clocks."""
