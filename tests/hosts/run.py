"""Host programs under the tracer: the same output and status as without it, and
exactly the counts that they print themselves.

    run.py LIBSPILL FOLDER SPILL preload|record [ROW NAME]"""
import re
import sys

import hosts_support as hosts
from hosts_support import Row, check

JEMALLOC = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"


def within_drops(row, plain, traced, recs):
    """Handlers allocate inside hooks: what is missing is said to be."""
    check(traced.returncode == plain.returncode == 0,
          f"status {traced.returncode} {traced.stderr}")
    wanted, found = hosts.said(traced), recs[0].totals()
    nested = recs[0].drops["nested"]
    print(f"        {row.name}: {wanted.allocs} allocations, {nested} calls "
          "inside a hook")
    check(wanted.allocs - nested <= found.allocs <= wanted.allocs,
          f"recorded {found}, wanted {wanted}, {nested} dropped")
    check(wanted.frees - 2 * nested <= found.frees <= wanted.frees,
          f"recorded {found}, wanted {wanted}, {nested} dropped")
    check(found.frees <= found.allocs, "more freed than allocated")
    check(nested > 0, "no handler came inside a hook: nothing was tried")


def counts_again(row, plain, traced, recs):
    """After jumps out of hooks everything counts again."""
    del row, plain
    check(traced.returncode == 0, f"status {traced.returncode}")
    after = [r for r in recs[0].rows() if r.smallest == r.largest == 7777]
    check(len(after) == 1 and after[0].allocs == after[0].frees == 1000,
          f"after the storm: {after}")


def rows_of(folder):
    def at(name):
        return f"{folder}/{name}"

    threads = at("threads")
    return [
        Row("each function at its edges", [at("api")]),
        Row("operator new and delete", [at("new")], "own"),
        Row("threads free one another's objects", [threads, "cross"], "own"),
        Row("ten thousand short threads", [threads, "short"], "own"),
        Row("destructors of threads free late", [threads, "late"], "own"),
        Row("threads with stacks of 16 KiB", [threads, "small"], "own"),
        Row("thread_local objects and exceptions", [at("thread_local")],
            "own"),
        Row("fork, vfork, spawn and exec", [at("processes")], "own", 1),
        Row("a chain of exec", [at("processes"), "chain", "5"]),
        Row("a C host loads a C++ plugin",
            [at("plugin_host"), at("plugin.so")], "own"),
        Row("a library at a closed one's address",
            [at("reuse"), at("reuse_first.so"), at("reuse_second.so")],
            "own"),
        Row("coroutines with stacks of 8 KiB", [at("coroutines")]),
        Row("handlers allocate, main does not", [at("signals"), "quiet"]),
        Row("handlers allocate inside malloc", [at("signals"), "nested"],
            more={"preload": [at("ring.so")]}, check=within_drops),
        Row("handlers leave malloc by longjmp", [at("signals"), "jump"],
            more={"preload": [at("ring.so")]}, check=counts_again),
        Row("many stacks", [at("limits"), "stacks", "50000"]),
        Row("no descriptor is to be had", [at("limits"), "files"],
            check=within_growth),
        Row("the host closes what it did not open", [at("limits"), "close"]),
        Row("from .preinit_array to the last destructor",
            [at("ends"), "late"]),
        Row("_exit", [at("ends"), "_exit"]),
        Row("quick_exit", [at("ends"), "quick"], "own"),
        Row("abort", [at("ends"), "abort"]),
        Row("a crash", [at("ends"), "segv"]),
        Row("exit while threads are busy", [at("ends"), "threads"],
            check=counted_by_size),
        Row("main ends before its threads", [at("ends"), "main"], "own"),
        Row("threads are cancelled", [at("ends"), "cancel"], "own"),
        Row("ten thousand calls deep", [at("ends"), "deep"]),
        Row("frees of what malloc did not give", [at("strange"), "foreign"],
            foreign=2),
        Row("objects of 8 bytes", [at("tiny")]),
        Row("objects of 8 bytes from jemalloc", [at("tiny")], "own",
            more={"preload": [JEMALLOC]}, check=by_size),
        Row("threads on jemalloc", [threads, "cross"], "own",
            more={"preload": [JEMALLOC]}),
    ]


def within_growth(row, plain, traced, recs):
    """The recording cannot grow: totals are right, stacks are lost."""
    hosts.same_behaviour(plain, traced)
    check(recs[0].totals() == hosts.said(traced),
          f"recorded {recs[0].totals()}, wanted {hosts.said(traced)}")
    check(recs[0].drops["grow"] and recs[0].drops["stack"],
          f"{row.name}: drops {recs[0].drops}")


def by_size(row, plain, traced, recs):
    """All objects of 8 bytes are those of the function that takes them."""
    hosts.same_behaviour(plain, traced)
    found = sorted((r.smallest, r.largest, r.allocs, r.frees)
                   for r in recs[0].rows() if r.smallest in (7, 8))
    wanted = [(7, 7, 1000, 750), (8, 8, 1000, 1000)]
    check(found == wanted, f"{row.name}: {found}, wanted {wanted}")


def counted_by_size(row, plain, traced, recs):
    """Main's objects, whatever its threads were at when it ended."""
    hosts.same_behaviour(plain, traced)
    found = [(r.allocs, r.frees) for r in recs[0].rows() if r.smallest == 77]
    check(found == [(1000, 1000)], f"{row.name}: {found}")
    for r in recs[0].rows():
        check(0 <= r.allocs - r.frees <= 6, f"{row.name}: {r}")


def main():
    library, folder, spill, how = sys.argv[1:5]
    rows = [row for row in rows_of(folder)
            if not sys.argv[5:] or re.search(sys.argv[5], row.name)]

    def one(row):
        if how == "preload":
            hosts.preload_row(row, library, folder)
        else:
            hosts.record_row(row, spill, folder)

    sys.exit(1 if hosts.run_rows(rows, one) else 0)


main()
