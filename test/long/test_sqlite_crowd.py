"""Eight programs write 10,000 fills each into one book in a file, while others read it."""

from harness import crowd, tap


@tap.test("80,000 fills by 8 programs: nobody hears that the book is locked, nothing is lost")
def _():
    crowd.play(10000, reads_max=200)


tap.main()
