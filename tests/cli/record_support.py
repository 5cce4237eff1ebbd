"""What the tests of spill record share."""
import os
import signal
import subprocess
import tempfile
import time
import unittest

from pprof_reader import Profile


class RecordCase(unittest.TestCase):
    spill = target = static = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def names(self):
        return sorted(os.listdir(self.folder))

    def run_spill(self, *arguments, **options):
        return subprocess.run(
            [self.spill, *arguments], cwd=self.folder, text=True, check=False,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
            **options)

    def record(self, *arguments, status=0, **options):
        done = self.run_spill("record", *arguments, **options)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def refused(self, status, said, *arguments, **options):
        """Nothing is run, made or left behind, and one line says why."""
        before = self.names()
        done = self.record(*arguments, status=status, **options)
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.names(), before)
        self.assertTrue(done.stderr.startswith("spill: "), done.stderr)
        self.assertIn(said, done.stderr)
        if status != 2:
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def profile(self, name="spill.pb.gz"):
        return Profile(self.path(name))

    def start(self, *arguments, said="ready\n"):
        """spill record with the target running, which has SAID so."""
        process = subprocess.Popen(
            [self.spill, "record", *arguments], cwd=self.folder, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), said)
        return process

    def children(self, process):
        path = f"/proc/{process.pid}/task/{process.pid}/children"
        with open(path, encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]

    def wait_until(self, true, seconds=20):
        end = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), end, "waited too long")
            time.sleep(0.02)

    def end(self, pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
