"""A broker of ours for one client at a time: MQTT 5 as far as hallqd speaks it, and wrong in whatever way a test asks."""
import json
import socket
import struct
import threading
import time

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 1, 2, 3, 4, 8, 9, 12, 13, 14
NOT_AUTHORIZED = 0x87


class Broker:
    """`decide(publication)` says how each publication is answered: a reason code, or None for not (yet)."""

    def __init__(self, port, decide=lambda publication: 0, receive_maximum=None, maximum_packet=None, is_silent=False,
                 granted=1):
        self.decide = decide
        self.granted = granted  # how a subscription is answered
        self.goodbyes = 0
        self.is_silent = is_silent
        self.properties = b""
        if receive_maximum:
            self.properties += struct.pack(">BH", 0x21, receive_maximum)
        if maximum_packet:
            self.properties += struct.pack(">BI", 0x27, maximum_packet)
        self.published = []  # (connection number, topic, payload), in order of arrival
        self.connects = []  # when, monotonic
        self.unanswered = {}  # packet id -> seq of its event, of this connection
        self.most_unanswered = 0
        self._listener = socket.create_server(("127.0.0.1", port))
        self._client = None
        self._is_ending = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._is_ending = True
        self._listener.shutdown(socket.SHUT_RDWR)
        self.cut()
        self._thread.join(5)
        self._listener.close()

    def cut(self):
        if self._client:
            try:
                self._client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def events(self, connection=None):
        """The seqs of the events that came, in order, of one connection or of all."""
        return [int(json.loads(payload)["id"]) for number, topic, payload in list(self.published)
                if "/events/" in topic and connection in (None, number)]

    def acknowledge(self, *packet_ids):
        for packet_id in packet_ids:
            with self._lock:
                self.unanswered.pop(packet_id, None)
            self._send(PUBACK, 0, struct.pack(">HBB", packet_id, 0, 0))

    def _serve(self):
        while not self._is_ending:
            try:
                self._client, _ = self._listener.accept()
            except OSError:
                return
            self.connects.append(time.monotonic())
            self.unanswered.clear()
            try:
                with self._client:
                    while self._take_packet():
                        pass
            except (OSError, EOFError):
                pass

    def _read(self, count):
        data = b""
        while len(data) < count:
            more = self._client.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def _send(self, kind, flags, body):
        length, header = len(body), bytes([kind << 4 | flags])
        while True:
            header += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
            length >>= 7
            if not length:
                break
        self._client.sendall(header + body)

    def _take_packet(self):
        kind = self._read(1)[0]
        length = shift = 0
        while True:
            byte = self._read(1)[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        body = self._read(length)
        if self.is_silent:
            return True
        if kind >> 4 == CONNECT:
            self._send(CONNACK, 0, bytes([0, 0, len(self.properties)]) + self.properties)
        elif kind >> 4 == SUBSCRIBE:
            self._send(SUBACK, 0, body[:2] + bytes([0, self.granted]))
        elif kind >> 4 == PINGREQ:
            self._send(PINGRESP, 0, b"")
        elif kind >> 4 == DISCONNECT:
            self.goodbyes += 1
        elif kind >> 4 == PUBLISH:
            self._take_publication(body)
        return True

    def _take_publication(self, body):
        topic_length = struct.unpack_from(">H", body)[0]
        topic = body[2:2 + topic_length].decode()
        packet_id = struct.unpack_from(">H", body, 2 + topic_length)[0]
        at = 4 + topic_length
        properties_length = body[at]  # What hallqd sends is below 128 bytes.
        payload = body[at + 1 + properties_length:]
        self.published.append((len(self.connects), topic, payload))
        seq = int(json.loads(payload)["id"]) if "/events/" in topic else 0
        with self._lock:
            self.unanswered[packet_id] = seq
            self.most_unanswered = max(self.most_unanswered, len(self.unanswered))
        reason = self.decide((topic, seq))
        if reason is not None:
            with self._lock:
                self.unanswered.pop(packet_id, None)
            self._send(PUBACK, 0, struct.pack(">HBB", packet_id, reason, 0))
