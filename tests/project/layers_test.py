#!/usr/bin/env python3
"""The include checker must fail on trees that breach the layers or the order,
and pass the same trees once mended."""
import os
import subprocess
import sys
import tempfile
import unittest

CHECKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "layers.py")

BASE = {
    "tracer/os/sys.h": "",
    "tracer/store/file.h": "#include <stdint.h>\n",
    "tracer/store/recording.h": "",
    "tracer/hook/malloc.h": "",
    "report/base/strbuf.h": "",
    "report/graph/profile.h": "",
    "report/draw/svg.h": "",
    "matcher/ac.h": "",
    "cmd/cmd.h": "",
}

# sentence, file, its text, what the checker must say (None: nothing)
CASES = [
    ("a lower layer may not include a higher one", "tracer/os/sys.c",
     '#include "tracer/os/sys.h"\n\n#include "tracer/hook/malloc.h"\n',
     "tracer/os/sys.c:3: may not include"),
    ("the tracer may not include the report", "tracer/hook/malloc.c",
     '#include "tracer/hook/malloc.h"\n\n#include "report/base/strbuf.h"\n',
     "may not include 'report/base/strbuf.h'"),
    ("the report may not include the commands", "report/draw/svg.c",
     '#include "report/draw/svg.h"\n\n#include "cmd/cmd.h"\n',
     "may not include 'cmd/cmd.h'"),
    ("the report may read the recording's format", "report/read/a.c",
     '#include "tracer/store/recording.h"\n', None),
    ("but no other header of the tracer", "report/read/a.c",
     '#include "tracer/store/file.h"\n', "may not include"),
    ("the matcher stands alone", "matcher/trie.c",
     '#include "report/base/strbuf.h"\n', "may not include"),
    ("a relative include is refused", "report/draw/svg.c",
     '#include "svg.h"\n', "'svg.h' is not a path from the root"),
    ("a higher layer may include a lower one", "report/draw/svg.c",
     '#include "report/draw/svg.h"\n\n#include <stdio.h>\n\n'
     '#include "report/base/strbuf.h"\n#include "report/graph/profile.h"\n',
     None),
    ("the own header comes first", "report/draw/svg.c",
     '#include <stdio.h>\n\n#include "report/draw/svg.h"\n',
     "own header 'report/draw/svg.h' must come first"),
    ("system headers come before ours", "report/draw/svg.c",
     '#include "report/draw/svg.h"\n\n#include "report/base/strbuf.h"\n'
     '\n#include <stdio.h>\n', "<stdio.h> must come before ours"),
    ("headers are sorted", "report/draw/svg.c",
     '#include "report/draw/svg.h"\n\n#include <string.h>\n'
     '#include <stdio.h>\n', "'stdio.h' is out of order"),
    ("a comment that names an include is not one", "report/draw/svg.c",
     '#include "report/draw/svg.h"\n/* #include "cmd/cmd.h" */\n', None),
]


def run_checker(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
        return subprocess.run([sys.executable, CHECKER, root], text=True,
                              stdout=subprocess.PIPE, check=False)


class LayersTest(unittest.TestCase):
    def test_a_clean_tree_passes(self):
        self.assertEqual(run_checker(BASE).returncode, 0)

    def test_cases(self):
        for sentence, path, text, breach in CASES:
            with self.subTest(sentence):
                done = run_checker({**BASE, path: text})
                self.assertEqual(done.returncode, 1 if breach else 0,
                                 done.stdout)
                self.assertIn(breach or "in order", done.stdout)


if __name__ == "__main__":
    unittest.main()
