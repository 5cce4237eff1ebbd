"""match tells what is wrong in one line, and by its exit status."""

import os
import subprocess
import sys
import tempfile

import match_support as support

IO, USAGE = 1, 2


def expect(program, status, message, *arguments, **more):
    done = support.run_match(program, *arguments, **more)
    lines = done.stderr.decode().splitlines()
    if done.returncode != status or lines != [message] or done.stdout:
        support.fail(f"match {arguments}: status {done.returncode}, "
                     f"{done.stdout} {lines}, wanted {message}")
    print(f"{status}: {message}")


def errors(program, folder, words, text):
    usage = ("usage: match (--naive|--boxed|--typed) [--count] "
             "[--chunk=BYTES] WORDS TEXT...")
    size = "match: --chunk is a number from 1 to 1048576"
    empty = support.write(folder + "/empty", b"\n\n\n")
    gone = folder + "/gone"

    expect(program, USAGE, usage)
    expect(program, USAGE, usage, "--typed", words)
    expect(program, USAGE, usage, words, text)
    for wrong in ("0", "", "1048577", "-1", "7x", "99999999999999999999"):
        expect(program, USAGE, size, "--typed", "--chunk=" + wrong, words,
               text)
    expect(program, IO, f"match: cannot read '{gone}': "
           "No such file or directory", "--typed", gone, text)
    expect(program, IO, f"match: cannot read '{folder}': Is a directory",
           "--typed", folder, text)
    expect(program, IO, f"match: '{empty}' has no words: write one a line",
           "--typed", empty, text)
    expect(program, IO, f"match: cannot open '{gone}': "
           "No such file or directory", "--boxed", "--count", words, gone)
    expect(program, IO, f"match: cannot search '{folder}': Is a directory",
           "--naive", "--count", words, folder)


def asked_for_help(program):
    done = support.run_match(program, "--help")
    if done.returncode or done.stderr or not done.stdout.startswith(
            b"usage: match (") or b"empty lines are skipped" not in done.stdout:
        support.fail(f"--help: status {done.returncode}, {done.stdout}")
    if max(map(len, done.stdout.splitlines())) > 80:
        support.fail("--help is wider than 80 columns")


def full_disk(program, words, text):
    if not os.path.exists("/dev/full"):
        return
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program, "--typed", words, text],
                                      stdout=full, check=False,
                                      stderr=subprocess.PIPE)
    if done.returncode != IO or b"write to standard output: No space" not in done.stderr:
        support.fail(f"/dev/full: status {done.returncode}, {done.stderr}")


def standard_input(program, words):
    done = support.run_match(program, "--typed", words, "-", input=b"xabcde")
    if done.stdout != b"3\tc\n1\tabcd\nmatches 2\n" or done.returncode:
        support.fail(f"standard input: {done.stdout}")
    done = support.run_match(program, "--typed", "--count", words, "-", "-",
                             input=b"xabcde")
    if done.stdout != b"matches 2\n":
        support.fail(f"standard input twice: {done.stdout}")


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        words = support.write(folder + "/words", b"abcd\nbcx\n\nc")
        text = support.write(folder + "/text", b"xabcde")
        errors(program, folder, words, text)
        asked_for_help(program)
        full_disk(program, words, text)
        standard_input(program, words)


main()
