"""What the tests that run programs under the tracer share."""
import bisect
import glob
import os
import subprocess
import sys
import tempfile

import recording


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def fail(why):
    print("failed:", why)
    sys.exit(1)


def which(name):
    """Debian's own program NAME: what a developer's PATH may hide."""
    for folder in ("/usr/bin", "/bin", "/usr/sbin"):
        if os.access(f"{folder}/{name}", os.X_OK):
            return f"{folder}/{name}"
    return None


def clean_environment(**more):
    """Few variables, so that a developer's own do not matter."""
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/"}
    env.update(more)
    return env


def recordings(folder):
    """All recordings in FOLDER, ordered by the pid's and their number."""
    paths = glob.glob(glob.escape(folder) + "/spill.*.spill")
    return [recording.read(path) for path in
            sorted(paths, key=lambda p: [int(n) for n in p.split(".")
                                         if n.isdigit()])]


def traced(library, command, env=None, folder=None, **more):
    """Run COMMAND under LIBRARY; (the finished process, its recordings)."""
    with tempfile.TemporaryDirectory() as scratch:
        env = dict(env or clean_environment())
        env["SPILL_DIR"] = folder or scratch
        env["LD_PRELOAD"] = library + (
            ":" + env["LD_PRELOAD"] if "LD_PRELOAD" in env else "")
        more.setdefault("stdin", subprocess.DEVNULL)
        more.setdefault("stdout", subprocess.PIPE)
        more.setdefault("stderr", subprocess.PIPE)
        more.setdefault("timeout", 120)
        done = subprocess.run(command, env=env, check=False, **more)
        return done, recordings(env["SPILL_DIR"])


class Symbols:
    """Function names by address, from the symbol tables of ELF files."""

    def __init__(self):
        self.files = {}

    def _load(self, path):
        found = {}
        for table in ([], ["-D"]):
            done = subprocess.run(["nm", "-n", "--defined-only", *table, path],
                                  capture_output=True, text=True, check=False)
            for line in done.stdout.splitlines():
                address, kind, name = line.split(" ", 2)
                if kind in "tTwWiuV":
                    found.setdefault(int(address, 16), name.split("@")[0])
        starts = sorted(found)
        return starts, [found[start] for start in starts]

    def name(self, frame):
        """The function that FRAME lies in, '?' where nothing tells."""
        if not frame.module:
            return "?"
        path = frame.module.path
        if path not in self.files:
            self.files[path] = self._load(path)
        starts, names = self.files[path]
        i = bisect.bisect_right(starts, frame.address) - 1
        return names[i] if i >= 0 else "?"

    def chain(self, rec, stack):
        """Names of the stack's functions, innermost first."""
        return [self.name(frame) for frame in rec.frames(stack)[0]]
