#!/usr/bin/python3
"""The picture in Chromium: text in its boxes, whichever the font; a light
ground of its own on a dark page; scaled to a phone.

usage: svg_browser_test.py SVG_DRAW
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zlib

DRAW = sys.argv.pop(1)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       'svg_browser.dot'), 'rb') as dot:
    DOT = dot.read()

MEASURE = '''<script>
const found = [];
for (const node of document.querySelectorAll('.node, .legend')) {
    const box = node.querySelector('polygon').getBBox();
    for (const text of node.querySelectorAll('text')) {
        const t = text.getBBox();
        found.push([text.textContent, t.x - box.x,
            box.x + box.width - t.x - t.width, t.y - box.y,
            box.y + box.height - t.y - t.height]);
    }
}
document.body.textContent = 'FOUND' + JSON.stringify(found) + 'END';
</script>'''


def chromium(*args):
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(
            ['chromium', '--headless', '--no-sandbox', '--disable-gpu',
             '--disable-quic', '--no-first-run',
             '--disable-background-networking', '--disable-component-update',
             '--disable-sync', '--hide-scrollbars',
             '--user-data-dir=' + profile, *args],
            capture_output=True, timeout=120).stdout.decode()


def decode_row(kind, row, above, step):
    out = bytearray(row)
    for i, byte in enumerate(row):
        a = out[i - step] if i >= step else 0
        b = above[i]
        c = above[i - step] if i >= step else 0
        guess = [0, a, b, (a + b) // 2, 0][kind]
        if kind == 4:
            guess = min((a, b, c), key=lambda x: abs(a + b - c - x))
        out[i] = (byte + guess) & 255
    return out


def read_png(path):
    """The rows of a PNG as bytes, and the bytes of a pixel."""
    with open(path, 'rb') as file:
        data = file.read()
    packed, at = b'', 8
    while at < len(data):
        length = int.from_bytes(data[at:at + 4], 'big')
        kind, body = data[at + 4:at + 8], data[at + 8:at + 8 + length]
        if kind == b'IHDR':
            width = int.from_bytes(body[:4], 'big')
            step = {2: 3, 6: 4}[body[9]]
        if kind == b'IDAT':
            packed += body
        at += length + 12
    raw, rows = zlib.decompress(packed), []
    above = bytearray(width * step)
    for at in range(0, len(raw), width * step + 1):
        row = raw[at + 1:at + 1 + width * step]
        above = decode_row(raw[at], row, above, step)
        rows.append(above)
    return rows, step


class BrowserTest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.svg = subprocess.run([DRAW, 'app'], input=DOT, check=True,
                                  capture_output=True).stdout.decode()

    def tearDown(self):
        self.dir.cleanup()

    def path(self, name, text=None):
        path = os.path.join(self.dir.name, name)
        if text is not None:
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)
        return path

    def gaps(self, font):
        svg = re.sub('font-family="[^"]*"', f'font-family="{font}"', self.svg)
        page = self.path('page.html', '<!doctype html><meta charset="utf-8">'
                         f'<body>{svg}{MEASURE}')
        dom = chromium('--dump-dom', 'file://' + page)
        found = re.search('FOUND(.*)END', dom)
        self.assertTrue(found, dom)
        return json.loads(found[1].replace('&lt;', '<').replace('&gt;', '>')
                          .replace('&amp;', '&'))

    def test_text_stays_in_its_box(self):
        for font in "Helvetica,Arial,sans-serif", 'DejaVu Sans', 'monospace':
            gaps = self.gaps(font)
            self.assertGreater(len(gaps), 14)
            for text, left, right, top, bottom in gaps:
                if not text.isascii() and font == 'monospace':
                    continue
                self.assertGreater(left, 2, (font, text))
                self.assertGreater(right, 2, (font, text))
                self.assertGreater(top, -1, (font, text))
                self.assertGreater(bottom, -1, (font, text))

    def shoot(self, width):
        self.path('app.svg', self.svg)
        page = self.path('page.html', '<!doctype html><body style="margin:0;'
                         'background:#000"><img src="app.svg" style="display:'
                         'block;width:100%">')
        png = self.path('page.png')
        chromium('--screenshot=' + png, f'--window-size={width},600',
                 'file://' + page)
        return read_png(png)

    def test_picture_is_light_on_a_dark_page_at_any_width(self):
        for width in 1280, 500:
            rows, step = self.shoot(width)
            self.assertEqual(len(rows[0]), width * step)
            # the corners of the picture, which fills the width
            self.assertEqual(rows[1][:3], b'\xff\xff\xff')
            self.assertEqual(rows[1][-step:][:3], b'\xff\xff\xff')
            # the boxes' red is somewhere
            pixels = {bytes(row[i:i + 3]) for row in rows
                      for i in range(0, len(row), step)}
            self.assertIn(b'\xed\xd5\xd5', pixels)

    def test_picture_is_scaled_whole(self):
        box = re.search('viewBox="0 0 ([0-9.]+) ([0-9.]+)"', self.svg)
        height = round(500 * float(box[2]) / float(box[1]))
        self.assertLess(height, 590)
        rows, _ = self.shoot(500)
        self.assertEqual(rows[height - 4][:3], b'\xff\xff\xff')
        self.assertEqual(rows[height + 4][:3], b'\x00\x00\x00')

    def wide_svg(self):
        """A picture of the shape of a real one, too wide for any window."""
        dot = 'digraph {\nnode [shape=box]\n' + ''.join(
            f'N{i} [label="function_{i:04}" id="node{i}"]\n'
            for i in range(1, 25)) + '}\n'
        return subprocess.run([DRAW, 'app'], input=dot.encode(), check=True,
                              capture_output=True).stdout.decode()

    def test_picture_opened_by_itself_fits_the_window(self):
        svg = self.wide_svg()
        # its right end
        end = '<rect x="98%" width="2%" height="100%" fill="#0f0"/></svg>'
        path = self.path('wide.svg', svg.replace('</svg>', end))
        width, height = map(float, re.search(
            'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', svg).groups())
        self.assertGreater(width, 1500)
        png = self.path('wide.png')
        for window in 1300, 500:
            chromium('--screenshot=' + png, f'--window-size={window},600',
                     'file://' + path)
            rows, step = read_png(png)
            middle = rows[int(window * height / width / 2)]
            self.assertEqual(middle[-3 * step:][:3], b'\x00\xff\x00')
            self.assertNotEqual(middle[-step * window // 20:][:3],
                                b'\x00\xff\x00')

    def test_picture_has_its_own_size_in_a_page(self):
        self.path('wide.svg', self.wide_svg())
        page = self.path('page.html', """<!doctype html>
            <body onload="document.body.textContent = 'SIZE' +
            i.naturalWidth + ',' + i.naturalHeight + ',' + i.width + 'END'">
            <img id=i src=wide.svg>""")
        dom = chromium('--dump-dom', 'file://' + page)
        wide, high, shown = map(int, re.search(
            r'SIZE(\d+),(\d+),(\d+)END', dom).groups())
        box = re.search('viewBox="0 0 ([0-9.]+) ([0-9.]+)"',
                        self.wide_svg())
        self.assertLessEqual(abs(wide - float(box[1]) * 4 / 3), 1)
        self.assertLessEqual(abs(high - float(box[2]) * 4 / 3), 1)
        self.assertEqual(shown, wide)


if __name__ == '__main__':
    if not shutil.which('chromium'):
        print('no chromium: install chromium')
        sys.exit(77)
    unittest.main()
