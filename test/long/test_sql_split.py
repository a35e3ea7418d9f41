"""The runner cuts every SQL file that PostgreSQL's packages install exactly where psql does."""

from harness import split, tap

listener = split.Listener()


@tap.test("every installed SQL file")
def _():
    files = split.installed_files()
    tap.check(len(files) > 100, f"{len(files)} files")
    count = sum(listener.compare(path) for path in files)
    print(f"# {count} statements in {len(files)} files")


tap.main()
