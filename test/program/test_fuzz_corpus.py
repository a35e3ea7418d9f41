"""The recorded inputs of the fuzzers, played to the same targets in this build; `make fuzz` looks for more."""

import glob
import os
import zipfile

from harness import program, tap

FUZZ = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fuzz")
TARGETS = sorted(os.path.basename(path).removesuffix("_fuzz.c") for path in glob.glob(os.path.join(FUZZ, "*_fuzz.c")))


def inputs_of(name):
    folder = program.temporary_folder()
    with zipfile.ZipFile(os.path.join(FUZZ, "corpus", name + ".zip")) as packed:
        packed.extractall(folder)
    return sorted(glob.glob(os.path.join(FUZZ, "seeds", name, "*")) + glob.glob(os.path.join(folder, "*")))


def add(name):
    @tap.test(f"{name}: every recorded input")
    def _():
        inputs = inputs_of(name)
        done = program.run([os.path.join(program.BUILD, "test", "fuzz", f"fuzz_{name}"), *inputs]).ok()
        tap.equal(done.out.count("\nok "), len(inputs))


@tap.test("every corpus belongs to a target")
def _():
    tap.equal([name for name in sorted(os.listdir(os.path.join(FUZZ, "corpus"))) if name.removesuffix(".zip") not in TARGETS], [])
    tap.equal([name for name in sorted(os.listdir(os.path.join(FUZZ, "seeds"))) if name not in TARGETS], [])


for target in TARGETS:
    add(target)

tap.main()
