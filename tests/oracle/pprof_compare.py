#!/usr/bin/env python3
"""Compare spill's reports with those of go tool pprof, to the byte.

    pprof_compare.py SPILL SOURCES

Random profiles (pprof_profiles.py) and the heap of a Go program meet random
flags; each row runs both. Where the reference leaves an order to chance (ties,
which follow Go's maps) it is asked again: any answer of its own is right."""
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile

import pprof_profiles

PROFILES = 110
# How often the reference is asked before a row counts as different.
TRIES = 30
COMMANDS = ("top", "tree", "peek", "traces", "raw", "dot")

GRANULARITIES = ("-functions", "-filefunctions", "-files", "-lines",
                 "-addresses")
EXPRESSIONS = ("f[0-9]", "main", "src", "malloc", "^a", "app", "Class", "(?i)F",
               r"\.c$", "über|日本", "no . utf8 .$")
TAGS = ("cc1", "process=cc1", "bytes=1kb:", "16:5000", "latency=:100ms", "ü,a",
        "48", "request=0:4kb")


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def reference():
    """The path of pprof itself: 'go tool' costs more than most reports."""
    if not shutil.which("go"):
        skip("go is not there, install golang-go")
    tools = subprocess.run(["go", "env", "GOTOOLDIR"], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.strip()
    pprof = os.path.join(tools, "pprof")
    if not os.access(pprof, os.X_OK):
        skip(pprof + " is not there")
    return pprof


def random_flags(rng, type_count):
    chances = [
        (.5, lambda: rng.choice(GRANULARITIES)),
        (.3, lambda: "-cum"),
        (.3, lambda: f"-sample_index={rng.randrange(type_count)}"),
        (.3, lambda: f"-nodecount={rng.choice([1, 3, 10, 200])}"),
        (.3, lambda: "-nodefraction=" + rng.choice(["0", ".02", "0.2"])),
        (.3, lambda: "-edgefraction=" + rng.choice(["0", ".02", "0.2"])),
        (.2, lambda: "-unit=" + rng.choice(["auto", "mb", "B", "ms", "s"])),
        (.2, lambda: "-noinlines"),
        (.15, lambda: "-trim=false"),
        (.1, lambda: "-compact_labels"),
        (.3, lambda: "-symbolize=none"),
        (.1, lambda: "-relative_percentages"),
        (.1, lambda: "-divide_by=" + rng.choice(["2", "1000", "0.5"])),
        (.1, lambda: "-tagfocus=" + rng.choice(TAGS)),
        (.1, lambda: "-tagignore=" + rng.choice(TAGS)),
        (.1, lambda: "-taghide=" + rng.choice(["b", "process"])),
        (.05, lambda: "-tagshow=" + rng.choice(["b", "process"])),
    ]
    for name in ("focus", "ignore", "hide", "show", "show_from", "prune_from"):
        chances.append(
            (.12, lambda name=name: f"-{name}={rng.choice(EXPRESSIONS)}"))
    return [make() for chance, make in chances if rng.random() < chance]


class Comparison:
    def __init__(self, spill, pprof, folder):
        self.spill = spill
        self.pprof = pprof
        self.rows = 0
        self.failed = 0
        self.folder = folder
        self.env = dict(os.environ, PPROF_TMPDIR=folder, HOME=folder)

    def run(self, *command):
        return subprocess.run(command, env=self.env, check=False,
                              capture_output=True)

    def ours(self, command, flags, path):
        operand = ["."] if command == "peek" else []
        return self.run(self.spill, command, *flags, *operand, path)

    def theirs(self, command, flags, path):
        report = "-peek=." if command == "peek" else "-" + command
        return self.run(self.pprof, report, *flags, path)

    def row(self, command, flags, path):
        self.rows += 1
        if command == "raw":
            # what was tried in vain to name is noted in what we hold
            flags = [*flags, "-symbolize=none"]
        ours = self.ours(command, flags, path)
        for _ in range(TRIES):
            theirs = self.theirs(command, flags, path)
            if command == "dot":
                # a graph of ours is UTF-8 whatever the names
                theirs.stdout = theirs.stdout.decode(errors="replace").encode()
            if (ours.returncode == 0) == (theirs.returncode == 0) and \
                    ours.stdout == theirs.stdout:
                return
        self.failed += 1
        print(f"different: {command} {' '.join(flags)} {path}")
        print(f"  status {ours.returncode}, pprof's {theirs.returncode}")
        print("  " + ours.stderr.decode(errors="replace").strip())
        lines = difflib.unified_diff(
            theirs.stdout.decode(errors="replace").splitlines(),
            ours.stdout.decode(errors="replace").splitlines(),
            "pprof", "spill", lineterm="", n=1)
        for _, line in zip(range(20), lines):
            print("  " + line[:200])

    def proto_row(self, flags, path):
        """What we write says to pprof what its own -proto says."""
        self.rows += 1
        flags = [*flags, "-symbolize=none"]
        ours = os.path.join(self.folder, "ours.pb.gz")
        theirs = os.path.join(self.folder, "theirs.pb.gz")
        made = self.run(self.spill, "proto", *flags, "-o", ours, path)
        self.theirs("proto", [*flags, "-output=" + theirs], path)
        expected = self.theirs("raw", ["-symbolize=none"], theirs).stdout
        if made.returncode == 0 and not made.stdout and expected and \
                self.theirs("raw", ["-symbolize=none"], ours).stdout == expected:
            return
        self.failed += 1
        print("different: proto", *flags, path, made.stderr.decode())


def go_heap(go_source, folder):
    """The heap profile of a program built here, or None."""
    program = os.path.join(folder, "heap")
    env = dict(os.environ, HOME=folder, GOCACHE=os.path.join(folder, "cache"),
               GO111MODULE="off", GOFLAGS="", CGO_ENABLED="0")
    subprocess.run(["go", "build", "-o", program, go_source], env=env,
                   check=True)
    path = os.path.join(folder, "go.pb.gz")
    subprocess.run([program, path], check=True)
    return path


def main():
    spill, sources = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        compare = Comparison(spill, reference(), folder)
        for seed in range(PROFILES):
            rng = random.Random(seed)
            data, types = pprof_profiles.random_profile(
                seed, rng.choice([1, 3, 6]))
            path = os.path.join(folder, f"{seed}.pb")
            with open(path, "wb") as file:
                file.write(data)
            for command in COMMANDS:
                compare.row(command, random_flags(rng, len(types)), path)
            compare.proto_row([], path)
            compare.proto_row(["-focus=" + rng.choice(EXPRESSIONS)], path)
        path = go_heap(os.path.join(sources, "pprof_heap.go"), folder)
        for command in COMMANDS:
            compare.row(command, [], path)
            for seed in range(5):
                compare.row(command, random_flags(random.Random(seed), 4), path)
        compare.proto_row([], path)
        print(f"{compare.rows} rows, {compare.failed} different")
        sys.exit(compare.failed > 0)


main()
