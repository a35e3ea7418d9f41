"""TAP output for Python: @test registers, main() runs them in order and prints one line each."""

import os
import signal
import sys
import time
import traceback

_tests = []
_cleanups = []


class Skip(Exception):
    """Raised by skip(): the test could not run, for the reason given."""


class Failure(AssertionError):
    """Raised by the checks below; its text is what the reader needs."""


def test(name):
    def register(function):
        _tests.append((name, function))
        return function

    return register


def skip(reason):
    raise Skip(reason)


def at_end(function):
    """Calls function when the file's tests are over, newest first."""
    _cleanups.append(function)


def check(condition, what):
    if not condition:
        raise Failure(what)


def equal(actual, expected, what="value"):
    if actual != expected:
        raise Failure(f"{what}\n  expected: {expected!r}\n  actual:   {actual!r}")


def contains(text, part, what="text"):
    if part not in text:
        raise Failure(f"{what} lacks {part!r}:\n{text}")


def wait_until(condition, what, limit_s=120.0, pause_s=0.05):
    """Polls; the limit is for hangs only, never a measure of speed."""
    end = time.monotonic() + limit_s
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise Failure(f"gave up waiting until {what}")
        time.sleep(pause_s)


def test_data(*names):
    """The path of a recorded data file; skips, by name, when the data folder is not given."""
    folder = os.environ.get("DAYBOOK_TEST_DATA")
    if not folder:
        skip("DAYBOOK_TEST_DATA is not set")
    path = os.path.join(folder, *names)
    check(os.path.exists(path), f"{path} is missing from DAYBOOK_TEST_DATA")
    return path


def _diagnose(text):
    for line in text.rstrip().splitlines():
        print(f"# {line}")


def _run_one(number, name, function):
    try:
        function()
        print(f"ok {number} - {name}")
        return True
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}")
        return True
    except Failure as failure:
        print(f"not ok {number} - {name}")
        _diagnose(str(failure))
        _diagnose(traceback.format_exc().splitlines()[-4] if traceback.format_exc().count("\n") > 4 else "")
    except Exception:  # a broken test is a failed test, and its trace is the evidence
        print(f"not ok {number} - {name}")
        _diagnose(traceback.format_exc())
    return False


def main():
    # Being told to stop is an end like any other: what was started is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"1..{len(_tests)}")
    good = True
    try:
        for number, (name, function) in enumerate(_tests, 1):
            good = _run_one(number, name, function) and good
            sys.stdout.flush()
    finally:
        for cleanup in reversed(_cleanups):
            try:
                cleanup()
            except Exception:
                good = False
                _diagnose(traceback.format_exc())
    sys.exit(0 if good else 1)
