"""Profiles: the shipped ones and their published schema, and hallq check's word on both."""
import glob
import json
import os
import re
import subprocess
import unittest

import jsonschema

from hall import BIN, Hall, ROOT

PROFILES = os.path.join(ROOT, "etc", "profiles")


def without_comments(text):
    """JSON of a profile. A // inside a string would be none; no shipped profile has one."""
    return json.loads("\n".join(line.split("//")[0] for line in text.splitlines()))


def shipped():
    """Every shipped profile by name."""
    found = {}
    for path in sorted(glob.glob(f"{PROFILES}/*.jsonc")):
        with open(path, encoding="utf-8") as file:
            found[os.path.basename(path)[:-len(".jsonc")]] = without_comments(file.read())
    return found


def validator():
    with open(os.path.join(ROOT, "protocol", "schemas", "profile.json"), encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def check(profile, role="terminal", name="test", has_printer=True, protocol="modbus-rtu"):
    """hallq check of a small hall with one device of this profile: exit code and words. A dispenser has a printer."""
    def change(config, hall):
        device = {"id": "the-device", "profile": name, "role": role, "address": 7}
        if role in ("terminal", "keypad", "unit"):
            device["window"] = 1
        if role == "dispenser":
            device["keys"] = {"1": "social"}
        config["buses"][0]["devices"] = [device]
        config["buses"][0]["protocol"] = protocol
        config["profiles_dir"] = hall.folder
        if role == "dispenser" and has_printer:
            config["buses"].append({"id": "paper", "protocol": "escpos", "port": f"{hall.folder}/paper", "baud": 9600,
                                    "devices": [{"id": "printer-1", "role": "printer", "dispenser": "the-device"}]})
    with Hall(change) as hall:
        if profile is not None:
            with open(f"{hall.folder}/{name}.jsonc", "w", encoding="utf-8") as file:
                json.dump(profile, file, indent=1)
        else:
            os.symlink(f"{PROFILES}/{name}.jsonc", f"{hall.folder}/{name}.jsonc")
        done = subprocess.run([f"{BIN}/hallq", "check", hall.file], capture_output=True, text=True, timeout=20)
        return done.returncode, done.stdout + done.stderr


class Profiles(unittest.TestCase):
    def test_shipped_ones_fit_their_schema_and_are_taken(self):
        profiles, schema = shipped(), validator()
        self.assertLessEqual({"hallq-1", "relay-8", "keypad-clear", "button-box", "ff68"}, set(profiles))
        for name, profile in profiles.items():
            with self.subTest(name):
                schema.validate(profile)
                self.assertEqual(profile["name"], name)
                if "role" in profile or profile["reading"] == "unasked":
                    code, words = check(None, profile.get("role", "keypad"), name,
                                        protocol="ff68" if profile["reading"] == "unasked" else "modbus-rtu")
                    self.assertEqual(code, 0, words)

    def test_schema_refuses_what_check_refuses(self):
        relay, schema = shipped()["relay-8"], validator()
        changes = [
            ("unknown key", lambda p: p.update(speed=1), "speed"),
            ("wrong type", lambda p: p.update(answer_ms="60"), "answer_ms"),
            ("no such reading", lambda p: p.update(reading="poll"), "reading"),
            ("no such key", lambda p: p["codes"].update({"0": "nxt"}), "codes.0"),
            ("step without address", lambda p: p["write"][0].pop("coil"), "write[0]"),
            ("no such state", lambda p: p["write"][0]["bits"].append("calld"), "write[0].bits"),
            ("function of registers", lambda p: p["read"].update(function=9), "read.function"),
            ("a hex digit too many", lambda p: p["codes"].update({"0x00004": "call"}), "codes.0x00004"),
            ("identity of nothing", lambda p: p.update(identity={"function": 4}), "identity"),
        ]
        for what, change, place in changes:
            with self.subTest(what):
                profile = json.loads(json.dumps(relay))
                change(profile)
                self.assertFalse(schema.is_valid(profile))
                code, words = check({**profile, "name": "test"})
                self.assertEqual(code, 2, words)
                self.assertRegex(words, rf"test\.jsonc:\d+: {re.escape(place)}")

    def test_schema_refuses_no_kind_as_check_does(self):
        profile, schema = shipped()["hallq-1"], validator()
        self.assertEqual(schema.schema["$defs"]["reference"]["properties"]["map"]["default"], profile.pop("map"))
        self.assertTrue(schema.is_valid(profile))
        profile["name"] = "test"
        profile["roles"]["board"]["kind"] = 0
        self.assertFalse(schema.is_valid(profile))
        code, words = check(profile)
        self.assertEqual(code, 2, words)
        self.assertRegex(words, r"test\.jsonc:\d+: roles\.board\.kind")

    def test_schema_refuses_what_check_refuses_of_callers(self):
        caller, schema = shipped()["ff68"], validator()
        changes = [
            ("registers", lambda p: p.update(input={}), "input"),
            ("no such key", lambda p: p["codes"]["terminal"].update(nxt="0C"), "codes.terminal.nxt"),
            ("no byte", lambda p: p["codes"]["terminal"].update(next="C"), "codes.terminal.next"),
            ("no digit", lambda p: p["codes"]["terminal"].update(hold="0A 0F"), "codes.terminal.hold"),
            ("no grade", lambda p: p["codes"]["keypad"].update({"1": 6}), "codes.keypad.1"),
            ("no codes", lambda p: p.pop("codes"), "codes"),
        ]
        for what, change, place in changes:
            with self.subTest(what):
                profile = json.loads(json.dumps(caller))
                change(profile)
                self.assertFalse(schema.is_valid(profile))
                code, words = check({**profile, "name": "test"}, protocol="ff68")
                self.assertEqual(code, 2, words)
                self.assertRegex(words, rf"test\.jsonc:\d+: {place}")

    def test_says_what_the_hall_will_not_have(self):
        profile = shipped()["relay-8"]
        profile["name"] = "test"
        del profile["write"][1]
        code, words = check(profile)
        self.assertEqual(code, 0, words)
        self.assertIn("does not show why a key was refused", words)
        code, words = check(None, "dispenser", "button-box", has_printer=False)
        self.assertEqual(code, 2, words)
        self.assertIn("found button-box, which has no printer", words)


if __name__ == "__main__":
    unittest.main()
