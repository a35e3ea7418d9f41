"""The log in a stream of which three servers keep copies: members are killed and stopped, the one that leads first of all, and too many of them.
Whatever is left or comes back has what the log has, each event once and in order."""

import random
import signal

from harness import relay, server, sizes, tap
from harness.broker import Cluster, installed
from harness.stream import Load, Stream

installed()
cluster = Cluster()
host = server.Server()
log = relay.Log(host.installed("relayed", relay.MODULES))
chance = random.Random(3)


def has_more(stream, than, what):
    tap.wait_until(lambda: stream.last_place() > than, what, 120, 0.2)


def leader_killed(stream):
    name = tap.wait_until(lambda: cluster.leader(stream.name), "the stream has a leader", 60)
    cluster.members[name].kill()
    has_more(stream, stream.last_place(), "the two that are left go on")
    cluster.members[name].launch()


def follower_paused(stream):
    name = chance.choice(cluster.followers(stream.name))
    cluster.members[name].process.send_signal(signal.SIGSTOP)
    before = log.value("select last_seq from bus.v_log_status")
    has_more(stream, before, "the others go on")
    cluster.members[name].process.send_signal(signal.SIGCONT)


def leader_paused(stream):
    """It goes on thinking that it leads when it wakes."""
    name = tap.wait_until(lambda: cluster.leader(stream.name), "the stream has a leader", 60)
    paused = cluster.members[name]
    paused.process.send_signal(signal.SIGSTOP)
    process, paused.process = paused.process, None  # nobody asks it
    tap.wait_until(lambda: cluster.leader(stream.name), "another one leads", 60)
    has_more(stream, stream.last_place(), "the others go on")
    paused.process = process
    process.send_signal(signal.SIGCONT)


def majority_lost(stream):
    """Nothing is acknowledged, and writers of the database notice nothing."""
    name = tap.wait_until(lambda: cluster.leader(stream.name), "the stream has a leader", 60)
    gone = [name, chance.choice([other for other in cluster.members if other != name])]
    for each in gone:
        cluster.members[each].kill()
    before = log.value("select count(*) from bus.domain_events")
    tap.wait_until(lambda: log.value("select count(*) from bus.domain_events") > before + 100, "events are written")
    for each in gone:
        cluster.members[each].launch()
    has_more(stream, stream.last_place(), "it goes on when they are back")


@tap.test("members of a cluster are killed, stopped and lost at random, the leader first: the stream takes each event once, in order")
def _():
    stream = Stream(cluster, "COPIES", replicas=3)
    feeding = stream.start(log)
    feeding.wait_said("feeds the sink")
    tap.check(not feeding.said("fewer copies"), "three of three")
    rounds = [leader_killed, majority_lost] + sizes.size([], [follower_paused, leader_paused, leader_killed, majority_lost] * 8)
    with Load(log.url):
        for each in rounds:
            each(stream)
    stream.has_all(log, 180)
    tap.equal(feeding.stop(), 0)


@tap.test("a stream with one copy in a cluster that could hold three is told; so is one that has fewer than the address asks for")
def _():
    alone = Stream(cluster, "ALONE")
    feeding = alone.start(log)
    tap.contains(feeding.wait_said("fewer copies than its cluster could hold")[0], '"replicas":1,"servers":3')
    alone.has_all(log)
    tap.equal(feeding.stop(), 0)
    feeding = Stream(cluster, "ALONE", replicas=3).start(log)
    tap.contains(feeding.wait_said("fewer copies than the address asks for")[0], '"replicas":1,"asked":3')
    tap.equal(feeding.stop(), 0)


tap.main()
