#!/usr/bin/env python3
"""spill record where it cannot do its work, or not all of it.

    record_trouble_test.py SPILL TARGET STATIC_TARGET"""
import os
import resource
import shutil
import signal
import subprocess
import sys
import unittest

from record_support import RecordCase

RecordCase.spill, RecordCase.target, RecordCase.static = sys.argv[1:4]


class StatusTest(RecordCase):
    def test_the_status_of_the_command_is_passed_on(self):
        self.record(self.target, "exit", "7", status=7)
        done = self.record("sh", "-c", "kill -SEGV $$", status=139)
        self.assertIn("spill: the command was killed by signal 11 "
                      "(Segmentation fault)\n", done.stderr)
        done = self.record("-q", "sh", "-c", "kill -SEGV $$", status=139)
        self.assertEqual(done.stderr, "")
        self.record("sh", "-c", "kill -KILL $$", status=137)

    def test_a_command_that_is_not_found_is_127(self):
        self.refused(127, "cannot run 'no-such-command'", "no-such-command")
        self.refused(127, "cannot run './nothing'", "--", "./nothing", "-x")
        self.refused(127, "cannot run ''", "")

    def test_a_command_that_cannot_run_is_126(self):
        self.refused(126, "Permission denied", "/etc/passwd")
        self.refused(126, "Permission denied", "/")

    def test_a_bad_command_line_is_2(self):
        self.refused(2, "no command given")
        self.refused(2, "no option '-z'\nTry 'spill record --help'", "-z",
                     self.target)
        self.refused(2, "no unwinder 'x'", "--unwind=x", self.target)
        self.refused(2, "needs a value", "-o")

    def test_output_of_the_command_is_its_own(self):
        done = self.record("-q", "sh", "-c", "echo out; echo err >&2")
        self.assertEqual((done.stdout, done.stderr), ("out\n", "err\n"))


class RoomTest(RecordCase):
    """Recordings need room: that is said before the command runs."""

    def test_a_limit_on_file_sizes_is_told_first(self):
        for size in 0, 100 << 10:
            self.refused(
                125, "cannot record into '.': the limit on file sizes",
                "touch", "ran", preexec_fn=lambda size=size:
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))

    def on_disk(self, size, *command):
        """Record on a file system of that size; then print what is there."""
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c",
             f"mount -t tmpfs -o size={size} none . && cd \"$PWD\" && "
             "\"$@\"; echo \"$?\"; ls -A", "sh", self.spill, "record",
             *command], cwd=self.folder, text=True, capture_output=True,
            check=False, timeout=60)
        if "unshare:" in done.stderr or "mount:" in done.stderr:
            self.skipTest("no mounts here: " + done.stderr)
        return done

    def test_a_disk_that_fills_is_told(self):
        done = self.on_disk("1100k", "sh", "-c", "LD_PRELOAD= head -c 300k "
                            "/dev/zero >big; exit 4")
        self.assertEqual(done.stdout, "4\nbig\nspill.pb.gz\n")
        self.assertIn("spill: processes that began last may not be counted: "
                      "No space left on device\n", done.stderr)

    def test_a_full_disk_is_told_first(self):
        done = self.on_disk("500k", "touch", "ran")
        self.assertEqual(done.stdout, "125\n")
        self.assertEqual(done.stderr, "spill: cannot record into '.': No "
                         "space left on device\n")

    def test_the_command_keeps_its_signal_for_large_files(self):
        done = self.record("grep", "SigIgn", "/proc/self/status")
        ignored = int(done.stdout.split()[1], 16)
        # Python ignores it itself, and lets its children have it again
        self.assertFalse(ignored >> signal.SIGXFSZ - 1 & 1)

    def test_a_removed_folder_keeps_the_status_of_the_command(self):
        done = self.record("sh", "-c", "rm -rf .spill.*; exit 7", status=7)
        self.assertRegex(done.stderr, r"^spill: '/.*' was removed while the "
                         r"command ran: what was recorded there is lost\n$")
        self.assertEqual(self.names(), [])

    def test_nobody_records_elsewhere_then(self):
        self.record("-q", "sh", "-c", "rm -rf .spill.*; ls >/dev/null; "
                    "sh -c 'ls >/dev/null; :'; exit 7", status=7)
        self.assertEqual(self.names(), [])

    def test_nothing_recorded_keeps_the_status_of_the_command(self):
        done = self.record("sh", "-c", "LD_PRELOAD= rm .spill.*/*; exit 5",
                           status=5)
        self.assertRegex(done.stderr, r"^spill: nothing recorded: .*\n$")
        self.assertEqual(self.names(), [])


class OwnMallocTest(RecordCase):
    TEXT = """#include <stdlib.h>
        static char room[1 << 16];
        static size_t used;
        OWN void *malloc(size_t size)
        {
            used += size + 15 & ~(size_t)15;
            return room + used - size;
        }
        OWN void free(void *p) { (void)p; }
        """
    MAIN = """int main(void) { return !malloc(1); }
        """

    def build(self, name, text, *flags):
        subprocess.run(
            ["cc", "-x", "c", "-", "-o", self.path(name), *flags], text=True,
            input=text, check=True)

    def warned(self, name):
        done = self.record(self.path(name))
        said = (f"'{self.path(name)}' brings its own malloc: what goes "
                "through it is not seen")
        info = self.run_spill("info").stdout
        self.assertEqual("spill: " + said + "\n" in done.stderr, said in info)
        return said in info

    def test_a_malloc_in_the_program_is_told(self):
        for flags in ["-DOWN="], ["-DOWN=", "-rdynamic", "-s"]:
            self.build("own", self.TEXT + self.MAIN, "-fno-builtin", *flags)
            self.assertTrue(self.warned("own"), flags)

    def test_programs_that_use_malloc_raise_no_alarm(self):
        self.build("plain", "#include <stdlib.h>\n" + self.MAIN)
        self.assertFalse(self.warned("plain"))
        self.build("address", """#include <stdlib.h>
            void *(*volatile f)(size_t) = malloc;
            int main(void) { return !f(1) || f != malloc; }""", "-no-pie")
        self.assertFalse(self.warned("address"))


class TargetTest(RecordCase):
    def test_a_static_program_is_refused(self):
        self.refused(125, "linked statically", self.static, "alloc", "1", "1")

    def test_a_static_interpreter_is_refused(self):
        with open(self.path("script"), "w", encoding="ascii") as file:
            file.write(f"#! {self.static} alloc\n")
        os.chmod(self.path("script"), 0o700)
        before = self.names()
        done = self.record("./script", status=125)
        self.assertIn("linked statically", done.stderr)
        self.assertEqual(self.names(), before)

    def test_nothing_recorded_is_told(self):
        with open(self.path("script"), "w", encoding="ascii") as file:
            file.write("#! /usr/bin/env -S LD_PRELOAD= sh\n")
        os.chmod(self.path("script"), 0o700)
        self.record("env", "-u", "LD_PRELOAD", self.static, "exit", "0")
        self.record("-o", "b", self.target, "exit", "0")
        self.assertEqual(self.profile("b").total("alloc_objects"), 0)

    def test_a_set_user_id_program_is_refused(self):
        if os.getuid() != 0:
            self.skipTest("only root can give a program to another user")
        copy = shutil.copy(self.target, self.path("setuid"))
        os.chown(copy, 65534, 65534)
        os.chmod(copy, 0o4755)
        self.refused(125, "set-user-ID", copy, "alloc", "1", "1")

    def test_a_script_without_interpreter_runs(self):
        with open(self.path("script"), "w", encoding="ascii") as file:
            file.write(f"{self.target} alloc 1000 64\n")
        os.chmod(self.path("script"), 0o700)
        self.record("./script")
        self.assertGreaterEqual(self.profile().total("alloc_objects"), 1000)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=2)
