#!/usr/bin/env python3
"""Check that every command tells what it does, and that the manual has it.

    commands.py SPILL MAN_PAGE"""
import re
import subprocess
import sys


def output_of(*command):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout


def breaches_of(spill, manual):
    plain = manual.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "")
    status, text = output_of(spill, "--help")
    names = re.findall(r"^  (\w+) +\S", text, re.M)
    if status or len(names) < 3:
        yield f"'{spill} --help' lists no commands (status {status})"
    for name in names:
        status, text = output_of(spill, name, "--help")
        if status or not text.startswith(f"usage: spill {name}"):
            yield f"'spill {name} --help' prints no usage"
        if len([line for line in text.splitlines() if line.strip()]) < 2:
            yield f"'spill {name} --help' says no more than the usage"
        if any(len(line) > 80 for line in text.splitlines()):
            yield f"'spill {name} --help' is wider than 80 columns"
        if not re.search(rf"^\.(?:SS|TP|B|BR|SH|BI).*\b{name}\b", manual,
                         re.M):
            yield f"the manual does not describe '{name}'"
        for flag in sorted(set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", text))):
            if not re.search(rf"(?<![\w-]){flag}(?![\w-])", plain):
                yield f"the manual lacks {flag} of 'spill {name}'"
    status, text = output_of(spill, "--version")
    if status or not re.fullmatch(r"spill \d+\.\d+\.\d+\n", text):
        yield f"'spill --version' prints {text!r}"


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        breaches = list(breaches_of(sys.argv[1], file.read()))
    for breach in breaches:
        print(breach)
    sys.exit(1 if breaches else 0)


main()
