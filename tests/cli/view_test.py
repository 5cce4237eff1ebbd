#!/usr/bin/env python3
"""spill top, svg, proto and their like, as a user runs them.

    view_test.py SPILL PROFILES

PROFILES is the folder of pprof_profiles.py."""
import gzip
import os
import pty
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

SPILL, PROFILES = sys.argv[1:3]
sys.path.insert(0, PROFILES)

from pprof_profiles import bytes_field, number_field, varint  # noqa: E402

TEXT_REPORTS = ("top", "tree", "traces", "raw", "dot")
HOSTILE = 'a"b\\c<d>&\x1b]0;x\x07\nnew line\u009b2J' \
    '\u202eturned\u2066\u200f\x7f\ttab'
HARMFUL = '\x1b\x07\x7f\x85\u009b\u202e\u2066\u200f'


def profile(name="parse", label="cc1", drop="", unit="bytes",
            program="/usr/bin/app"):
    """One sample of 4096 bytes: main calls NAME, with a label and a size."""
    strings = ["", "space", "bytes", name, "main", program, "process",
               label, drop, unit]
    parts = [
        bytes_field(1, number_field(1, 1) + number_field(2, 9)),
        bytes_field(2, bytes_field(1, varint(1) + varint(2)) +
                    bytes_field(2, varint(4096)) +
                    bytes_field(3, number_field(1, 6) + number_field(2, 7)) +
                    bytes_field(3, number_field(1, 2) + number_field(3, 64) +
                                number_field(4, 9))),
        bytes_field(3, number_field(1, 1) + number_field(5, 5) +
                    number_field(7, 1)),
        number_field(7, 8),
    ]
    for ident, string in ((1, 3), (2, 4)):
        parts.append(bytes_field(4, number_field(1, ident) +
                                 number_field(2, 1) +
                                 bytes_field(4, number_field(1, ident))))
        parts.append(bytes_field(5, number_field(1, ident) +
                                 number_field(2, string) +
                                 number_field(3, string)))
    parts += [bytes_field(6, text.encode()) for text in strings]
    return b"".join(parts)


class ViewTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.write("spill.pb.gz", gzip.compress(profile()))

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def read(self, name):
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def spill(self, *arguments, **more):
        return subprocess.run([SPILL, *arguments], cwd=self.folder,
                              check=False, stdin=subprocess.DEVNULL,
                              capture_output=True, **more)

    def fine(self, *arguments):
        done = self.spill(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.decode()

    def refused(self, status, said, *arguments):
        before = sorted(os.listdir(self.folder))
        done = self.spill(*arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, b"")
        error = done.stderr.decode()
        self.assertIn(said, error)
        self.assertTrue(error.startswith("spill: "), error)
        self.assertEqual(error.count("\n"), status, error)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_the_profile_is_spill_pb_gz_unless_one_is_named(self):
        text = self.fine("top")
        self.assertIn("File: app\nType: space\n", text)
        self.assertIn("       4kB   100%   100%        4kB   100%  parse\n",
                      text)
        self.write("other.pb", profile("scan"))
        self.assertIn("scan", self.fine("top", "other.pb"))
        self.assertIn("scan", self.fine("top", "-cum", "./other.pb"))
        self.assertIn("scan", self.fine("top", "other.pb", "--cum"))

    def test_digits_alone_are_a_process_but_a_path_is_a_file(self):
        self.write("999999999", profile("scan"))
        self.refused(1, "no process 999999999", "top", "999999999")
        self.assertIn("scan", self.fine("top", "./999999999"))

    def test_flags_have_one_dash_or_two_and_a_value_either_way(self):
        expected = self.fine("top", "-focus=parse", "-nodecount=1")
        self.assertIn("focus=parse", expected)
        for flags in (["--focus=parse", "--nodecount=1"],
                      ["-focus", "parse", "-nodecount", "1"],
                      ["--focus", "parse", "--nodecount", "0x1"]):
            self.assertEqual(self.fine("top", *flags), expected)

    def test_a_report_goes_to_a_file_without_a_word(self):
        expected = self.fine("tree")
        for flags in (["-o", "out"], ["-oout"], ["--output=out"],
                      ["-output", "out"]):
            self.assertEqual(self.fine("tree", *flags), "")
            self.assertEqual(self.read("out").decode(), expected)
            os.unlink(os.path.join(self.folder, "out"))

    def test_what_cannot_be_read_is_told_in_one_line(self):
        self.write("text", b"hello world, this is no profile\n")
        self.write("empty", b"")
        self.write("short.gz", self.read("spill.pb.gz")[:-9])
        self.write("short", profile()[:-3])
        self.refused(1, "cannot open 'nothing': No such file", "top",
                     "nothing")
        self.refused(1, "'text' is not a profile: it is text", "top", "text")
        self.refused(1, "'empty' is empty", "top", "empty")
        self.refused(1, "'short.gz' is not a profile: its gzip", "top",
                     "short.gz")
        self.refused(1, "'short' is not a profile: it is cut short", "top",
                     "short")
        self.refused(1, "Is a directory", "top", ".")
        os.unlink(os.path.join(self.folder, "spill.pb.gz"))
        self.refused(1, "spill record", "top")

    def test_what_was_taken_for_a_profile_is_told(self):
        for said, data in (
                ("it is text", b"hello"),
                ("it is text", b"hello\r\n"),
                ("it is text", "größer\n".encode() * 300),
                ("it is a web page (HTML)", b"<html>\n<head>\n<title>/debug"),
                ("it is a web page (HTML)", b"\n <!DOCTYPE html><p>\x01"),
                ("ask without debug=1", b"heap profile: 1: 64 [2: 128] @ "
                 b"heap/1048576\n1: 64 [2: 128] @ 0x4a 0x4b\n"),
                ("ask without debug=1", b"goroutine profile: total 3\n")):
            for packed in data, gzip.compress(data):
                self.write("what", packed)
                self.refused(1, "'what' is ", "top", "what")
                self.refused(1, said, "top", "what")
        self.write("what", b"\x7fELF\x02\x01\x01" + bytes(99))
        self.assertNotIn(b"is text", self.spill("top", "what").stderr)

    def test_devices_are_no_profiles_but_pipes_may_hold_one(self):
        for device in "/dev/zero", "/dev/null":
            self.refused(1, f"'{device}' is a device, not a profile", "top",
                         device)
        done = subprocess.run([SPILL, "top", "/dev/stdin"], check=False,
                              input=profile(), capture_output=True)
        self.assertIn(b"parse", done.stdout)

    def test_a_url_without_a_host_is_told(self):
        for url in "http://", "https:///x", "http://:80/":
            self.refused(1, f"no host in '{url}'", "top", url)

    def test_standard_output_is_no_file_name(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([SPILL, "top"], cwd=self.folder, check=False,
                                  stdout=full, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stderr), (
            1, b"spill: cannot write to standard output: No space left on "
            b"device\n"))

    def test_what_cannot_be_written_is_told_and_leaves_nothing(self):
        self.refused(1, "cannot write 'no/such'", "top", "-o", "no/such")
        self.refused(1, "cannot write '/dev/full'", "raw", "-o", "/dev/full")
        self.write("kept", b"as it was")
        self.refused(1, "is not a profile", "dot", "-o", "kept", "kept")
        self.assertEqual(self.read("kept"), b"as it was")

    def test_wrong_usage_is_told_with_where_to_find_help(self):
        for said, arguments in (
                ("there is no flag '-fokus=x'", ["top", "-fokus=x"]),
                ("-o needs a value", ["top", "-o"]),
                ("not a whole number", ["top", "-nodecount=many"]),
                ("not a number", ["top", "-nodefraction=nan"]),
                ("-nodefraction=2: not a share from 0 to 1",
                 ["top", "-nodefraction=2"]),
                ("not a share", ["top", "-nodefraction=-1"]),
                ("not a share", ["dot", "-edgefraction=1.5"]),
                ("not a share", ["dot", "-edgefraction=-inf"]),
                ("-cum and -flat", ["top", "-cum", "-flat"]),
                ("-cum and -flat", ["top", "-flat=true", "-cum"]),
                ("to divide by", ["top", "-divide_by=0"]),
                ("not true or false", ["top", "-cum=perhaps"]),
                ("one profile at a time", ["top", "a", "b"]),
                ("which functions", ["peek"]),
                ("'(' is no regular expression", ["top", "-focus=("]),
                ("'(' is no regular expression", ["peek", "("]),
                ("-tagfocus: 'b(' is no", ["top", "-tagfocus=k=a,b("]),
                ("no sample type 'time'", ["top", "-sample_index=time"])):
            self.refused(2, said, *arguments)

    def test_a_flag_may_be_taken_back(self):
        expected = self.fine("top", "-cum")
        for flags in (["-cum", "-flat=false"], ["-cum", "-cum"],
                      ["-nodefraction=0", "-cum", "-edgefraction=1"]):
            self.assertEqual(self.fine("top", *flags), expected)

    def test_a_unit_that_is_none_is_told_on_stderr(self):
        for unit in "foo", "ms":
            done = self.spill("top", "-unit=" + unit)
            self.assertEqual((done.returncode, done.stderr), (
                0, f"spill: -unit: '{unit}' is no unit for values in "
                "'bytes'\n".encode()))
            self.assertIn(b"4096B", done.stdout)
        self.assertIn("4096B", self.fine("top", "-unit=B"))

    def test_peek_without_a_match_fails(self):
        self.refused(1, "no function matches 'nobody'", "peek", "nobody")
        self.assertIn("| parse\n", self.fine("peek", "^pa"))

    def test_a_filter_that_matches_nothing_is_told_on_stderr(self):
        done = self.spill("top", "-focus=nobody")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr,
                         b"spill: -focus: 'nobody' matched no samples\n")
        self.assertIn(b"accounting for 0, 0% of 4kB", done.stdout)

    def test_frames_are_dropped_as_the_profile_says_if_it_can_be_understood(
            self):
        self.write("drop.pb", profile(drop="pa.se"))
        self.assertNotIn("parse", self.fine("top", "drop.pb"))
        self.write("drop.pb", profile(drop="pa(se"))
        done = self.spill("top", "drop.pb")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"drop_frames are ignored", done.stderr)
        self.assertIn(b"parse", done.stdout)

    def test_long_names_of_other_tools_are_shortened_unless_asked_not_to(
            self):
        self.write("names.pb", profile("ns::f<int>(char)"))
        self.assertIn("  ns::f\n", self.fine("top", "names.pb"))
        self.assertIn("  ns::f<int>(char)\n",
                      self.fine("top", "-symbolize=none", "names.pb"))
        self.write("names.pb", profile("_ZN2ns1fIiEEvc"))
        self.assertIn("  ns::f\n", self.fine("top", "names.pb"))

    def test_help_is_on_stdout_for_each_report(self):
        for report in (*TEXT_REPORTS, "peek", "svg", "proto"):
            for flag in ("--help", "-help", "-h"):
                text = self.fine(report, flag)
                self.assertTrue(text.startswith("usage: spill " + report))
                self.assertIn("-alloc_space", text)
                self.assertTrue(all(len(line) <= 80
                                    for line in text.splitlines()))

    def test_proto_keeps_what_the_filters_leave(self):
        self.fine("proto", "-o", "copy.pb.gz")
        self.assertEqual(self.fine("raw", "copy.pb.gz"), self.fine("raw"))
        self.spill("proto", "-ignore=main", "-o", "none.pb.gz")
        self.assertNotIn("4096", self.fine("raw", "none.pb.gz"))
        again = self.spill("proto").stdout
        self.assertEqual(again, self.read("copy.pb.gz"))

    def terminal(self, *arguments):
        """What spill says on a terminal, and its status."""
        parent, child = pty.openpty()
        done = subprocess.run([SPILL, *arguments], cwd=self.folder,
                              check=False, stdin=subprocess.DEVNULL,
                              stdout=child, stderr=subprocess.STDOUT)
        os.close(child)
        said = b""
        try:
            while True:
                said += os.read(parent, 65536)
        except OSError:
            pass
        os.close(parent)
        return done.returncode, said.replace(b"\r\n", b"\n")

    def test_binary_data_is_kept_from_a_terminal(self):
        status, said = self.terminal("proto")
        self.assertEqual(status, 2)
        self.assertIn(b"not for a terminal: use -o FILE", said)

    def test_names_cannot_drive_a_terminal(self):
        self.write("hostile.pb", profile(HOSTILE, HOSTILE))
        for report in TEXT_REPORTS:
            status, said = self.terminal(report, "hostile.pb")
            self.assertEqual(status, 0)
            self.assertNotIn(b"\x1b", said)
            self.assertNotIn(b"\x07", said)
            self.assertNotIn("\u009b".encode(), said)
        status, said = self.terminal("top", HOSTILE.replace("/", ""))
        self.assertEqual(status, 1)
        self.assertNotIn(b"\x1b", said)

    def test_names_cannot_drive_what_a_report_is_piped_to(self):
        self.write("hostile.pb", profile(HOSTILE, HOSTILE, "", HOSTILE,
                                         "/bin/a\nFile: b\x1b]0;x\x07"))
        for report in TEXT_REPORTS + ("peek .",):
            said = self.fine(*report.split(), "-trim=false", "hostile.pb")
            for character in HARMFUL:
                self.assertNotIn(character, said, report)
            self.assertNotIn("\nFile: b", said)
            self.assertNotIn("\nnew line", said)
        said = self.fine("top", "hostile.pb")
        self.assertTrue(said.startswith("File: a?File: b?]0;x?\n"), said)
        self.assertIn("c<d>&?]0;x??new line?2J?turned???", said)

    def test_profiles_keep_the_names_they_have(self):
        self.write("hostile.pb", profile("a\x1b[1m"))
        self.fine("proto", "-o", "copy.pb.gz", "hostile.pb")
        self.assertIn(b"a\x1b[1m", gzip.decompress(self.read("copy.pb.gz")))

    def test_graphs_are_utf_8_whatever_the_names(self):
        bad = "/usr/bin/app".encode()
        data = profile().replace(bad, b"/usr/bin/\xff\xc3\x9b")
        data = data.replace(b"parse", b"p\xff\x9b\xfee")
        self.write("bad.pb", data)
        self.assertIn("p\ufffd?\ufffde", self.fine("dot", "bad.pb"))
        self.assertNotIn(b"\x9be", self.spill("top", "bad.pb").stdout)

    def test_graphviz_takes_hostile_names(self):
        if not shutil.which("dot"):
            self.skipTest("dot is not there, install graphviz")
        self.write("hostile.pb", profile(HOSTILE, HOSTILE, "", HOSTILE,
                                         HOSTILE))
        graph = self.spill("dot", "-trim=false", "hostile.pb").stdout
        done = subprocess.run(["dot", "-Tcanon"], input=graph, check=False,
                              capture_output=True)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(b"N2 -> N1", done.stdout)
        self.assertNotIn(b"\x1b", done.stdout)

    def test_nobody_at_a_url_is_told(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
            self.refused(1, str(port), "top", f"127.0.0.1:{port}")


del sys.argv[1:]
unittest.main()
