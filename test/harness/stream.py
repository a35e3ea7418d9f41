"""A stream of JetStream that is fed from the log, and whether it has what the log has."""

import json
import random
import threading
import time

from . import program, relay, session, tap


class Stream:
    """`broker` is one or a cluster. Ids are forgotten at once, unless the settings say otherwise: nothing rests on their window."""

    def __init__(self, broker, name, **settings):
        self.broker, self.name = broker, name
        settings = {"stream": name, "subject": name.lower(), "duplicate_window": "100ms", **settings}
        self.address = broker.url() + "?" + "&".join(f"{key}={value}" for key, value in settings.items())

    def start(self, log, sink=None):
        return relay.Relay(log.url, "--sink", f"{sink or self.name.lower()}={self.address}")

    def delivered(self):
        """What is asked of a member that loses the lead at that moment is answered by nobody: then it is asked anew."""
        for tries_left in range(5, -1, -1):
            try:
                with self.broker.client() as client:
                    return [json.loads(body) for _, _, head, body in client.messages(self.name) if "Daybook-Seq" in head]
            except (OSError, EOFError):
                if not tries_left:
                    raise

    def verify(self, log, *arguments):
        return program.daybook("bus", "verify", "--url", log.url, "--sink", self.address, "--format", "json", *arguments)

    def last_place(self):
        """Of the last event in it; 0 where there is none or nobody to ask."""
        try:
            with self.broker.client() as client:
                state = client.state(self.name)
                last, place = state and state["last_seq"], None
                while last and not place:
                    found = client.message(self.name, last)
                    last, place = last - 1, found and found[1].get("Daybook-Seq")
                return int(place or 0)
        except (OSError, EOFError):
            return 0

    def has_all(self, log, limit_s=90):
        """Waits until the stream has as much as the log, then compares. The program's own comparison reads both sides another way,
        byte for byte."""
        relay.everything_sequenced(log)
        wanted = log.value("select last_seq from bus.v_log_status")
        tap.wait_until(lambda: self.last_place() >= wanted, f"the stream {self.name} has place {wanted}", limit_s, 0.1)
        relay.check_same(self.delivered(), relay.log_of(log))
        verified = self.verify(log)
        verified.exits(1 if verified.json()["verified"][0]["strangers"] else 0)


class Load:
    """Writers that go on until they are told to stop, whatever becomes of the server meanwhile."""

    def __init__(self, url, writers=2):
        self.url, self.stopped = url, threading.Event()
        self.threads = [threading.Thread(target=self._write, args=(number,)) for number in range(writers)]

    def _write(self, number):
        chance, one = random.Random(number), None
        while not self.stopped.is_set():
            try:
                one = one or session.Session(self.url)
                one.run(relay.emit(f"loaded {chance.randrange(5)}"))
                time.sleep(0.002)
            except (session.Refused, session.Lost, OSError, tap.Failure):
                one = None
                time.sleep(0.05)

    def __enter__(self):
        for each in self.threads:
            each.start()

    def __exit__(self, *_):
        self.stopped.set()
        for each in self.threads:
            each.join()
