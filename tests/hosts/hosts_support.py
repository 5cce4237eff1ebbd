"""How a host program is run and its counts compared."""
import collections
import os
import re
import subprocess
import tempfile

import recording
import tracer_support as support

COUNTS = re.compile(rb"^counts (\d+) (\d+) (\d+) (\d+)$", re.M)
PEAK = re.compile(rb"^peak (\d+)$", re.M)
TIMEOUT = 60

# WHICH: what of a recording the program can know of.
# "all": everything. "own": what its own files allocate, not libc's or
# libstdc++'s doings. MORE: environment, resource limits and such for run().
Row = collections.namedtuple("Row", "name command which foreign more check",
                             defaults=("all", 0, {}, None))


class Wrong(Exception):
    """A host did not behave, or was not counted right."""


def check(condition, why):
    if not condition:
        raise Wrong(why)


def run(command, env, preload=(), cwd=None, **more):
    """The finished process. Its recordings, if any, are in env SPILL_DIR."""
    env = dict(env)
    if preload:
        env["LD_PRELOAD"] = ":".join(preload)
    return subprocess.run(command, env=env, cwd=cwd, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=TIMEOUT, **more)


def comparable(data):
    """Processes write in any order, and threads do not free the same objects in
    every run."""
    data = PEAK.sub(b"peak", COUNTS.sub(b"counts", data))
    return sorted(data.split(b"\n"))


def said(done):
    """The sum of all counts lines."""
    found = [tuple(map(int, m)) for m in COUNTS.findall(done.stdout)]
    check(found, f"no counts: {done.stdout[-300:]} {done.stderr[-300:]}")
    return recording.Totals(*map(sum, zip(*found)))


def is_own(rec, row, folder):
    if row.stack < recording.FIRST_STACK:
        return False
    module = rec.module_of(row.stack)
    return module and os.path.dirname(module.path) == folder


def recorded(recs, which, folder):
    """The Totals of all recordings: of what the host's own files allocate."""
    total = [0, 0, 0, 0]
    for rec in recs:
        for row in rec.rows():
            if which == "all" or is_own(rec, row, folder):
                for i, n in enumerate((row.allocs, row.frees, row.bytes,
                                       row.freed)):
                    total[i] += n
    return recording.Totals(*total)


def same_behaviour(plain, traced, of_shell=False):
    """OF_SHELL: death by a signal is a status of 128 and more."""
    status = plain.returncode
    if of_shell and status < 0:
        status = 128 - status
    check(traced.returncode == status,
          f"status {traced.returncode}, untraced {plain.returncode}; "
          f"{traced.stdout[-200:]} {traced.stderr[-300:]}")
    check(comparable(traced.stdout) == comparable(plain.stdout),
          f"printed {traced.stdout[-500:]}, untraced {plain.stdout[-500:]}")
    check(traced.stderr == plain.stderr,
          f"complained: {traced.stderr[-500:]}")


def check_peak(row, done, rec):
    """One thread's peak is exact, and what its stacks had then makes it up."""
    peak = rec.header["peak_bytes"]
    held = sum(size for _, size in rec.at_peak().values())
    check(held == peak, f"peak {peak}, its stacks had {held}")
    if row.which == "all":
        wanted = int(PEAK.search(done.stdout).group(1))
        check(peak == wanted, f"peak {peak}, wanted {wanted}")


def check_totals(row, done, recs, folder):
    wanted = said(done)
    found = recorded(recs, row.which, folder)
    check(found == wanted, f"recorded {found}, wanted {wanted}")
    foreign = sum(rec.header["foreign_frees"] for rec in recs)
    check(foreign == row.foreign, f"{foreign} foreign frees")
    for rec in recs:
        check(not any(rec.drops.values()), f"drops {rec.drops}")
    if len(recs) == 1 and recs[0].header["slot_count"] == 1:
        check_peak(row, done, recs[0])


def profile_totals(path, which, folder):
    """The Totals of a profile.proto, likewise."""
    # of another part: found by PYTHONPATH
    import pprof_reader
    profile = pprof_reader.Profile(path)
    at = [profile.types.index(name) for name in
          ("alloc_objects", "alloc_space", "inuse_objects", "inuse_space")]
    total = [0, 0, 0, 0]
    for locations, values, _ in profile.samples:
        leaf = profile.locations[locations[0]] if locations else None
        mapping = profile.mappings.get(leaf["mapping"]) if leaf else None
        file = mapping["file"] if mapping else ""
        if which == "all" or os.path.dirname(file) == folder:
            objects, size, live, live_size = (values[i] for i in at)
            total = [a + b for a, b in zip(
                total, (objects, objects - live, size, size - live_size))]
    return recording.Totals(*total)


def preload_row(row, library, folder):
    """ROW under LD_PRELOAD alone. Its recordings."""
    more = dict(row.more)
    env = support.clean_environment(**more.pop("env", {}))
    below = more.pop("preload", [])
    plain = run(row.command, env, below, **more)
    with tempfile.TemporaryDirectory() as scratch:
        env["SPILL_DIR"] = scratch
        traced = run(row.command, env, [library, *below], **more)
        recs = support.recordings(scratch)
    check(recs, "no recording")
    if row.check:
        row.check(row, plain, traced, recs)
    else:
        same_behaviour(plain, traced)
        check_totals(row, traced, recs, folder)
    return recs


def record_row(row, spill, folder):
    """ROW under spill record."""
    more = dict(row.more)
    env = support.clean_environment(**more.pop("env", {}))
    below = more.pop("preload", [])
    if below:
        env["LD_PRELOAD"] = ":".join(below)
    plain = run(row.command, env, **more)
    with tempfile.TemporaryDirectory() as scratch:
        path = scratch + "/it.pb.gz"
        traced = run([spill, "record", "-q", "-o", path, "--", *row.command],
                     env, **more)
        same_behaviour(plain, traced, True)
        check(os.path.exists(path), f"no profile: {traced.stderr}")
        found = profile_totals(path, row.which, folder)
    if not row.check:
        check(found == said(traced),
              f"the profile has {found}, wanted {said(traced)}")


def run_rows(rows, one):
    """Run ONE for each of ROWS. The number of rows that failed."""
    failed = 0
    for row in rows:
        try:
            one(row)
            print(f"ok      {row.name}", flush=True)
        except (Wrong, recording.Malformed,
                subprocess.TimeoutExpired) as why:
            failed += 1
            print(f"FAILED  {row.name}: {why}", flush=True)
    return failed
