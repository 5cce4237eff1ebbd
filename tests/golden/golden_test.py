#!/usr/bin/env python3
"""Compare reports with those that go tool pprof made of the same profile.

    golden_test.py SPILL [PPROF]

Each line of rows.txt is a name and a command: NAME.txt is what it prints for
profile.pb. With PPROF (go env GOTOOLDIR has it) the files are made anew."""
import difflib
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PROFILE = os.path.join(HERE, "profile.pb")


def rows():
    with open(os.path.join(HERE, "rows.txt"), encoding="utf-8") as file:
        for line in file:
            name, report, *flags = line.split()
            yield os.path.join(HERE, name + ".txt"), report, flags


def run(*command):
    environment = dict(os.environ, TZ="UTC")
    return subprocess.run([*command, "-symbolize=none", PROFILE],
                          env=environment, check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def main():
    spill = sys.argv[1]
    failed = 0
    for path, report, flags in rows():
        if len(sys.argv) > 2:
            with open(path, "wb") as file:
                file.write(run(sys.argv[2], "-" + report, *flags))
        with open(path, "rb") as file:
            wanted = file.read()
        got = run(spill, report, *flags)
        if got == wanted:
            continue
        failed += 1
        print("different:", report, *flags)
        for line in difflib.unified_diff(
                wanted.decode(errors="replace").splitlines(),
                got.decode(errors="replace").splitlines(),
                path, "spill", lineterm=""):
            print("  " + line)
    sys.exit(failed > 0)


main()
