#!/usr/bin/env python3
"""spill compare, as a user runs it.

    compare_test.py SPILL ALLOCATE ALLOCATE_STATIC"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SPILL, ALLOCATE, STATIC = sys.argv[1:4]


class CompareTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.temporary = os.path.join(self.folder, "tmp")
        os.mkdir(self.temporary)

    def compare(self, *arguments):
        done = subprocess.run(
            [SPILL, "compare", *arguments], cwd=self.folder, text=True,
            env={**os.environ, "TMPDIR": self.temporary}, check=False,
            stdin=subprocess.DEVNULL, capture_output=True)
        self.assertEqual(os.listdir(self.temporary), [])
        return done

    def table(self, *arguments):
        """{letter: cells} of the medians, and all of the text."""
        done = self.compare(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        rows = re.findall(r"^([A-Z]) {2,}(\d.*)$", done.stdout, re.M)
        return {name: cells.split() for name, cells in rows}, done.stdout

    def refused(self, status, said, *arguments):
        done = self.compare(*arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertIn(said, done.stderr)
        self.assertTrue(done.stderr.startswith("spill: "))
        if status == 1:
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_counts_are_exact_and_the_ratio_is_told(self):
        rows, text = self.table("-n", "3", f"{ALLOCATE} 1000 1024",
                                f"{ALLOCATE} 2500 1024")
        self.assertEqual(rows["A"][:2], ["1,000", "1000.00kB"])
        self.assertEqual(rows["B"][:2], ["2,500", "2.44MB"])
        self.assertRegex(text, r"(?m)^  allocations +2\.50 x   exact$")
        self.assertRegex(text, r"(?m)^  bytes +2\.50 x   exact$")
        self.assertIn("fewer than 5 runs", text)

    def test_five_runs_of_the_same_show_equal_counts(self):
        _, text = self.table(f"{ALLOCATE} 7 1", f"{ALLOCATE} 7 1")
        self.assertRegex(text, r"(?m)^  allocations +equal   exact$")
        self.assertIn("Medians of 5 runs", text)
        self.assertRegex(text, r"(?m)^  time .*(p [=<]|no difference shown)")

    def test_peak_memory_is_that_of_the_command(self):
        rows, _ = self.table("-n", "1", f"{ALLOCATE} 1 1",
                             f"/usr/bin/python3 -S -c 'x = b\"x\" * (99 << 20)'")
        peak = {name: cells[2] for name, cells in rows.items()}
        self.assertRegex(peak["A"], r"^\d\.\d\dMB$")
        self.assertRegex(peak["B"], r"^1[01]\d\.\d\dMB$")

    def test_what_a_command_starts_is_counted_with_it(self):
        rows, _ = self.table("-n", "1", f"{ALLOCATE} 10 1",
                             f"{ALLOCATE} 100000 1; {ALLOCATE} 200000 1")
        self.assertEqual(rows["A"][0], "10")
        count = int(rows["B"][0].replace(",", ""))
        self.assertTrue(300000 <= count < 301000, count)

    def test_runs_are_interleaved_and_their_order_turns(self):
        log = os.path.join(self.folder, "log")
        self.table("-n", "3", f"echo a >>{log}", f"echo b >>{log}")
        with open(log, encoding="ascii") as file:
            self.assertEqual(file.read().split(),
                             list("aabb" "bbaa" "aabb"))

    def test_the_table_goes_to_a_file(self):
        done = self.compare("-n", "1", "-o", "table", f"{ALLOCATE} 1 1",
                            f"{ALLOCATE} 2 1")
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, "", ""))
        with open(os.path.join(self.folder, "table"), encoding="utf-8") as f:
            self.assertTrue(f.read().startswith(f"A: {ALLOCATE} 1 1\nB: "))

    def test_a_file_that_cannot_be_written_is_told(self):
        self.refused(1, "cannot write '/nowhere/x': No such file", "-n", "1",
                     "-o", "/nowhere/x", f"{ALLOCATE} 1 1", f"{ALLOCATE} 2 1")

    def test_a_command_that_fails_is_told(self):
        self.refused(1, "'echo one; echo two >&2; exit 3' failed with status "
                     "3: two", f"{ALLOCATE} 1 1",
                     "echo one; echo two >&2; exit 3")
        self.refused(1, "'kill -9 $$' failed (Killed)", "kill -9 $$", "true")
        self.refused(1, "'/no/such -x' failed with status 127: /no/such: No "
                     "such file or directory", "/no/such -x", "true")

    def test_a_signal_leaves_nothing_behind(self):
        ready = os.path.join(self.folder, "ready")
        plain = f"{{ echo >{ready}; while :; do read x </dev/zero; done; }}"
        traced = f"test -z \"$SPILL_DIR\" || {plain}"
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            for command in plain, traced:
                process = subprocess.Popen(
                    [SPILL, "compare", "true", command], cwd=self.folder,
                    env={**os.environ, "TMPDIR": self.temporary}, text=True,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    stdin=subprocess.DEVNULL)
                while not os.path.exists(ready):
                    self.assertIsNone(process.poll())
                    time.sleep(0.01)
                process.send_signal(number)
                out, said = process.communicate(timeout=20)
                self.assertEqual((process.returncode, out), (128 + number, ""))
                self.assertRegex(
                    said, rf"^spill: interrupted by signal {number:d} "
                    r"\(.*\)\n$")
                self.assertEqual(os.listdir(self.temporary), [])
                os.remove(ready)

    def test_a_static_program_is_told(self):
        self.refused(1, "cannot be traced", f"{STATIC} 1 1", "true")

    def test_wrong_usage_is_told(self):
        self.refused(2, "two commands or more", "true")
        self.refused(2, "command 2 is empty", "true", " ")
        self.refused(2, "'0' is not a number of runs", "-n", "0", "a", "b")
        self.refused(2, "'x' is not a number of runs", "-n", "x", "a", "b")
        self.refused(2, "'1001' is not a number", "-n", "1001", "a", "b")
        self.refused(2, "bad option '-z'", "-z", "a", "b")
        self.refused(2, "more than 26 commands", *["true"] * 27)


unittest.main(argv=sys.argv[:1])
