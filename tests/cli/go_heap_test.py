#!/usr/bin/python3
"""A running Go program is asked for its heap, which is drawn.

usage: go_heap_test.py SPILL MAIN.GO
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

SPILL, SOURCE = sys.argv[1:3]
del sys.argv[1:3]
SVG = '{http://www.w3.org/2000/svg}'


class GoHeapTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory()
        program = os.path.join(cls.dir.name, 'go_heap')
        subprocess.run(['go', 'build', '-o', program, SOURCE], check=True,
                       env={**os.environ, 'GOFLAGS': '-mod=mod',
                            'GO111MODULE': 'off',
                            'GOCACHE': os.path.join(cls.dir.name, 'cache')})
        cls.program = subprocess.Popen([program], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        cls.port = cls.program.stdout.readline().strip()

    @classmethod
    def tearDownClass(cls):
        cls.program.stdin.close()
        cls.program.wait(10)
        cls.program.stdout.close()
        cls.dir.cleanup()

    def spill(self, *args):
        return subprocess.run([SPILL, *args], capture_output=True, text=True,
                              timeout=100, cwd=self.dir.name)

    def titles(self, *args):
        result = self.spill(*args)
        self.assertEqual(result.stderr, '')
        self.assertEqual(result.returncode, 0)
        root = xml.etree.ElementTree.fromstring(result.stdout)
        self.assertEqual(root.tag, SVG + 'svg')
        return [title.text for title in root.iter(SVG + 'title')]

    def assert_title(self, titles, pattern):
        self.assertTrue(any(re.fullmatch(pattern, t) for t in titles),
                        (pattern, titles))

    def test_what_was_allocated_is_drawn(self):
        url = 'http://localhost:%s/debug/pprof/heap' % self.port
        titles = self.titles('svg', '-alloc_space', url)
        # 1,000 blocks of 4 KiB and 3,000 of 8 KiB
        self.assert_title(titles, r'main\.keepBlocks \((3\.9\d|4)MB\)|'
                                  r'main\.keepBlocks \(4\d\d\d.*kB\)')
        self.assert_title(titles, r'main\.dropBlocks \(23\.\d+MB\)|'
                                  r'main\.dropBlocks \(240\d\d.*kB\)')
        self.assert_title(titles, r'main\.main -> main\.dropBlocks \(.*\)')

    def test_what_was_dropped_is_not_in_use(self):
        titles = self.titles('svg', '-inuse_space', ':' + self.port)
        self.assert_title(titles, r'main\.keepBlocks \(.*\)')
        self.assertNotIn('main.dropBlocks', ' '.join(titles))

    def test_objects_are_counted(self):
        result = self.spill('top', '-alloc_objects', 'localhost:' + self.port)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r'(?m)^ *300\d .* main\.dropBlocks$')

    def test_wrong_path_is_one_line(self):
        result = self.spill('svg', ':%s/debug/pprof/nothing' % self.port)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, '')
        self.assertRegex(result.stderr,
                         r'\Aspill: cannot fetch .* status 404.*\n\Z')

    def test_what_go_says_is_passed_on(self):
        url = ':%s/debug/pprof/heap?seconds=x' % self.port
        result = self.spill('svg', url)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr.count('\n'), 1)
        self.assertIn('invalid value for "seconds"', result.stderr)


if __name__ == '__main__':
    if not shutil.which('go'):
        print('no go: install golang-go')
        sys.exit(77)
    unittest.main()
