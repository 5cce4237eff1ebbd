#!/usr/bin/env python3
"""spill info, as a user runs it.

    info_test.py SPILL TARGET"""
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

from record_support import RecordCase

RecordCase.spill, RecordCase.target = sys.argv[1:3]


class InfoTest(RecordCase):
    def info(self, *arguments, status=0):
        done = self.run_spill("info", *arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        if status:
            self.assertEqual(done.stdout, "")
            self.assertTrue(done.stderr.startswith("spill: "))
        return done.stdout if not status else done.stderr

    def test_a_profile_tells_what_was_recorded(self):
        self.record("-q", "--unwind=cfi", self.target, "alloc", "1000", "64")
        text = self.info()
        self.assertRegex(text, r"(?m)^File +spill\.pb\.gz \(profile\)$")
        self.assertRegex(text, r"(?m)^Command .*record_target alloc 1000 64$")
        self.assertRegex(text, r"(?m)^Recorded +20\d\d-.*, for \d+\.\d\d ms$")
        self.assertRegex(text, r"(?m)^Unwinder +cfi$")
        self.assertRegex(text,
                         r"(?m)^Allocated +1,000 objects, 62\.50kB$")
        self.assertRegex(text, r"(?m)^In use +500 objects, 31\.25kB$")
        self.assertRegex(text, r"(?m)^Memory +\S+B resident at most")
        self.assertRegex(text, r"(?m)^Lost +nothing$")
        self.assertRegex(text, r"(?m)^ +\d+ +100% +\d+% .*/record_target$")

    def test_a_stripped_program_says_what_to_do(self):
        program = self.path("stripped")
        subprocess.run(["strip", "-o", program, self.target], check=True)
        self.record("-q", program, "alloc", "10", "64")
        text = self.info()
        self.assertRegex(
            text, r"(?m)^ +\d+ +0% +0% .*/stripped\n +no symbols; build it "
            "with -g$")

    def test_a_packages_program_names_the_package(self):
        if not shutil.which("dpkg-query"):
            self.skipTest("no dpkg")
        self.record("-q", "/usr/bin/sort", "/etc/passwd")
        self.assertRegex(
            self.info(), r"/usr/bin/sort\n +no symbols; install "
            "coreutils-dbgsym or set DEBUGINFOD_URLS\n")

    def test_a_running_process_tells_its_memory(self):
        process = self.start(self.target, "spin")
        pid = self.children(process)[0]
        time.sleep(0.2)
        text = self.info(str(pid))
        self.assertIn("(recording of a running process)", text)
        memory = re.search(
            r"(?m)^Memory +(\S+)MB private, spill's own included; in use are "
            r"(\d+)% of it$", text)
        self.assertTrue(memory, text)
        first = int(re.search(r"Allocated +([\d,]+)", text)[1]
                    .replace(",", ""))
        time.sleep(0.2)
        more = int(re.search(r"Allocated +([\d,]+)", self.info(str(pid)))[1]
                   .replace(",", ""))
        self.assertGreater(more, first)
        os.kill(pid, signal.SIGKILL)
        process.wait(30)

    def test_a_bare_recording_is_read(self):
        library = os.path.join(os.path.dirname(self.spill), "libspill.so")
        subprocess.run([self.target, "alloc", "10", "64"], check=True,
                       env={**os.environ, "LD_PRELOAD": library,
                            "SPILL_DIR": self.folder})
        name = [n for n in self.names() if n.endswith(".spill")][0]
        text = self.info(name)
        self.assertIn(f"{name} (recording)", text)
        self.assertRegex(text, r"(?m)^ +\d+ +100% +\d+% .*/record_target$")
        # of a process that is gone, found by its number
        self.assertIn("(recording)", self.info(name.split(".")[1]))

    def test_hostile_names_do_not_reach_the_terminal(self):
        self.record("-q", self.target, "alloc", "2", "\x1b[31m\n64")
        text = self.info()
        self.assertNotIn("\x1b", text)
        self.assertIn("?[31m", text)

    def test_bad_input_is_one_line(self):
        with open(self.path("text"), "w", encoding="ascii") as file:
            file.write("hello\n")
        self.record("-q", self.target, "alloc", "2", "64")
        with open(self.path("spill.pb.gz"), "rb") as file:
            data = file.read()
        with open(self.path("cut"), "wb") as file:
            file.write(data[:len(data) // 2])
        with open(self.path("empty"), "wb"):
            pass
        for name in "text", "cut", "empty", "missing", ".", "4000000", "1":
            said = self.info(name, status=1)
            self.assertEqual(said.count("\n"), 1, said)
        self.info("a", "b", status=2)
        self.info("-x", status=2)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=2)
