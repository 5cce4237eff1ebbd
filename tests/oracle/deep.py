"""Stacks deeper than a recording keeps, and one that libunwind cannot judge.

    deep.py LIBSPILL ODD_PROGRAM..."""
import subprocess
import sys
import tempfile

import recording
import tracer_support as support

KEPT = 1024
SOURCE = """
#include <stdlib.h>
#include <stdio.h>
__attribute__((noipa)) int down(int n, int size)
{
	void *p = NULL;
	if (n)
		n = down(n - 1, size);
	else
		p = malloc(size);
	__asm__ volatile("" : "+r"(n), "+r"(p) : : "memory");
	free(p);
	return n + 1;
}
int main(void)
{
	return down(1500, 5000) + down(700, 6000) + down(10000, 7000) < 12203;
}
"""


def stack_of_size(rec, smallest, largest=None):
    sizes = (smallest, largest or smallest)
    rows = [row for row in rec.rows()
            if (row.smallest, row.largest) == sizes]
    if len(rows) != 1:
        support.fail(f"{len(rows)} stacks allocate {sizes}")
    return rows[0].stack


def check_depth(rec, stack, depth, symbols):
    """down() DEPTH times, main, and what called it, or the innermost KEPT."""
    frames, cut = rec.frames(stack)
    names = [symbols.name(frame) for frame in frames]
    print(f"{depth} calls: {len(frames)} frames, "
          f"{'cut' if cut else 'whole'}")
    if depth > KEPT:
        good = cut and names == ["down"] * KEPT
    else:
        good = not cut and names[:depth + 1] == ["down"] * depth + ["main"] \
            and names[-1] == "_start" and len(names) <= depth + 4
    if not good:
        support.fail(f"recorded {names}")


def deep(library):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["gcc", "-O1", "-x", "c", "-", "-o", folder + "/deep"],
                       input=SOURCE, text=True, check=True)
        done, recs = support.traced(library, [folder + "/deep"])
        if done.returncode or len(recs) != 1:
            support.fail(f"status {done.returncode}, {len(recs)} recordings")
        symbols = support.Symbols()
        # what is left of these two is the same
        cut = stack_of_size(recs[0], 5000, 7000)
        check_depth(recs[0], cut, 1501, symbols)
        check_depth(recs[0], stack_of_size(recs[0], 6000), 701, symbols)
    if recs[0].header["cut_stacks"] != 2:
        support.fail(f"{recs[0].header['cut_stacks']} cut, wanted 2")
    # the marker is the one id, and has no frame
    if recs[0].stacks[recording.CUT].ip:
        support.fail("the cut marker has an address")


def register(library, program):
    """by_hand.S keeps its caller's frame pointer in a register."""
    done, recs = support.traced(library, [program, "register"])
    if done.returncode or len(recs) != 1:
        support.fail(f"{program}: status {done.returncode}")
    names = support.Symbols().chain(recs[0], stack_of_size(recs[0], 12345))
    print(program.rpartition("/")[2], " < ".join(names))
    wanted = ["touch", "by_hand_saved_in_register", "odd_in_register", "main"]
    # its call may be a tail call
    if names[:4] != wanted and names[:3] != wanted[:2] + wanted[3:]:
        support.fail("wanted " + " < ".join(wanted))
    if names[-1] != "_start":
        support.fail("wanted _start at the end")


def main():
    library, *programs = sys.argv[1:]
    deep(library)
    for program in programs:
        register(library, program)


main()
