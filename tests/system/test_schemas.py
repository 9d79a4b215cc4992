"""The published schemas as a reader of events uses them: what is wrong in an event is found."""
import copy
import unittest

import jsonschema

from hall import Hall, validator
from test_service import quiet


class Schemas(unittest.TestCase):
    def test_a_wrong_event_is_found(self):
        with Hall(quiet) as hall:
            hall.start_hallqd()
            hall.send("ticket.issue", service="social")
            hall.hallqd.stop()
            issued = hall.events("ticket.issued")[-1]
        check = validator("ticket.issued").validate
        check(issued)

        def wrong(change):
            event = copy.deepcopy(issued)
            change(event)
            with self.assertRaises(jsonschema.ValidationError, msg=event):
                check(event)
        for time in ("2026-11-23", "2026-11-23T09:31:02", "2026-02-30T09:31:02.123+08:00", "now"):
            wrong(lambda event: event.update(time=time))
        wrong(lambda event: event.update(id="0x1"))
        wrong(lambda event: event.pop("era"))
        wrong(lambda event: event["data"].update(name="\u5f20\u4e09"))
        wrong(lambda event: event["data"].pop("ticket_id"))


if __name__ == "__main__":
    unittest.main()
