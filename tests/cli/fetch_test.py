#!/usr/bin/python3
"""spill-fetch against servers that do as they should and as they should not.

usage: fetch_test.py SPILL-FETCH
"""
import http.server
import os
import socket
import subprocess
import sys
import threading
import time
import unittest

FETCH = sys.argv.pop(1)
BODY = bytes(range(256)) * 4096


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def answer(self, body, status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace('_', '-'), value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = self.path.split('?')[0]
        getattr(self, 'get_' + path.strip('/').replace('-', '_'))()

    def get_good(self):
        self.answer(BODY)

    def get_gzip(self):
        # What is sent is the profile; nobody is to unpack it on the way.
        self.answer(b'\x1f\x8b packed', Content_Encoding='gzip')

    def get_empty(self):
        self.answer(b'')

    def get_agent(self):
        self.answer(self.headers['User-Agent'].encode())

    def get_missing(self):
        self.answer(b'no\n', 404, Content_Type='text/plain')

    def get_go_error(self):
        self.answer(b'profile already in use\nmore\n', 500,
                    Content_Type='text/plain; charset=utf-8', X_Go_Pprof='1')

    def get_html_error(self):
        self.answer(b'<b>not for you</b>', 500, Content_Type='text/html',
                    X_Go_Pprof='1')

    def get_plain_error(self):
        self.answer(b'not for you', 500, Content_Type='text/plain')

    def get_redirect(self):
        self.answer(b'', 302, Location='/good')

    def get_loop(self):
        self.answer(b'', 302, Location='/loop')

    def get_to_file(self):
        self.answer(b'', 302, Location='file:///etc/passwd')

    def get_to_gopher(self):
        self.answer(b'', 302, Location='gopher://localhost:1/x')

    def get_cut(self):
        self.send_response(200)
        self.send_header('Content-Length', str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY[:1000])
        self.close_connection = True

    def get_huge(self):
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(BODY)
        except OSError:
            pass

    def get_slow(self):
        self.send_response(200)
        self.send_header('Content-Length', '1000')
        self.end_headers()
        self.close_connection = True
        try:
            for _ in range(100):
                self.wfile.write(b'x')
                time.sleep(0.1)
        except OSError:
            pass

    def get_late(self):
        time.sleep(2)
        self.answer(b'late')

    def get_garbage(self):
        self.wfile.write(b'\x00\xff\x1b[31m nonsense\r\n\r\n')
        self.close_connection = True

    def get_endless_header(self):
        self.close_connection = True
        try:
            self.wfile.write(b'HTTP/1.1 200 OK\r\n')
            while True:
                self.wfile.write(b'X-Long: ' + b'y' * 60000 + b'\r\n')
        except OSError:
            pass


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args):
        pass


class FetchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Quiet(('127.0.0.1', 0), Server)
        cls.base = 'http://127.0.0.1:%d/' % cls.server.server_port
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def fetch(self, *args, **env):
        return subprocess.run([FETCH, *args], capture_output=True, timeout=100,
                              env={**os.environ, **env})

    def get(self, path, *options, **env):
        return self.fetch(*options, self.base + path, **env)

    def assert_gives(self, path, body, *options, **env):
        result = self.get(path, *options, **env)
        self.assertEqual(result.stderr, b'')
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stdout, body)

    def assert_refused(self, result, *parts):
        error = result.stderr.decode()
        self.assertEqual(result.returncode, 1, error)
        self.assertEqual(result.stdout, b'')
        self.assertTrue(error.startswith("spill-fetch: cannot fetch '"), error)
        self.assertEqual(error.count('\n'), 1, error)
        for part in parts:
            self.assertIn(part, error)

    def test_body_comes_through_unchanged(self):
        self.assert_gives('good', BODY)
        self.assert_gives('gzip', b'\x1f\x8b packed')

    def test_it_says_who_it_is(self):
        self.assertRegex(self.get('agent').stdout, rb'^spill/\d')

    def test_redirect_is_followed(self):
        self.assert_gives('redirect', BODY)

    def test_redirects_end_and_stay_on_the_web(self):
        self.assert_refused(self.get('loop'), 'redirects')
        self.assert_refused(self.get('to-file'), 'file',
                            'only http and https')
        self.assert_refused(self.get('to-gopher'), 'only http and https')

    def test_other_protocols_are_refused(self):
        for url in 'file:///etc/passwd', 'ftp://localhost/x', 'dict://x:1/d':
            self.assert_refused(self.fetch(url), 'only http and https')

    def test_go_says_itself_what_is_wrong(self):
        self.assert_refused(self.get('go-error'),
                            'status 500: profile already in use\n')

    def test_other_servers_are_not_quoted(self):
        for path in 'html-error', 'plain-error':
            result = self.get(path)
            self.assert_refused(result, 'status 500')
            self.assertNotIn(b'for you', result.stderr)

    def test_wrong_path_is_named(self):
        self.assert_refused(self.get('missing'), 'status 404; is the path')

    def test_empty_answer_is_refused(self):
        self.assert_refused(self.get('empty'), 'empty')

    def test_answer_cut_short_is_refused(self):
        self.assert_refused(self.get('cut'), 'cut short')

    def test_size_has_a_ceiling(self):
        self.assert_refused(self.get('huge', '-m', '3000000'),
                            'more than 3000000 bytes')
        self.assert_gives('good', BODY, '-m', str(len(BODY)))
        self.assert_refused(self.get('good', '-m', str(len(BODY) - 1)),
                            'more than')

    def test_time_has_a_ceiling(self):
        start = time.monotonic()
        self.assert_refused(self.get('slow', '-t', '1'), 'timed out')
        self.assertLess(time.monotonic() - start, 8)

    def test_seconds_in_the_url_extend_the_time(self):
        self.assert_refused(self.get('late', '-t', '1'), 'timed out')
        self.assert_gives('late?debug=0&seconds=10', b'late', '-t', '1')

    def test_garbage_is_refused(self):
        result = self.get('garbage')
        self.assert_refused(result)
        self.assertNotIn(b'\x1b', result.stderr)

    def test_endless_headers_are_refused(self):
        self.assert_refused(self.get('endless-header', '-t', '20'))

    def test_nobody_listening_is_explained(self):
        with socket.socket() as closed:
            closed.bind(('127.0.0.1', 0))
            url = 'http://127.0.0.1:%d/' % closed.getsockname()[1]
            self.assert_refused(self.fetch(url), 'is the program running')

    def test_own_machine_is_not_asked_of_a_proxy(self):
        self.assert_gives('good', BODY, http_proxy='http://127.0.0.1:1',
                          no_proxy='')

    def test_wrong_usage_is_told(self):
        for args in [], ['a', 'b'], ['-x', 'a'], ['-t', '0', 'a']:
            result = self.fetch(*args)
            self.assertEqual(result.returncode, 2)
            self.assertIn(b'usage: spill-fetch', result.stderr)


if __name__ == '__main__':
    unittest.main()
