"""The totals of recordings equal valgrind's, to the unit.

    totals.py LIBSPILL EXAMPLES

What a program allocates depends on its environment, its arguments, and on what
is preloaded. So the traced run gets the variables that valgrind gives its
client, each as long as there, and a copy of libspill.so whose path makes
LD_PRELOAD as long as valgrind's."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import tracer_support as support

OPTIONS = ["--run-libc-freeres=no", "--run-cxx-freeres=no"]
HEAP = re.compile(r"in use at exit: ([\d,]+) bytes in ([\d,]+) blocks\n.*"
                  r"total heap usage: ([\d,]+) allocs, ([\d,]+) frees, "
                  r"([\d,]+) bytes", re.S)
PERL = ("my %h; for my $i (1..500) { push @{$h{$i % 97}}, "
        "join(',', map { $_ * $i } 1..5); } print scalar(keys %h), \"\\n\";")
PYTHON = ("import json; d = [{'k': 'v' * (i % 9)} for i in range(200)]; "
          "print(len(json.dumps(json.loads(json.dumps(d)))))")
SQL = "select 1 + 1; select upper('abc'), length('12345');"


def programs(examples, scratch):
    """(name, command, what to put on its standard input)"""
    which = support.which
    lines = "".join(f"{i * 7919 % 1000} w{i % 50}\n" for i in range(2000))
    with open(scratch + "/lines", "w", encoding="ascii") as file:
        file.write(lines)
    with open(scratch + "/other", "w", encoding="ascii") as file:
        file.write(lines.replace("w7", "w8"))
    with open(scratch + "/words", "w", encoding="ascii") as file:
        file.write("".join(f"w{i}\n" for i in range(50)))
    text = scratch + "/lines"
    yield "sort", [which("sort"), "--parallel=1", text], ""
    yield "gawk", [which("gawk"), "{ n[$2] += $1 } END { for (w in n) print "
                   "w, n[w] | \"cat\" }", text], ""
    yield "jq", [which("jq"), "-R", "-c", "split(\" \") | {a: .[0]}",
                 text], ""
    yield "perl", [which("perl"), "-e", PERL], ""
    yield "sqlite3", [which("sqlite3"), ":memory:", SQL], ""
    yield "python3", [which("python3"), "-S", "-s", "-c", PYTHON], ""
    yield "xz", [which("xz"), "-T1", "-c", text], ""
    yield "git", [which("git"), "--no-pager", "diff", "--no-index",
                  "--stat", text, scratch + "/other"], ""
    yield "bc", [which("bc"), "-q"], "scale=300; 4*a(1)\n2^2000\nquit\n"
    yield "m4", [which("m4"), "-"], (
        "define(`f', `ifelse($1, 0, 0, `f(decr($1))x')')f(60)\n")
    yield "dash", [which("dash"), "-c", "for i in 1 2 3; do x=$x$i; done; "
                   "echo $x"], ""
    yield "openssl", [which("openssl"), "dgst", "-sha256", text], ""
    yield "match", [examples + "/match", "--naive", "--count",
                    scratch + "/words", text], ""
    for name in ("leak", "churn"):
        yield name, [f"{examples}/{name}"], ""


def valgrind(command, env, folder, given):
    """(the process, the client's totals) of COMMAND under valgrind."""
    log = folder + "/valgrind.log"
    done = subprocess.run(
        ["valgrind", *OPTIONS, "--log-file=" + log, *command], env=env,
        input=given.encode(), check=False, capture_output=True)
    with open(log, encoding="ascii", errors="replace") as file:
        found = HEAP.search(file.read())
    if not found:
        support.fail(f"valgrind says no totals for {command}")
    in_use, blocks, allocs, frees, size = (
        int(n.replace(",", "")) for n in found.groups())
    return done, (allocs, frees, size, blocks, in_use)


def client_environment(env):
    """What valgrind gives a program that it runs with ENV."""
    done = subprocess.run(["valgrind", "-q", support.which("env"), "-0"],
                          env=env, check=True, capture_output=True)
    return [entry.split(b"=", 1) for entry in done.stdout.split(b"\0")[:-1]]


def long_path(folder, length):
    """A path of LENGTH characters in FOLDER, its last folder made."""
    rest = length - len(folder) - len("//a")
    if rest < 1:
        return None
    parts = "d" * rest
    # no part may be longer than a file's name
    parts = "/".join(parts[i:i + 200] for i in range(0, rest, 201))
    parts = parts.ljust(rest, "d")
    os.makedirs(f"{folder}/{parts}")
    return f"{folder}/{parts}/a"


def like_client(entries, library, folder):
    """An environment for the traced run, of the same sizes as ENTRIES."""
    env = {}
    for name, value in entries:
        if name == b"LD_PRELOAD":
            path = long_path(folder, len(value))
            if not path:
                support.fail(f"{folder} is longer than {value}")
            shutil.copy(library, path)
            value = path.encode()
        env[name] = value
    return env


def traced(command, env, given):
    """(the process, its own recording's totals); children are left out."""
    done = subprocess.run(command, env=env, input=given.encode(),
                          check=False, capture_output=True)
    recs = [rec for rec in support.recordings(env[b"SPILL_DIR"].decode())
            if rec.exe == os.path.realpath(command[0])]
    if len(recs) != 1:
        support.fail(f"{command[0]}: {len(recs)} recordings")
    if any(recs[0].drops.values()):
        support.fail(f"{command[0]}: drops {recs[0].drops}")
    totals = recs[0].totals()
    return done, (totals.allocs, totals.frees, totals.bytes,
                  totals.allocs - totals.frees, totals.bytes - totals.freed)


def compare(name, library, command, given):
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        os.mkdir(folder + "/r")
        env = support.clean_environment(SPILL_DIR=folder + "/r",
                                        PYTHONHASHSEED="0",
                                        PERL_HASH_SEED="0",
                                        PERL_PERTURB_KEYS="0")
        theirs_done, theirs = valgrind(command, env, folder, given)
        like = like_client(client_environment(env), library, folder)
        ours_done, ours = traced(command, like, given)
    print(f"{name:9}" + "".join(f"{n:12}" for n in ours) +
          ("  equal" if ours == theirs else "  DIFFERENT"))
    if ours != theirs:
        print(f"{'valgrind':9}" + "".join(f"{n:12}" for n in theirs))
    if ours_done.stdout != theirs_done.stdout or \
            ours_done.returncode != theirs_done.returncode:
        print(f"{name}: valgrind's run printed something else")
        return False
    return ours == theirs


def main():
    library, examples = sys.argv[1:]
    if not support.which("valgrind"):
        support.skip("valgrind is not there, install valgrind")
    good = True
    print("program        allocs       frees       bytes      in use"
          "       bytes")
    with tempfile.TemporaryDirectory() as scratch:
        for name, command, given in programs(examples, scratch):
            if command[0]:
                good &= compare(name, library, command, given)
            else:
                print(f"{name}: not installed")
    sys.exit(0 if good else 1)


main()
