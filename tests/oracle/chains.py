"""Recorded stacks equal known call chains.

    chains.py LIBSPILL

Generates a program of 200 random call chains, its functions spread over three
files and a shared library, and builds it in three ways. The leaf of each chain
allocates a size that no other does: the stack recorded for that size must be
the chain, function by function, up to _start."""
import random
import subprocess
import sys
import tempfile

import tracer_support as support

CHAINS, DEEPEST, UNITS = 200, 60, 4
BUILDS = (["-O0"], ["-O2"], ["-O2", "-fomit-frame-pointer",
                             "-fcf-protection=none", "-fno-plt"])
SEED = 20240607
HEAD = """#include <alloca.h>
#include <stdlib.h>
#include <string.h>
#define FUNCTION __attribute__((noipa))
#define KEEP(x) __asm__ volatile("" : "+r"(x) : : "memory")
"""
# Bodies of frames that all call NEXT(n): what differs is their shape.
SHAPES = (
    "n = {next}(n);",
    "char b[{k}]; memset(b, n, sizeof(b)); char *p = b; KEEP(p); "
    "n = {next}(n) + p[0];",
    "char *p = alloca((size_t)n % {k} + 1); p[0] = 1; KEEP(p); "
    "n = {next}(n) + p[0];",
    "char b[{k}] __attribute__((aligned(64))); memset(b, n, sizeof(b)); "
    "char *p = b; KEEP(p); n = {next}(n) + p[0];",
    "char b[64] __attribute__((aligned(128))); char *p = alloca((size_t)n % "
    "{k} + 1); char *q = b; p[0] = q[0] = 2; KEEP(p); KEEP(q); "
    "n = {next}(n) + p[0] + q[0];",
    "long a = n * {k}, b = a ^ 5, c = b * a, d = c - b, e = d * 3, f = e | a;"
    " KEEP(a); KEEP(b); KEEP(c); KEEP(d); KEEP(e); KEEP(f); n = {next}(n); "
    "n += (int)(a + b + c + d + e + f);",
    "int (*volatile call)(int) = {next}; n = call(n);",
)
LEAVES = (
    "void *p = malloc({size});",
    "void *p = calloc(1, {size});",
    "void *p = realloc(NULL, {size});",
    "void *p = aligned_alloc(16, {size});",
    "void *p; if (posix_memalign(&p, 64, {size})) abort();",
    "void *p = reallocarray(NULL, 1, {size});",
)


def size_of(chain):
    return 20000 + 16 * chain


class Program:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.units = [[] for _ in range(UNITS)]
        self.declared = []
        # of each chain, the names of its frames, innermost first
        self.chains = [self.chain(i) for i in range(CHAINS)]

    def add(self, name, body):
        self.declared.append(f"int {name}(int n);")
        self.random.choice(self.units).append(
            f"FUNCTION int {name}(int n)\n{{\n\t{body}\n\tKEEP(n);\n"
            f"\treturn n + 1;\n}}\n")

    def chain(self, number):
        depth = self.random.randint(1, DEEPEST)
        name = f"chain{number}_leaf"
        self.add(name, self.random.choice(LEAVES).format(
            size=size_of(number)) + " KEEP(p);")
        frames = [name]
        while len(frames) < depth:
            caller = f"chain{number}_{len(frames)}"
            body = self.random.choice(SHAPES).format(
                next=name, k=self.random.randint(8, 300))
            times = 1
            if self.random.random() < 0.05:
                # it calls itself before it calls the next
                times = min(self.random.randint(2, 9), depth - len(frames))
                body = (f"static int level; if (++level < {times}) "
                        f"n = {caller}(n); else {{ {body} }}")
            self.add(caller, body)
            frames += [caller] * times
            name = caller
        return frames

    def sources(self):
        head = HEAD + "\n".join(self.declared) + "\n"
        calls = "\n".join(f"\tn = {chain[-1]}(n);" for chain in self.chains)
        texts = [head + "\n".join(unit) for unit in self.units]
        texts[0] += f"int main(void)\n{{\n\tint n = 1;\n{calls}\n" \
                    "\tKEEP(n);\n\treturn 0;\n}\n"
        return texts


def build(texts, options, folder):
    """Compile, two at a time; the last unit becomes a shared library."""
    running, objects = [], []
    for i, text in enumerate(texts):
        path = f"{folder}/unit{i}.c"
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        objects.append(f"{folder}/unit{i}.o")
        running.append(subprocess.Popen(
            ["gcc", "-w", "-D_GNU_SOURCE", "-fPIC", *options, "-c", path,
             "-o", objects[-1]]))
        if len(running) == 2 or i == len(texts) - 1:
            if any(one.wait() for one in running):
                support.fail("gcc failed")
            running = []
    library = folder + "/libchains.so"
    for command in (["-shared", "-o", library, objects[-1]],
                    ["-rdynamic", "-o", folder + "/chains", *objects[:-1],
                     library, "-Wl,-rpath," + folder]):
        subprocess.run(["gcc", *command], check=True)
    return folder + "/chains"


def wrong_chains(program, rec):
    """How many recorded stacks are not the chains; each is printed."""
    symbols = support.Symbols()
    by_size = {}
    for row in rec.rows():
        if row.smallest == row.largest:
            by_size.setdefault(row.smallest, []).append(row)
    wrong = 0
    for number, frames in enumerate(program.chains):
        rows = by_size.get(size_of(number), [])
        found = [symbols.chain(rec, row.stack) for row in rows]
        wanted = frames + ["main"]
        good = (len(found) == 1 and rows[0].allocs == 1 and
                found[0][:len(wanted)] == wanted and
                found[0][-1] == "_start" and
                len(found[0]) <= len(wanted) + 3)
        if not good:
            wrong += 1
            print(f"chain {number}: wanted {wanted}\n  recorded {found}")
    return wrong


def main():
    library = sys.argv[1]
    program = Program(SEED)
    frames = sum(len(chain) for chain in program.chains)
    bad = 0
    for options in BUILDS:
        with tempfile.TemporaryDirectory() as folder:
            path = build(program.sources(), options, folder)
            done, recs = support.traced(library, [path])
            if done.returncode or len(recs) != 1:
                support.fail(f"status {done.returncode}, {len(recs)} "
                             "recordings")
            wrong = wrong_chains(program, recs[0])
        print(f"{' '.join(options)}: {CHAINS} chains, {frames} frames, "
              f"{wrong} wrong")
        bad += wrong
    sys.exit(1 if bad else 0)


main()
