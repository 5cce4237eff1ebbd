"""The examples allocate what they say, by valgrind's count."""

import re
import subprocess
import sys
import tempfile

import match_support as support

HEAP = re.compile(r"total heap usage: ([\d,]+) allocs, ([\d,]+) frees, "
                  r"([\d,]+) bytes")


def valgrind(*command):
    """(allocations, frees, bytes) and what the command printed."""
    done = subprocess.run(["valgrind", "--run-libc-freeres=no", *command],
                          check=False, capture_output=True, text=True)
    heap = HEAP.search(done.stderr)
    if done.returncode or not heap or "ERROR SUMMARY: 0 " not in done.stderr:
        support.fail(f"valgrind {command}: {done.stderr}")
    return [int(n.replace(",", "")) for n in heap.groups()], done.stdout


def forms(program, folder):
    """typed: as many allocations as without any text. boxed: one more for each
    match. naive: those and the growing lists."""
    words = support.write(folder + "/words", b"a\nb\nab\nba\naba\n")
    text = support.write(folder + "/text", b"abaabba" * 3000)
    none = support.write(folder + "/none", b"")
    matches = len(support.match_lines(program, "--typed", words, text))
    base = {form: valgrind(program, form, words, none)[0][0]
            for form in support.FORMS}
    more = {form: valgrind(program, form, words, text)[0][0] - base[form]
            for form in support.FORMS}
    print(f"{matches} matches, allocations for them: {more}")
    if more["--typed"] != 0 or more["--boxed"] != matches:
        support.fail("typed is to allocate nothing, boxed one box a match")
    if not matches < more["--naive"] < matches * 1.1:
        support.fail("naive is to allocate one token a match, and lists")


def tallies(folder, name, *arguments):
    """The program's own count, which leak and churn print, is the total."""
    (objects, frees, size), printed = valgrind(f"{folder}/{name}", *arguments)
    lines = re.findall(r"^(.*) (\d+) objects (\d+) bytes$", printed, re.M)
    said = {what: (int(n), int(b)) for what, n, b in lines}
    print(f"{name} {' '.join(arguments)}: {said}")
    if said["allocated"] != (objects, size):
        support.fail(f"valgrind counts {objects} objects, {size} bytes")
    if said["in use"][0] != objects - frees:
        support.fail(f"valgrind counts {objects - frees} objects in use")


def main():
    support.need("valgrind", "valgrind")
    if len(sys.argv) > 2:
        support.skip("valgrind does not run what has sanitizers")
    with tempfile.TemporaryDirectory() as folder:
        forms(sys.argv[1] + "/match", folder)
    tallies(sys.argv[1], "leak")
    tallies(sys.argv[1], "churn")
    tallies(sys.argv[1], "churn", "--reuse")


main()
