"""Hosts that need more than to be run: killed, limited, or looked at closely.

    special.py LIBSPILL FOLDER SPILL [TEST NAME]"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import hosts_support as hosts
import recording
import tracer_support as support
from hosts_support import check

NOBODY = 65534


class Skipped(Exception):
    """A test that cannot run here, and why."""


class Case:
    """What each test gets: the tools, and a scratch folder of its own."""

    def __init__(self, library, folder, spill, scratch):
        self.library, self.folder, self.spill = library, folder, spill
        self.scratch = scratch

    def at(self, name):
        return f"{self.folder}/{name}"

    def traced(self, command, env=None, **more):
        """(the process, its recordings) with SPILL_DIR in scratch."""
        env = support.clean_environment(SPILL_DIR=self.scratch, **(env or {}))
        done = hosts.run(command, env, [self.library], **more)
        return done, support.recordings(self.scratch)

    def run_spill(self, *arguments):
        done = subprocess.run([self.spill, *arguments], check=False,
                              capture_output=True, text=True, timeout=60)
        check(done.returncode == 0,
              f"spill {arguments}: {done.returncode} {done.stderr}")
        return done.stdout


def a_killed_process_leaves_a_readable_recording(case):
    for delay in (0, 0.05, 0.3):
        with tempfile.TemporaryDirectory() as folder:
            env = support.clean_environment(SPILL_DIR=folder,
                                            LD_PRELOAD=case.library)
            with subprocess.Popen([case.at("busy")], env=env,
                                  stdout=subprocess.PIPE) as process:
                process.stdout.readline()
                time.sleep(delay)
                path = f"{folder}/spill.{process.pid}.spill"
                # a reader may come at any time
                recording.read(path)
                case.run_spill("info", path)
                process.send_signal(signal.SIGKILL)
            rec = recording.read(path)
            totals = rec.totals()
            print(f"        killed after {totals.allocs} allocations")
            check(totals.allocs > 100 or not delay, f"{totals}")
            # each thread had one object at most, or one event half counted
            for row in rec.rows():
                check(0 <= row.allocs - row.frees <= 6, f"{row}")
            check(not any(rec.drops.values()), f"{rec.drops}")
            case.run_spill("info", path)
            check("run" in case.run_spill("top", "-alloc_objects", path),
                  "spill top does not name run()")


def only_the_named_process_is_traced(case):
    done, recs = case.traced(
        ["/bin/sh", "-c", f"SPILL_ONLY=$$ exec {case.at('processes')}"])
    check(done.returncode == 6, f"status {done.returncode}")
    check({os.path.basename(rec.exe) for rec in recs} <=
          {"processes", "dash", "sh"}, f"{[rec.exe for rec in recs]}")
    recs = [rec for rec in recs if rec.exe.endswith("processes")]
    check(len(recs) == 1, f"{len(recs)} processes were traced")
    # the one that started the others speaks last
    last = hosts.COUNTS.findall(done.stdout)[-1]
    wanted = recording.Totals(*map(int, last))
    found = hosts.recorded(recs, "own", case.folder)
    check(found == wanted, f"recorded {found}, wanted {wanted}")


def nobody_else_is_traced(case):
    done, recs = case.traced([case.at("tiny")], {"SPILL_ONLY": "1"})
    check(done.returncode == 0 and not recs, f"{recs}")


def ten_thousand_threads_need_few_slots(case):
    _, recs = case.traced([case.at("threads"), "short"])
    slots = recs[0].header["slot_count"]
    print(f"        {slots} slots, {len(recs[0].buckets)} buckets")
    # four at once, main, and those that are on their way out
    check(slots <= 16, f"{slots} slots")
    check(recs[0].header["chunk_count"] == 3, "the recording has grown")


def a_reused_address_has_the_right_name(case):
    _, recs = case.traced([case.at("reuse"), case.at("reuse_first.so"),
                           case.at("reuse_second.so")])
    rec, symbols = recs[0], support.Symbols()
    seen = {"reuse_first": set(), "reuse_second": set()}
    for row in rec.rows():
        for base, name in ((3000, "reuse_first"), (4000, "reuse_second")):
            if base <= row.smallest < base + 10:
                frame = rec.frames(row.stack)[0][0]
                check(symbols.name(frame) == name and
                      frame.module.path == case.at(name + ".so"),
                      f"{row}: {frame}")
                check(row.largest < base + 10, f"{row} is of both")
                seen[name].add((frame.ip, row.stack))
    ips = [{ip for ip, _ in stacks} for stacks in seen.values()]
    print(f"        {len(ips[0] & ips[1])} addresses were both libraries'")
    check(ips[0] & ips[1], "no address was used again")


def a_full_disk_costs_names_not_counts(case):
    """A tmpfs of 1 MiB: the recording begins, and cannot grow."""
    small = case.scratch + "/small"
    elsewhere = case.scratch + "/elsewhere"
    os.mkdir(small)
    os.mkdir(elsewhere)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs",
                           small], check=False, capture_output=True, text=True)
    if done.returncode:
        raise Skipped(f"no tmpfs may be mounted: {done.stderr.strip()}")
    try:
        case.scratch = small
        limited_growth(case, case.traced(
            [case.at("limits"), "stacks", "50000"]))
        # now there is no room at all: it goes to the current folder
        done, recs = case.traced([case.at("tiny")], cwd=elsewhere)
        check(support.recordings(elsewhere), "no recording elsewhere")
        check(done.returncode == 0 and b"counts 2000 " in done.stdout,
              f"{done}")
        check(len(recs) == 1, f"{len(recs)} recordings")
    finally:
        subprocess.run(["umount", small], check=True)


def limited_growth(case, traced):
    done, recs = traced
    check(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
    check(len(recs) == 1, f"{len(recs)} recordings")
    drops = recs[0].drops
    print(f"        {drops['stack']} of {recs[0].totals().allocs} without "
          "their stack")
    check(recs[0].totals() == hosts.said(done),
          f"recorded {recs[0].totals()}, wanted {hosts.said(done)}")
    check(drops["grow"] and drops["stack"], f"drops {drops}")
    path = f"{case.scratch}/spill.{recs[0].header['pid']}.spill"
    case.run_spill("info", path)


def a_file_size_limit_costs_names_not_counts(case):
    limit = 1 << 20
    env = support.clean_environment(SPILL_DIR=case.scratch)
    done = hosts.run(["/usr/bin/prlimit", f"--fsize={limit}:{limit}",
                      case.at("limits"), "stacks", "50000"],
                     env, [case.library])
    recs = [rec for rec in support.recordings(case.scratch)
            if rec.exe == case.at("limits")]
    limited_growth(case, (done, recs))


def an_address_space_limit_leaves_the_heap_its_memory(case):
    limit = 512 << 20
    env = support.clean_environment(SPILL_DIR=case.scratch)
    done = hosts.run(["/usr/bin/prlimit", f"--as={limit}:{limit}",
                      case.at("limits"), "memory"], env, [case.library])
    check(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
    recs = [rec for rec in support.recordings(case.scratch)
            if rec.exe == case.at("limits")]
    check(recs[0].totals() == hosts.said(done), f"{recs[0].totals()}")
    check(not any(recs[0].drops.values()), f"{recs[0].drops}")


def an_unwritable_folder_falls_through_to_the_next(case):
    if os.getuid():
        raise Skipped("only root can become somebody else")
    own = case.scratch + "/own"
    os.mkdir(own)
    os.chown(own, NOBODY, NOBODY)
    os.chmod(case.scratch, 0o755)
    # the build folder may be closed to others
    tiny = shutil.copy(case.at("tiny"), case.scratch + "/tiny")
    library = shutil.copy(case.library, case.scratch + "/libspill.so")
    for env in ({"SPILL_DIR": case.scratch, "XDG_RUNTIME_DIR": own},
                {"SPILL_DIR": "/nowhere", "XDG_RUNTIME_DIR": own},
                {"XDG_RUNTIME_DIR": own}, {}):
        env = support.clean_environment(LD_PRELOAD=library, **env)
        with subprocess.Popen([tiny], env=env, cwd=case.scratch,
                              user=NOBODY, stdout=subprocess.PIPE) as process:
            said = process.stdout.read()
        folder = env.get("XDG_RUNTIME_DIR", "/tmp")
        path = f"{folder}/spill.{process.pid}.spill"
        check(process.returncode == 0 and b"counts 2000" in said, f"{said}")
        check(os.path.exists(path), f"no {path}")
        check(os.stat(path).st_mode & 0o777 == 0o600, "its mode is not 0600")
        check(recording.read(path).totals().allocs == 2000, path)
        os.unlink(path)


def a_host_that_leaves_its_files_behind_loses_names_only(case):
    """chroot and setuid: the recording cannot be opened again."""
    if os.getuid():
        raise Skipped("only root may do what these hosts do")
    empty = case.scratch + "/empty"
    os.mkdir(empty)
    for how in (["root", empty], ["user"]):
        limited_growth(case, case.traced([case.at("strange"), *how]))
        for name in os.listdir(case.scratch):
            if name.endswith(".spill"):
                os.unlink(f"{case.scratch}/{name}")


def code_without_cfi_is_passed_and_the_stack_marked(case):
    done, recs = case.traced([case.at("strange"), "code"])
    check(done.returncode == 0, f"{done}")
    rec, symbols = recs[0], support.Symbols()
    rows = [row for row in rec.rows() if row.smallest == 5555]
    check(len(rows) == 1 and rows[0].allocs == 10, f"{rows}")
    chain = symbols.chain(rec, rows[0].stack)
    print("        " + " < ".join(chain))
    check(chain[0] == "called_by_code" and chain[1] == "?", f"{chain}")
    check(chain[2:4] in (["code", "main"], ["main", chain[3]]) and
          chain[-1] == "_start", f"{chain}")
    check(rec.stacks[rows[0].stack].flags & 1, "it is not marked")
    check(rec.header["guessed_stacks"] > 0, "it is not counted")


def two_processes_of_one_number_have_two_recordings(case):
    """In a new pid namespace every first process is number 1."""
    for _ in range(2):
        done, _ = case.traced(["/usr/bin/unshare", "--fork", "--pid",
                               case.at("tiny")])
        if b"unshare failed" in done.stderr:
            raise Skipped(done.stderr.decode().strip())
        check(done.returncode == 0, f"{done}")
        # start times are known to a hundredth of a second: within one, these
        # two would be taken for one process and its exec
        time.sleep(0.05)
    recs = [rec for rec in support.recordings(case.scratch)
            if rec.exe == case.at("tiny")]
    check([rec.header["pid"] for rec in recs] == [1, 1], f"{recs}")
    for rec in recs:
        check(rec.totals().allocs == 2000, f"{rec.totals()}")
        check(rec.header["state"] == 0, "taken for what it was before exec")


def no_environment_but_the_preload(case):
    done = subprocess.run(
        ["/usr/bin/env", "-i", "LD_PRELOAD=" + case.library, case.at("tiny")],
        cwd=case.scratch, check=False, capture_output=True)
    recs = support.recordings(case.scratch)
    check(done.returncode == 0 and len(recs) == 1, f"{done} {recs}")
    check(recs[0].totals().allocs == 2000, f"{recs[0].totals()}")


def record_runs_jemalloc_below_the_tracer(case):
    path = case.scratch + "/it.pb.gz"
    if not os.path.exists("/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"):
        raise Skipped("no libjemalloc.so.2: install libjemalloc2")
    done = subprocess.run(
        [case.spill, "record", "-q", "--allocator=jemalloc", "-o", path, "--",
         case.at("tiny")], check=False, capture_output=True,
        env=support.clean_environment())
    check(done.returncode == 0, f"{done}")
    found = hosts.profile_totals(path, "own", case.folder)
    check(found == hosts.said(done), f"{found}, wanted {hosts.said(done)}")


TESTS = (
    a_killed_process_leaves_a_readable_recording,
    only_the_named_process_is_traced,
    nobody_else_is_traced,
    ten_thousand_threads_need_few_slots,
    a_reused_address_has_the_right_name,
    a_full_disk_costs_names_not_counts,
    a_file_size_limit_costs_names_not_counts,
    an_address_space_limit_leaves_the_heap_its_memory,
    an_unwritable_folder_falls_through_to_the_next,
    a_host_that_leaves_its_files_behind_loses_names_only,
    code_without_cfi_is_passed_and_the_stack_marked,
    two_processes_of_one_number_have_two_recordings,
    no_environment_but_the_preload,
    record_runs_jemalloc_below_the_tracer,
)


def run_test(test, tools):
    """Whether TEST did not fail."""
    name = test.__name__.replace("_", " ")
    with tempfile.TemporaryDirectory() as scratch:
        try:
            test(Case(*tools, os.path.realpath(scratch)))
            print(f"ok      {name}", flush=True)
        except Skipped as why:
            print(f"skipped {name}: {why}", flush=True)
        except (hosts.Wrong, recording.Malformed, OSError,
                subprocess.SubprocessError) as why:
            print(f"FAILED  {name}: {why}", flush=True)
            return False
    return True


def main():
    tools, names = sys.argv[1:4], sys.argv[4:]
    tests = [test for test in TESTS
             if not names or re.search(names[0], test.__name__)]
    good = [run_test(test, tools) for test in tests]
    sys.exit(0 if all(good) else 1)


main()
