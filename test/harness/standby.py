"""A hot standby: a server of the test's own that follows another one and can only be read."""

import os

from . import program, server, tap


class Standby(server.Server):
    """A copy of `primary` taken while it runs, then fed by it. What is written there comes here; catch_up() waits for it."""

    def __init__(self, primary, settings=()):
        if not os.path.exists(self._bin("pg_basebackup")):
            tap.skip("this server's installation has no pg_basebackup")
        self.primary = primary
        super().__init__(settings)

    def _init(self):
        program.run(server.as_server_user([self._bin("pg_basebackup"), "-D", self.data, "-h", self.primary.folder, "-U", "postgres",
                                           "--checkpoint=fast", "--wal-method=stream", "--no-sync"])).ok()
        self._configure([f"unix_socket_directories = '{self.folder}'", "hot_standby = on",
                         f"primary_conninfo = 'host={self.primary.folder} user=postgres'", *self.settings])
        signal_file = os.path.join(self.data, "standby.signal")
        with open(signal_file, "w", encoding="ascii"):
            pass
        server.give_to_server_user(signal_file)

    def catch_up(self):
        """Returns when everything written to the primary so far can be read here."""
        written = self.primary.sql("select pg_current_wal_lsn()")
        tap.wait_until(lambda: self.sql(f"select pg_last_wal_replay_lsn() >= '{written}'") == "t", "the standby has caught up")
