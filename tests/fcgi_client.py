# SPDX-License-Identifier: GPL-3.0-or-later
"""A FastCGI responder's peer, as small as a test needs it: one request, one answer.

Independent of libfcgi and of src/fcgi on purpose: it knows the protocol, not our code.
"""
import socket
import struct

VERSION = 1
BEGIN_REQUEST, END_REQUEST, PARAMS, STDIN, STDOUT, STDERR = 1, 3, 4, 5, 6, 7
RESPONDER, KEEP_CONN = 1, 1


class ProtocolError(Exception):
    """The responder closed too early, or sent what FastCGI does not allow."""


class Response:
    """status: int; headers: list of (name, value) as sent; body: bytes; errors: bytes of STDERR."""

    def __init__(self, raw, errors=b''):
        head, separator, self.body = raw.partition(b'\r\n\r\n')
        if not separator:
            raise ProtocolError('no blank line behind the header: %r' % raw[:200])
        self.raw, self.errors, self.headers, self.status = raw, errors, [], 200
        for line in head.split(b'\r\n'):
            name, colon, value = line.decode('latin-1').partition(':')
            if not colon:
                raise ProtocolError('not a header line: %r' % line)
            if name.lower() == 'status':
                self.status = int(value.split()[0])
            else:
                self.headers.append((name.strip(), value.strip()))

    def header(self, name, default=None):
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return default

    @property
    def text(self):
        return self.body.decode('utf-8')


def record(kind, content=b'', request_id=1, padding=None):
    if padding is None:
        padding = -len(content) % 8
    return struct.pack('>BBHHBx', VERSION, kind, request_id, len(content), padding) + content + bytes(padding)


def _length(n):
    return bytes([n]) if n < 128 else struct.pack('>I', n | 0x80000000)


def pairs(params):
    out = b''
    for name, value in params.items():
        name, value = name.encode(), value if isinstance(value, bytes) else str(value).encode()
        out += _length(len(name)) + _length(len(value)) + name + value
    return out


def stream(kind, content, request_id=1):
    out = b''
    for start in range(0, len(content), 32768):
        out += record(kind, content[start:start + 32768], request_id)
    return out + record(kind, b'', request_id)


def request_bytes(url, method='GET', headers=None, body=b'', params=None, keep=True, request_id=1):
    path, _, query = url.partition('?')
    fields = {
        'REQUEST_METHOD': method, 'REQUEST_URI': url, 'SCRIPT_NAME': path, 'DOCUMENT_URI': path,
        'QUERY_STRING': query, 'SERVER_PROTOCOL': 'HTTP/1.1', 'GATEWAY_INTERFACE': 'CGI/1.1',
        'REMOTE_ADDR': '192.0.2.1', 'SERVER_NAME': 'localhost', 'SERVER_PORT': '80',
        'HTTP_HOST': 'localhost', 'CONTENT_LENGTH': str(len(body)) if body else '',
    }
    for name, value in (headers or {}).items():
        fields['HTTP_' + name.upper().replace('-', '_')] = value
    fields.update(params or {})
    begin = struct.pack('>HB5x', RESPONDER, KEEP_CONN if keep else 0)
    return (record(BEGIN_REQUEST, begin, request_id) + stream(PARAMS, pairs(fields), request_id)
            + stream(STDIN, body, request_id))


class Client:
    """A kept connection to a socket path or a (host, port); dials again when it was closed."""

    def __init__(self, address, timeout=30):
        self.address, self.timeout, self.socket, self.buffer = address, timeout, None, b''

    def dial(self):
        self.close()
        if isinstance(self.address, tuple):
            self.socket = socket.create_connection(self.address, self.timeout)
        else:
            dialled = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            dialled.settimeout(self.timeout)
            try:
                dialled.connect(self.address)
            except OSError:
                dialled.close()
                raise
            self.socket = dialled

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.socket, self.buffer = None, b''

    def _take(self, n):
        while len(self.buffer) < n:
            more = self.socket.recv(65536)
            if not more:
                raise ProtocolError('closed in the middle of an answer')
            self.buffer += more
        taken, self.buffer = self.buffer[:n], self.buffer[n:]
        return taken

    def _answer(self, request_id):
        out, err = [], []
        while True:
            version, kind, rid, length, padding = struct.unpack('>BBHHBx', self._take(8))
            content = self._take(length + padding)[:length]
            if version != VERSION or rid != request_id:
                raise ProtocolError('record of version %d, id %d' % (version, rid))
            if kind == STDOUT:
                out.append(content)
            elif kind == STDERR:
                err.append(content)
            elif kind == END_REQUEST:
                _, status = struct.unpack('>IB3x', content)
                if status:
                    raise ProtocolError('protocol status %d' % status)
                return Response(b''.join(out), b''.join(err))
            else:
                raise ProtocolError('record of type %d' % kind)

    def request(self, url, method='GET', headers=None, body=b'', params=None, keep=True, request_id=1):
        data = request_bytes(url, method, headers, body, params, keep, request_id)
        fresh = self.socket is None
        if fresh:
            self.dial()
        try:
            self.socket.sendall(data)
            answer = self._answer(request_id)
        except (BrokenPipeError, ConnectionResetError, ProtocolError):
            if fresh:
                raise
            # A kept connection may be closed under us between two requests; once is no fault.
            self.dial()
            self.socket.sendall(data)
            answer = self._answer(request_id)
        if not keep:
            self.close()
        return answer

    def get(self, url, **headers):
        """client.get('/blog/', Accept_Encoding='gzip')"""
        return self.request(url, headers={k.replace('_', '-'): v for k, v in headers.items()})
