#!/usr/bin/env python3
"""Names of addresses, compared with LLVM's addr2line.

    symbols_test.py SYMBOLIZE_ADDRESSES SAMPLE.cc"""
import ctypes.util
import http.server
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

TOOL, SAMPLE = sys.argv[1:3]


def run(*command, **options):
    return subprocess.run(command, check=True, text=True,
                          capture_output=True, **options)


def parse(text):
    """{address: [(function, file, line)]}, nothing for no name."""
    result, frames = {}, None
    lines = iter(text.splitlines())
    for line in lines:
        if re.fullmatch(r"0x[0-9a-f]+", line):
            frames = result.setdefault(int(line, 16), [])
            continue
        where = re.sub(r" \(discriminator \d+\)", "", next(lines))
        file, _, number = where.rpartition(":")
        if line != "??":
            frames.append((
                line, os.path.normpath(file) if file else "??",
                int(number) if number.isdigit() else 0))
    return result


class SymbolsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def build(self, *flags, compiler="g++", name="sample"):
        path = os.path.join(self.folder, name)
        run(compiler, *flags, "-o", path, SAMPLE, cwd=self.folder)
        return path

    def addresses(self, path):
        """Of all instructions that lie in a function of the sample itself."""
        text = run("objdump", "-d", "--no-show-raw-insn", path).stdout
        return "".join(
            match + "\n" for match in
            re.findall(r"^ +([0-9a-f]+):\t(?!nop|xchg   %ax|cs nopw|data16)",
                       text, re.M))

    def ours(self, path, addresses, *build_id):
        done = run(TOOL, "-C", path, *build_id, input=addresses)
        return parse(done.stdout), done.stderr

    def theirs(self, path, addresses):
        return parse(run("llvm-addr2line", "-a", "-i", "-f", "-e", path,
                         input=addresses).stdout)

    def compare(self, path, ours_path=None):
        addresses = self.addresses(path)
        ours = parse(run(TOOL, ours_path or path, input=addresses).stdout)
        theirs = self.theirs(path, addresses)
        self.assertEqual(ours.keys(), theirs.keys())
        inlined = equal = 0
        symbols = {line.split()[2]: line.split()[0] for line in
                   run("nm", path).stdout.splitlines()
                   if len(line.split()) == 3}
        for address, expected in theirs.items():
            # no debug information: start files and the PLT
            if not expected or expected[0][2] == 0:
                continue
            inlined += len(expected) > 1
            equal += 1
            self.assertEqual([frame[1:] for frame in ours[address]],
                             [frame[1:] for frame in expected], hex(address))
            for mine, other in zip(ours[address], expected):
                # constructors, and what the linker found to be alike
                if symbols.get(mine[0], 0) == symbols.get(other[0], 1):
                    continue
                # a function without a symbol has no scope there, and the
                # parts that gcc makes of one are it (main.cold)
                self.assertIn(other[0].split(".")[0], (
                    mine[0].split(".")[0], mine[0].split("::")[-1]),
                              hex(address))
        self.assertGreater(equal, 300)
        return ours, inlined

    def test_lines_and_inlined_calls_are_those_of_addr2line(self):
        for flags in (("-O0",), ("-O1",), ("-O2",), ("-O2", "-gdwarf-4"),
                      ("-O2", "-no-pie"), ("-O2", "-ffunction-sections"),
                      ("-O3", "-flto"), ("-O2", "-gsplit-dwarf")):
            with self.subTest(flags=flags):
                _, inlined = self.compare(self.build("-g", *flags))
                if "-O0" not in flags:
                    self.assertGreater(inlined, 100)

    def test_units_without_aranges_are_found(self):
        if not shutil.which("clang++"):
            self.skipTest("clang is not installed")
        self.compare(self.build("-g", "-O1", compiler="clang++"))

    def test_names_are_those_of_the_source(self):
        path = self.build("-g", "-O2")
        ours, _ = self.ours(path, self.addresses(path))
        names = {name for frames in ours.values() for name, _, _ in frames}
        for name in ("shop::Shelf<int>::add(int)", "deep(int)", "main",
                     "shop::(anonymous namespace)::Till::ring<int>",
                     "shop::(anonymous namespace)::Till::round",
                     "shop::(anonymous namespace)::Till::operator<"
                     "(shop::(anonymous namespace)::Till const&) const"):
            # in a part that gcc made of a function: [clone .isra.0]
            self.assertIn(name, {n.split(" [")[0] for n in names})
        chains = {tuple(name for name, _, _ in frames)
                  for frames in ours.values()}
        self.assertTrue(any(
            [name.split("::")[-1].split("(")[0].split("<")[0]
             for name in chain] == ["round", "ring", "add"]
            for chain in chains), chains)

    def split(self, where):
        """A stripped copy of the sample and its debug information."""
        path = self.build("-g", "-O2")
        stripped = os.path.join(self.folder, "stripped")
        debug = os.path.join(self.folder, where)
        os.makedirs(os.path.dirname(debug), exist_ok=True)
        run("objcopy", "--only-keep-debug", path, debug)
        run("strip", "-o", stripped, path)
        run("objcopy", f"--add-gnu-debuglink={debug}", stripped)
        return path, stripped, debug

    def test_a_debuglink_is_followed(self):
        for where in "stripped.debug", ".debug/stripped.debug":
            path, stripped, debug = self.split(where)
            self.compare(path, stripped)
            os.unlink(debug)
            ours, why = self.ours(stripped, self.addresses(path))
            self.assertNotIn("main", str(ours))
            self.assertIn("stripped: ", why)

    def serve(self, files):
        """A debuginfod server of FILES {URL path: file}; what was asked."""
        asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                if self.path not in files:
                    self.send_error(404)
                    return
                with open(files[self.path], "rb") as file:
                    data = file.read()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return {**os.environ,
                "DEBUGINFOD_URLS": f"http://127.0.0.1:{server.server_port}",
                "DEBUGINFOD_CACHE_PATH": os.path.join(self.folder, "cache")
                }, asked

    def test_debuginfod_is_asked_where_it_is_set(self):
        if not ctypes.util.find_library("debuginfod"):
            self.skipTest("libdebuginfod1 is not installed")
        path, stripped, debug = self.split("elsewhere/debug")
        run("objcopy", "--remove-section=.gnu_debuglink", stripped)
        build_id = re.search(r"Build ID: ([0-9a-f]+)",
                             run("readelf", "-n", path).stdout)[1]
        files = {f"/buildid/{build_id}/debuginfo": debug,
                 f"/buildid/{build_id}/executable": stripped}
        addresses = self.addresses(path)
        expected, _ = self.ours(path, addresses)
        environment, asked = self.serve(files)
        ours, _ = self.ours(stripped, addresses, build_id)
        self.assertNotIn("deep(int)", str(ours))
        self.assertEqual(asked, [])
        done = run(TOOL, "-C", stripped, build_id, input=addresses,
                   env=environment)
        self.assertEqual(parse(done.stdout), expected)
        self.assertEqual(set(asked), {f"/buildid/{build_id}/debuginfo"})

    def test_a_symbol_table_has_names_at_least(self):
        path = self.build("-O1")
        addresses = self.addresses(path)
        ours, why = self.ours(path, addresses)
        self.assertIn("only a symbol table", why)
        theirs = self.theirs(path, addresses)
        named = 0
        for address, expected in theirs.items():
            if expected and ours[address]:
                named += 1
                self.assertEqual(len(ours[address]), 1)
                self.assertEqual(ours[address][0][2], 0)
        self.assertGreater(named, 100)
        self.assertIn("deep(int)", str(ours))

    def test_a_file_with_another_build_id_is_not_believed(self):
        path = self.build("-g", "-O1")
        addresses = self.addresses(path)
        text = run("readelf", "-n", path).stdout
        build_id = re.search(r"Build ID: ([0-9a-f]+)", text)[1]
        ours, why = self.ours(path, addresses, build_id)
        self.assertIn("deep(int)", str(ours))
        self.assertNotIn("changed", why)
        ours, why = self.ours(path, addresses, build_id[::-1])
        self.assertNotIn("deep(int)", str(ours))
        self.assertIn("the file has changed since", why)

    def test_what_is_no_elf_file_has_no_names(self):
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo)
        for path, why in ((fifo, "not an ELF file"),
                          ("/etc/passwd", "not an ELF file"),
                          ("/no/such/file", "cannot be read"),
                          ("[vdso]", "not a file")):
            ours, told = self.ours(path, "1000\n")
            self.assertEqual(ours, {0x1000: []})
            self.assertIn(why, told)

    def test_damaged_files_do_no_harm(self):
        path = self.build("-g", "-O1")
        addresses = self.addresses(path)
        with open(path, "rb") as file:
            data = bytearray(file.read())
        damaged = os.path.join(self.folder, "damaged")
        for step in range(60):
            copy = bytearray(data)
            for at in range(step * 7 + 64, len(copy), 997 + step * 13):
                copy[at] ^= 1 << step % 8
            if step % 3 == 0:
                copy = copy[:len(copy) * (step + 1) // 61]
            with open(damaged, "wb") as file:
                file.write(copy)
            done = subprocess.run([TOOL, damaged], input=addresses, text=True,
                                  capture_output=True, check=False,
                                  timeout=30, errors="replace")
            self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    for tool in "g++", "llvm-addr2line", "objcopy", "objdump", "readelf", "strip":
        if not shutil.which(tool):
            print(f"skipped: no {tool}")
            sys.exit(77)
    unittest.main(argv=[sys.argv[0]], verbosity=2)
