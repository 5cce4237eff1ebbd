#!/usr/bin/env python3
"""spill record, as a user runs it.

    record_test.py SPILL TARGET STATIC_TARGET"""
import os
import pty
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
import unittest

from record_support import RecordCase

RecordCase.spill, RecordCase.target, RecordCase.static = sys.argv[1:4]


class CountTest(RecordCase):
    def test_counts_are_exact(self):
        done = self.record(self.target, "alloc", "1000", "64")
        profile = self.profile()
        self.assertEqual(
            profile.types, ["alloc_objects", "alloc_space", "inuse_objects",
                            "inuse_space"])
        self.assertEqual(profile.default_type, "alloc_space")
        self.assertEqual([profile.total(name) for name in profile.types],
                         [1000, 64000, 500, 32000])
        self.assertEqual(profile.labels("bytes"), {64})
        self.assertEqual(profile.labels("process"), set())
        self.assertIn("1,000 allocations, 62.50kB; at the end 500 in use, "
                      "31.25kB", done.stderr)
        self.assertEqual(self.names(), ["spill.pb.gz"])
        done = self.record("--no-children", self.target, "alloc", "1", "64")
        self.assertIn("1 allocation, 64B; at the end 1 in use, 64B; 1 stack: ",
                      done.stderr)

    def test_stacks_have_functions_and_lines(self):
        self.record(self.target, "alloc", "10", "64")
        profile = self.profile()
        stacks = [names for names, _ in profile.stacks()]
        self.assertTrue(any("main" in names for names in stacks), stacks)
        main = profile.mappings[min(profile.mappings)]
        self.assertEqual(os.path.realpath(main["file"]),
                         os.path.realpath(self.target))
        self.assertTrue(all(all(m["has"])
                            for m in profile.mappings.values()))

    def test_addresses_lie_in_their_mappings(self):
        self.record(self.target, "alloc", "10", "64")
        profile = self.profile()
        for location in profile.locations.values():
            mapping = profile.mappings[location["mapping"]]
            self.assertGreaterEqual(location["address"], mapping["start"])
            self.assertLess(location["address"], mapping["limit"])

    def test_libunwind_finds_the_same(self):
        stacks = []
        for unwind in "cfi", "libunwind":
            self.record(f"--unwind={unwind}", self.target, "alloc", "10", "9")
            stacks.append([stack for stack in self.profile().stacks()
                           if "allocate" in stack[0]])
            self.assertEqual(len(stacks[-1]), 1)
            self.assertEqual(self.profile().fact("unwind"), unwind)
        self.assertEqual(stacks[0], stacks[1])

    def test_jemalloc_can_be_the_allocator(self):
        if self.run_spill("record", "--allocator=jemalloc", "true"
                          ).returncode == 125:
            self.skipTest("libjemalloc2 is not installed")
        self.record("--allocator=jemalloc", self.target, "alloc", "1000", "8")
        self.assertEqual(self.profile().fact("allocator"), "jemalloc")
        # jemalloc's constructor has one of its own
        self.assertEqual(
            sum(values["alloc_objects"] for names, values
                in self.profile().stacks() if "allocate" in names), 1000)
        with open(self.path("maps.py"), "w", encoding="ascii") as file:
            file.write("print('jemalloc' in open('/proc/self/maps').read())")
        done = self.record("--allocator=jemalloc", "-q", "/usr/bin/python3",
                           "maps.py")
        self.assertEqual(done.stdout, "True\n")

    def test_an_allocator_that_is_not_there_is_told(self):
        self.refused(125, "no allocator 'x'", "--allocator=x", self.target)
        self.refused(125, "No such file", "--allocator=./x.so", self.target)
        self.refused(125, "is not a library", "--allocator=/etc/passwd",
                     self.target)

    def test_the_users_own_preload_stays(self):
        environment = {**os.environ, "LD_PRELOAD": "libm.so.6"}
        if "ASan" in self.run_spill("--version", env=environment).stderr:
            self.skipTest("a sanitized spill must come before other libraries")
        done = self.record("-q", "sh", "-c", "echo $LD_PRELOAD",
                           env=environment)
        self.assertRegex(done.stdout, r"^/.*/libspill\.so:libm\.so\.6$")


class ProcessTest(RecordCase):
    def test_children_are_counted_and_labelled(self):
        self.record("sh", "-c",
                    f"{self.target} alloc 1000 64; "
                    f"{self.target} alloc 500 64; true")
        profile = self.profile()
        name = os.path.basename(self.target)
        self.assertEqual(
            profile.total("alloc_objects", process=name), 1500)
        self.assertEqual(len(profile.labels("process")), 2)
        self.assertEqual(profile.fact("processes"), "3")

    def test_the_command_stands_for_all_processes(self):
        # the child ends first, and the shell is exec'd over in between
        self.record("sh", "-c",
                    f"{self.target} alloc 1000 64; env {self.target} exit 0;"
                    "exec sort /dev/null")
        profile = self.profile()
        self.assertEqual(profile.fact("command"), "sort /dev/null")
        self.assertRegex(profile.fact("exe"), r"/sort$")
        first = profile.mappings[min(profile.mappings)]
        self.assertEqual(first["file"], profile.fact("exe"))
        self.assertRegex(self.run_spill("raw").stdout, r"\n1: \S+ \S*/sort ")

    def test_a_process_that_execs_is_one(self):
        done = self.record("sh", "-c", f"exec {self.target} alloc 10 64")
        self.assertNotIn("processes", done.stderr)
        self.assertEqual(self.profile().fact("processes"), "1")
        self.assertEqual(len(self.profile().labels("process")), 2)

    def test_forked_children_start_at_zero(self):
        self.record(self.target, "fork", "20")
        self.assertEqual(self.profile().total("alloc_objects"), 200)
        self.assertEqual(self.profile().total("inuse_space"), 10000)

    def test_exec_and_posix_spawn_are_followed(self):
        for word in "exec", "vfork":
            self.record(self.target, word, "100", "10")
            self.assertEqual(self.profile().total("alloc_objects"), 100)

    def test_no_children_leaves_them_out(self):
        self.record("--no-children", "sh", "-c",
                    f"{self.target} alloc 1000 64; true")
        name = os.path.basename(self.target)
        self.assertEqual(
            self.profile().total("alloc_objects", process=name), 0)
        self.assertLess(self.profile().total("alloc_objects"), 500)

    def test_percent_p_gives_each_process_a_file(self):
        self.record("-o", "p.%p.pb.gz", "sh", "-c",
                    f"{self.target} alloc 1000 64; "
                    f"{self.target} alloc 500 64; true")
        totals = sorted(self.profile(name).total("alloc_objects")
                        for name in self.names())
        self.assertEqual(len(totals), 3)
        self.assertEqual(totals[1:], [500, 1000])
        for name in self.names():
            pid = name.split(".")[1]
            self.assertEqual(self.profile(name).fact("pid"), pid)

    def test_many_children_do_not_fill_the_disk(self):
        most = [0]
        done = threading.Event()

        def watch():
            while not done.is_set():
                size = 0
                for folder, _, names in os.walk(self.folder):
                    for name in names:
                        try:
                            size += os.lstat(
                                os.path.join(folder, name)).st_blocks * 512
                        except FileNotFoundError:
                            pass
                most[0] = max(most[0], size)
                time.sleep(0.02)

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            self.record(self.target, "fork", "2000")
        finally:
            done.set()
            watcher.join()
        self.assertEqual(self.profile().total("alloc_objects"), 20000)
        # each leaves 768 KiB: 1.6 GB together
        self.assertLess(most[0], 1 << 30)
        self.assertEqual(self.names(), ["spill.pb.gz"])

    def test_a_killed_command_leaves_a_profile(self):
        process = self.start(self.target, "spin")
        time.sleep(0.3)
        os.kill(self.children(process)[0], signal.SIGKILL)
        self.assertEqual(process.wait(30), 137)
        profile = self.profile()
        objects = profile.total("alloc_objects")
        self.assertGreater(objects, 1000)
        self.assertLessEqual(abs(profile.total("alloc_space") - 100 * objects),
                             100)

    def test_a_process_that_goes_on_is_named(self):
        done = self.record(self.target, "daemon", "pid")
        with open(self.path("pid"), encoding="ascii") as file:
            pid = int(file.read())
        self.addCleanup(self.end, pid)
        self.assertIn(f"process {pid}: '{self.folder}/.spill.", done.stderr)
        self.assertIn("still runs", done.stderr)
        self.assertGreaterEqual(self.profile().total("alloc_objects"), 1000)
        info = self.run_spill("info", str(pid))
        self.assertEqual(info.returncode, 0, info.stderr)
        self.assertIn("recording of a running process", info.stdout)
        self.assertRegex(info.stdout, r"Memory +\S+ private")


class SignalTest(RecordCase):
    def test_signals_are_passed_on(self):
        process = self.start(self.target, "wait")
        for name in "USR1", "USR2", "HUP":
            process.send_signal(getattr(signal, "SIG" + name))
            self.assertEqual(process.stdout.readline(), name + "\n")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 3)
        self.assertEqual(process.stdout.read(), "TERM\n")
        self.assertEqual(self.profile().total("alloc_space"), 1000)

    def test_interrupts_are_the_commands_own(self):
        process = self.start(self.target, "wait")
        for number in signal.SIGINT, signal.SIGQUIT:
            process.send_signal(number)
        time.sleep(0.3)
        self.assertIsNone(process.poll())
        os.kill(self.children(process)[0], signal.SIGTERM)
        self.assertEqual(process.wait(30), 3)
        self.assertEqual(process.stdout.read(), "TERM\n")

    def test_the_command_can_be_interrupted(self):
        process = self.start("sh", "-c", "echo ready; exec sleep 60")
        os.kill(self.children(process)[0], signal.SIGINT)
        self.assertEqual(process.wait(30), 130)

    def test_ignored_children_of_the_caller_do_not_matter(self):
        self.record(
            self.target, "exit", "5", status=5,
            preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))


class FileTest(RecordCase):
    def test_an_existing_profile_is_kept_as_old(self):
        self.record("-o", "a.pb.gz", self.target, "alloc", "1000", "64")
        self.record("-o", "a.pb.gz", self.target, "alloc", "2000", "64")
        self.assertEqual(self.names(), ["a.pb.gz", "a.pb.gz.old"])
        self.assertEqual(
            [self.profile(name).total("alloc_objects")
             for name in self.names()], [2000, 1000])

    def test_a_folder_that_cannot_be_written_is_told_first(self):
        self.refused(125, "cannot record into", "-o", "no/such/a.pb.gz",
                     "touch", "ran")
        if os.getuid() == 0:
            return
        os.mkdir(self.path("closed"), 0o500)
        self.refused(125, "Permission denied", "-o", "closed/a.pb.gz",
                     "touch", "ran")

    def test_recordings_are_private(self):
        self.record("-q", "sh", "-c", "stat -c '%a %n' $SPILL_DIR/* "
                    "$SPILL_DIR > modes; true")
        with open(self.path("modes"), encoding="ascii") as file:
            modes = [line.split()[0] for line in file]
        self.assertEqual(set(modes), {"600", "700"})

    def test_a_relative_folder_works_after_chdir(self):
        os.mkdir(self.path("out"))
        self.record("-o", "out/a.pb.gz", "sh", "-c",
                    f"cd /; {self.target} alloc 1000 64")
        self.assertGreaterEqual(
            self.profile("out/a.pb.gz").total("alloc_objects"), 1000)
        self.assertEqual(self.names(), ["out"])

    def test_dev_null_takes_the_profile(self):
        done = self.record("-o", "/dev/null", self.target, "alloc", "10", "1")
        self.assertIn("10 allocations", done.stderr)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))
        self.assertEqual(self.names(), [])


class PprofTest(RecordCase):
    def test_go_tool_pprof_reads_it_and_asks_for_nothing(self):
        if not shutil.which("go"):
            self.skipTest("go is not installed")
        self.record("-q", "sh", "-c",
                    f"{self.target} alloc 1000 64; {self.target} fork 5; true")
        done = subprocess.run(
            ["go", "tool", "pprof", "-raw", self.path("spill.pb.gz")],
            text=True, check=True, capture_output=True, cwd=self.folder,
            env={**os.environ, "HOME": self.folder})
        self.assertEqual(done.stderr, "")
        rows = re.findall(r"(?m)^ +(\d+) +(\d+) +(\d+) +(\d+): ", done.stdout)
        profile = self.profile()
        for index, name in enumerate(profile.types):
            self.assertEqual(sum(int(row[index]) for row in rows),
                             profile.total(name))
        self.assertGreater(len(rows), 2)


class TerminalTest(RecordCase):
    def on_terminal(self, *arguments):
        """What a user at a terminal sees of spill itself."""
        main, side = pty.openpty()
        process = subprocess.Popen(
            [self.spill, "record", *arguments], cwd=self.folder, stdin=side,
            stdout=subprocess.DEVNULL, stderr=side)
        os.close(side)
        text = b""
        while True:
            try:
                data = os.read(main, 4096)
            except OSError:
                break
            if not data:
                break
            text += data
        os.close(main)
        self.assertEqual(process.wait(60), 0)
        return text.decode()

    def test_a_terminal_is_told_the_next_command(self):
        self.assertIn("spill: next: spill svg > heap.svg", self.on_terminal(
            self.target, "alloc", "10", "64"))
        self.assertIn("spill: next: spill svg a.pb.gz > heap.svg",
                      self.on_terminal("-o", "a.pb.gz", self.target, "alloc",
                                       "10", "64"))

    def test_quiet_says_nothing_there(self):
        self.assertEqual(
            self.on_terminal("-q", self.target, "alloc", "10", "64"), "")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=2)
