#!/usr/bin/env python3
"""spill info, as a user runs it.

    info_test.py SPILL TARGET"""
import functools
import http.server
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import unittest

from record_support import RecordCase

RecordCase.spill, RecordCase.target = sys.argv[1:3]


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


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

    def test_the_flags_of_reports_are_taken(self):
        self.record("-q", self.target, "alloc", "2", "64")
        text = self.info()
        self.assertEqual(text, self.info(
            "-focus=main", "-inuse_space", "--lines", "-nodecount=3",
            "-cum", "spill.pb.gz"))
        self.assertEqual(self.info("-o", "told", "spill.pb.gz"), "")
        with open(self.path("told"), encoding="utf-8") as file:
            self.assertEqual(file.read(), text)
        self.assertIn("cannot write 'no/x'",
                      self.info("-o", "no/x", status=1))

    def test_a_url_is_read(self):
        self.record("-q", self.target, "alloc", "2", "64")
        handler = functools.partial(QuietHandler, directory=self.folder)
        with http.server.HTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever).start()
            url = f"http://127.0.0.1:{server.server_port}/spill.pb.gz"
            text = self.info(url)
            server.shutdown()
        self.assertIn(f"File         {url} (profile)", text)

    def test_a_full_disk_is_an_error(self):
        self.record("-q", self.target, "alloc", "2", "64")
        with open("/dev/full", "wb") as full:
            for words in (["--help"], ["--version"], ["info"],
                          ["record", "--help"], ["info", "-h"]):
                done = subprocess.run(
                    [self.spill, *words], cwd=self.folder, check=False,
                    stdout=full, stderr=subprocess.PIPE, text=True)
                self.assertEqual(
                    (done.returncode, done.stderr),
                    (1, "spill: cannot write 'standard output': No space "
                     "left on device\n" if words == ["info"] else
                     "spill: cannot write to standard output: No space left "
                     "on device\n"), words)

    def test_no_profile_says_how_to_make_one(self):
        self.assertEqual(
            self.info(status=1), "spill: cannot open 'spill.pb.gz': No such "
            "file or directory: make it with 'spill record COMMAND'\n")

    def test_one_is_singular(self):
        self.record(self.target, "alloc", "1", "64")
        self.assertIn("Allocated    1 object, 64B\n", self.info())

    def test_foreign_frees_are_explained(self):
        fact = "#spill foreign frees: 6"
        data = (b"\x32\0\x32" + bytes([len(fact)]) + fact.encode() +
                b"\x6a\x01\x01")
        with open(self.path("foreign"), "wb") as file:
            file.write(data)
        self.assertRegex(
            self.info("foreign"), "(?m)^Foreign +6 frees of memory that was "
            "allocated before or elsewhere$")

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
