"""What etc/ ships, used as its comments say: the broker's settings under Debian's own main file, the demo and its
verdict."""
import os
import shutil
import signal
import socket
import subprocess
import unittest

from hall import Hall, ROOT, free_port, wait_for
from test_uplink import make_certificates, with_mqtt

# The words of Debian's /etc/mosquitto/mosquitto.conf, its folders moved. It comes first, conf.d behind it.
DEBIANS_MAIN = """pid_file {folder}/mosquitto.pid

persistence true
persistence_location {folder}/

log_dest file {folder}/mosquitto.log

include_dir {folder}/conf.d
"""


class BrokerSettings(unittest.TestCase):
    def test_start_under_debians_main_file(self):
        with Hall(with_mqtt) as hall:
            folder = hall.folder
            os.chmod(folder, 0o755)
            for name in ("conf.d", "certs"):
                os.mkdir(f"{folder}/{name}")
            make_certificates(f"{folder}/certs")
            subprocess.run(["mosquitto_passwd", "-b", "-c", f"{folder}/hallq.passwd", "test-01", "secret"], check=True,
                           timeout=20, capture_output=True)
            shutil.copy(os.path.join(ROOT, "etc", "mosquitto", "hallq.acl"), folder)
            with open(os.path.join(ROOT, "etc", "mosquitto", "hallq.conf"), encoding="utf-8") as file:
                settings = file.read()
            self.assertIn("listener 8883\n", settings)
            settings = settings.replace("listener 8883\n", f"listener {hall.mqtt_port} 127.0.0.1\n")
            with open(f"{folder}/conf.d/hallq.conf", "w", encoding="utf-8") as file:
                file.write(settings.replace("/etc/mosquitto/", f"{folder}/"))
            with open(f"{folder}/main.conf", "w", encoding="utf-8") as file:
                # A broker that root starts becomes the user mosquitto, who may not write here.
                file.write("user root\n" + DEBIANS_MAIN.format(folder=folder))
            for name in ("hallq.passwd", "hallq.acl"):
                os.chmod(f"{folder}/{name}", 0o600)
            broker = hall.start("mosquitto", ["mosquitto", "-c", f"{folder}/main.conf"])

            def listens():
                self.assertTrue(broker.is_running(), broker.errors())
                with socket.socket() as probe:
                    return probe.connect_ex(("127.0.0.1", hall.mqtt_port)) == 0
            wait_for("the broker listens", listens, 5)
            publish = ["mosquitto_pub", "-h", "localhost", "-p", str(hall.mqtt_port), "--cafile",
                       f"{folder}/certs/ca.pem", "-q", "1", "-t", "hallq/v1/test-01/status", "-m", "{}"]
            self.assertEqual(subprocess.run([*publish, "-u", "test-01", "-P", "secret"], timeout=10).returncode, 0)
            self.assertNotEqual(subprocess.run(publish, timeout=10, capture_output=True).returncode, 0)
            # A session's messages outlive the broker because the main file's persistence still holds.
            broker.stop()
            self.assertTrue(os.path.exists(f"{folder}/mosquitto.db"))


class Demo(unittest.TestCase):
    def run_demo(self, spoil):
        """The demo for some seconds, `spoil` called with the pids of its children by name; its end and its words."""
        port = free_port() % 30000 + 20000
        demo = subprocess.Popen(["bash", "etc/demo.sh", "--for", "8", "--port", str(port)], cwd=ROOT, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            # The log-in is made by then: the demo runs, and only watches.
            wait_for("the demo watches", lambda: demo.poll() is not None or "watch" in children(demo.pid), 120)
            spoil(children(demo.pid))
            words = demo.communicate(timeout=60)[0]
        finally:
            if demo.poll() is None:
                demo.terminate()
                demo.wait(30)
        return demo.returncode, words

    def test_notices_what_has_died(self):
        for name in ("hallqd", "hallq-sim", "mosquitto"):
            code, words = self.run_demo(lambda pids: os.kill(pids[name], signal.SIGKILL))
            self.assertEqual(code, 1, words)
            self.assertIn("This did not run to the end:", words)
            self.assertIn("0 passed, 1 failed", words)


def children(parent):
    """The pids of a process's children by the name of their program, and the one that watches."""
    found = {}
    with open(f"/proc/{parent}/task/{parent}/children", encoding="ascii") as file:
        for pid in file.read().split():
            try:
                with open(f"/proc/{pid}/comm", encoding="utf-8") as comm:
                    found[comm.read().strip()] = int(pid)
                with open(f"/proc/{pid}/cmdline", "rb") as words:
                    if b"\0watch\0" in words.read():
                        found["watch"] = int(pid)
            except OSError:
                pass
    return found


if __name__ == "__main__":
    unittest.main()
