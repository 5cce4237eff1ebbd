"""What the tests of examples/match share."""

import os
import random
import shutil
import subprocess
import sys

FORMS = ("--naive", "--boxed", "--typed")
WORDS = "/usr/share/dict/american-english"


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def fail(why):
    print("failed:", why)
    sys.exit(1)


def need(program, package):
    if not shutil.which(program):
        skip(f"{program} is not there, install {package}")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)
    return path


def english_words():
    """The word list of wamerican, in its order."""
    if not os.path.exists(WORDS):
        skip(f"{WORDS} is not there, install wamerican")
    return read(WORDS).splitlines()


def king_james(path):
    """Write the text of the King James bible to PATH and return it."""
    need("bible", "bible-kjv")
    text = subprocess.run(["bible", "-f", "gen1:1-rev22:21"], check=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout
    if len(text) < 4000000:
        fail(f"bible printed {len(text)} bytes only")
    return read(write(path, text))


def run_match(program, *arguments, **more):
    return subprocess.run([program, *arguments], check=False,
                          capture_output=True, **more)


def match_lines(program, *arguments):
    """The lines that match prints, as a list, without the last."""
    done = run_match(program, *arguments)
    if done.returncode or done.stderr:
        fail(f"match {arguments}: status {done.returncode}, {done.stderr}")
    lines = done.stdout.split(b"\n")
    if lines[-2:] != [b"matches %d" % (len(lines) - 2), b""]:
        fail(f"match {arguments}: {len(lines) - 2} lines, {lines[-2:]}")
    return lines[:-2]


def in_order(found):
    """Lines of (offset, number of the word, word), in match's order."""
    found.sort(key=lambda f: (f[0] + len(f[2]), -len(f[2]), f[1]))
    return [b"%d\t%s" % (offset, word) for offset, _, word in found]


def compare(what, found, wanted):
    if found == wanted:
        print(f"{what}: {len(found)} matches")
        return
    for i, (one, two) in enumerate(zip(found, wanted)):
        if one != two:
            fail(f"{what}: match {i} is {one}, wanted {two}")
    fail(f"{what}: {len(found)} matches, wanted {len(wanted)}")


def seeded(seed):
    return random.Random(seed)
