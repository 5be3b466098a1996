"""A group of consumers of one stream, through redis-py.

consumer.py produce PORT N              adds messages 1-1 to 1-N, each once
consumer.py consume PORT NAME JOURNAL   works until everything is done

A consumer first takes up what it was given before it was killed, then claims
what others have left lying, then asks for new messages. It journals "done ID"
before it acknowledges a message, and "acked ID" if the server says that this
acknowledged it.
"""
import os
import sys
import time

import redis

STREAM, GROUP = "jobs", "workers"


def retrying(port, work):
    """Runs work until it returns, whatever becomes of the connection."""
    lost = None  # since when the server has not answered
    while lost is None or time.time() < lost + 120:
        r = redis.Redis(port=port, socket_timeout=5)
        try:
            r.ping()
            lost = None
            return work(r)
        except (redis.ConnectionError, redis.TimeoutError):
            lost = lost or time.time()
            time.sleep(0.02)
    sys.exit("the server does not come back")


def produce(port, n):
    def work(r):
        for seq in range(int(r.get("produced") or 0) + 1, n + 1):
            try:
                r.xadd(STREAM, {"n": seq}, id="1-%d" % seq)
            except redis.ResponseError as e:
                if "equal or smaller" not in str(e):  # it was added, and the connection broke
                    raise
            if seq % 50 == 0:
                r.set("produced", seq)
        r.set("all", n)

    retrying(port, work)


def handle(r, out, messages):
    for id, _ in messages:
        os.write(out, b"done %s\n" % id)
        if r.xack(STREAM, GROUP, id) == 1:
            os.write(out, b"acked %s\n" % id)


def finished(r):
    n = r.get("all")
    if n is None or r.xpending(STREAM, GROUP)["pending"]:
        return False
    return r.xinfo_groups(STREAM)[0]["last-delivered-id"] == b"1-" + n


def consume(port, name, journal):
    out = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def work(r):
        while not finished(r):
            for _, own in r.xreadgroup(GROUP, name, {STREAM: "0"}, count=10):
                handle(r, out, own)
            _, claimed, *_ = r.execute_command("XAUTOCLAIM", STREAM, GROUP, name, 400, "0", "COUNT", 5)
            handle(r, out, claimed)
            for _, new in r.xreadgroup(GROUP, name, {STREAM: ">"}, count=7, block=100):
                handle(r, out, new)

    retrying(port, work)


if __name__ == "__main__":
    if sys.argv[1] == "produce":
        produce(int(sys.argv[2]), int(sys.argv[3]))
    else:
        consume(int(sys.argv[2]), sys.argv[3], sys.argv[4])
