"""What the program tests stand on: TAP output, the binary, real servers of the test's own. Standard library only.

A test file is a program that prints TAP:

    from harness import tap, program, server

    @tap.test("version names the program")
    def _():
        tap.equal(program.daybook("version").status, 0)

    tap.main()

Everything a test starts listens on Unix sockets inside its own temporary folder and is ended, by its id, when the
test file ends, also when it fails.
"""
