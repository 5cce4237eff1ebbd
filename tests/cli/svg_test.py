#!/usr/bin/python3
"""Pictures of graphs with hostile names and of damaged graphs.

usage: svg_test.py SVG_DRAW
"""
import random
import subprocess
import sys
import unittest
import xml.etree.ElementTree

DRAW = sys.argv.pop(1)
SVG = '{http://www.w3.org/2000/svg}'
ELEMENTS = {SVG + name for name in (
    'svg', 'title', 'desc', 'style', 'rect', 'g', 'polygon', 'polyline',
    'path', 'ellipse', 'text')}
ATTRIBUTES = set('''width height viewBox preserveAspectRatio role aria-label
    style transform text-anchor font-family font-size class id x y textLength
    lengthAdjust fill stroke stroke-width stroke-dasharray points d cx cy rx
    ry'''.split())

NAMES = [
    '</text></svg><script>alert(1)</script>',
    '"><image href="http://example.com/x"/>',
    "' onload='alert(1)",
    '<![CDATA[x]]>', ']]>', '<!-- -->', '--><b>', '<?php ?>',
    '&lt;', '&amp;amp;', '&#60;b&#62;', '&nbsp;', '&unknown;', '&', '&&',
    'std::map<int, std::vector<Foo const&>>::operator[](int&&)',
    '(anonymous namespace)::f', 'operator<', 'operator->', 'a\\b', 'tab\tbed',
    'gr\u00fc\u00df', '\u8cc7\u6599\u8655\u7406', '\U0001f600', '\u202egnp.exe',
    '[\u2026]', 'x' * 20000, '%s%n', '\\N', '\\G\\E',
]


def quote(name):
    return name.replace('\\', '\\\\').replace('"', '\\"')


def graph(names):
    lines = ['digraph "' + quote(names[0]) + '" {',
             'subgraph cluster_L { "File: x" [shape=box label="File: x\\l"] }']
    for i, name in enumerate(names):
        text = quote(name)
        lines.append(f'N{i} [label="{text}" id="node{i}" shape=box '
                     f'tooltip="{text} (1MB)"]')
        lines.append(f'N0 -> N{i} [label=" 1MB" '
                     f'tooltip="main -> {text} (1MB)"]')
    return '\n'.join(lines + ['}']).encode('utf-8', 'surrogateescape')


def draw(dot, *args):
    return subprocess.run([DRAW, *args], input=dot, capture_output=True,
                          timeout=100)


class SvgTest(unittest.TestCase):
    def assert_plain(self, svg):
        root = xml.etree.ElementTree.fromstring(svg)
        for element in root.iter():
            self.assertIn(element.tag, ELEMENTS)
            self.assertLessEqual(set(element.keys()), ATTRIBUTES)
        return root

    def picture(self, names, *args):
        result = draw(graph(names), *args)
        self.assertEqual(result.stderr, b'')
        self.assertEqual(result.returncode, 0)
        return self.assert_plain(result.stdout)

    def test_names_are_shown_as_they_are(self):
        root = self.picture(NAMES)
        titles = [title.text for title in root.iter(SVG + 'title')]
        texts = [text.text for text in root.iter(SVG + 'text')]
        for name in NAMES:
            shown = ' '.join(name.split())
            self.assertIn(shown, [' '.join(t.split()) for t in texts if t])
            for title in f'{shown} (1MB)', f'main -> {shown} (1MB)':
                self.assertIn(title, [' '.join(t.split()) for t in titles])

    def test_bytes_that_are_no_text_are_replaced(self):
        names = ['a\x01b', 'a\x1b[31mb', 'a\udcffb', 'a\udcc0\udc80b', 'a\x7fb']
        root = self.picture(names)
        for text in root.iter(SVG + 'text'):
            if text.text.startswith('a'):
                self.assertRegex(text.text, '^a\ufffd+(\\[31m)?b$')

    def test_title_is_shown_as_it_is(self):
        for name in NAMES[:-4]:
            root = self.picture(['x'], name)
            self.assertEqual(root.find(SVG + 'title').text, name)
            self.assertEqual(' '.join(root.get('aria-label').split()),
                             ' '.join(name.split()))

    def test_every_box_and_edge_has_a_title(self):
        root = self.picture(['main', 'parse', 'read'])
        groups = [g for g in root.iter(SVG + 'g')
                  if g.get('class') in ('node', 'edge')]
        self.assertEqual(len(groups), 6)
        for group in groups:
            self.assertRegex(group.find(SVG + 'title').text, r' \(1MB\)$')

    def test_damaged_graphs_are_drawn_or_refused(self):
        chance = random.Random(1)
        good = graph(['main', 'parse<int>', 'a & b', 'read'])
        drawn = 0
        for _ in range(150):
            dot = bytearray(good)
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(dot))
                dot[at:at + chance.randint(0, 3)] = chance.choice(
                    [b'"', b'<', b'>', b'&', b'\\', b'{', b'}', b'\0', b'\xff',
                     b'', bytes([chance.randrange(256)]), b'99999999',
                     b' shape=record ', b' label=<<b>x</b>> '])
            result = draw(bytes(dot))
            if result.returncode == 0:
                drawn += 1
                self.assert_plain(result.stdout)
            else:
                self.assertEqual(result.stdout, b'')
                self.assertEqual(result.stderr.count(b'\n'), 1, result.stderr)
        self.assertGreater(drawn, 10)

    def test_deep_graph_is_drawn(self):
        dot = 'digraph x {' + '->'.join(f'N{i}' for i in range(2000)) + '}'
        result = draw(dot.encode())
        self.assertEqual(result.stderr, b'')
        self.assert_plain(result.stdout)


if __name__ == '__main__':
    unittest.main()
