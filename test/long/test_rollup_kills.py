"""Two hundred roll-ups killed at points of nobody's choosing, twenty of them with the whole server."""

from harness import rollups, tap


@tap.test("180 kills of the program and 20 of the server: every bucket is marked or right, and in the end all are what a rebuild makes")
def _():
    rollups.Kills(seed=2).run(clients=180, servers=20)


tap.main()
