"""Many programs on one book in a file: nobody hears that it is locked, and nothing is lost. test/long has 80,000 fills of it."""

import os

from harness import calls, crowd, program, tap


@tap.test("programs that make a book at once, write to it at once and read it meanwhile")
def _():
    crowd.play(60, reads_max=20)


@tap.test("the same again changes nothing")
def _():
    url = f"sqlite:{os.path.join(program.temporary_folder(), 'again.db')}"
    binary, dumps = calls.build(), []
    for _ in range(2):
        told = program.run([binary], stdin="\n".join(crowd.lines(1, 60)).encode(), env=program.clean_env(URL=url)).ok().out.splitlines()
        dumps.append(program.daybook("book", "dump", "--url", url).ok().out)
    tap.equal({line.split(" ")[0] for line in told if line}, {"replayed"})
    tap.equal(dumps[0], dumps[1])


tap.main()
