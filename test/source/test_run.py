"""The runner of the tests itself: told to stop, it ends the file that runs and starts no other."""

import importlib.machinery
import importlib.util
import os
import signal
import sys
import threading

from harness import program, tap

loader = importlib.machinery.SourceFileLoader("run", os.path.join(program.SOURCE, "test", "run"))
run = importlib.util.module_from_spec(importlib.util.spec_from_loader("run", loader))
loader.exec_module(run)

# A file that says when it works, ends what it has made when it is told to, and would go on for ever.
FILE = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
try:
    open("{0}/works", "w").close()
    while True:
        time.sleep(1)
finally:
    os.unlink("{0}/works")
"""


@tap.test("a stop ends the running file, lets it clean up, and starts none after it")
def _():
    folder = program.temporary_folder()
    path, works = os.path.join(folder, "test_endless.py"), os.path.join(folder, "works")
    with open(path, "w", encoding="utf-8") as out:
        out.write(FILE.format(folder))
    running, outcomes = run.Running(), []
    job = run.Job(path, dict(os.environ))
    thread = threading.Thread(target=lambda: outcomes.append(job.run(600, running)))
    thread.start()
    tap.wait_until(lambda: os.path.exists(works), "the file works")
    running.stop(signal.SIGTERM, None)
    thread.join()
    tap.check(not os.path.exists(works), "the file was not asked, but killed")
    tap.check(outcomes[0].failed, "a file that was stopped passed")
    tap.equal(running.processes, set(), "what runs still")
    tap.equal(running.start([sys.executable, path]), None, "what was started after the stop")


@tap.test("figures are shown, and belong to their file")
def _():
    outcome = run.Outcome("a file")
    run.read_tap(outcome, "1..1\n# figure: 3 kills\nok 1 - kills\n# another remark\n")
    tap.equal((outcome.passed, outcome.failed, outcome.figures), (1, 0, ["3 kills"]))


tap.main()
