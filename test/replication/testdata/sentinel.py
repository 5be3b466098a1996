"""Writes numbers to the master that a sentinel names, and those to a file that a replica has acknowledged."""
import sys
import time

import redis
from redis.sentinel import Sentinel

port, path = int(sys.argv[1]), sys.argv[2]
sentinel = Sentinel([("127.0.0.1", port)], socket_timeout=2)
master = sentinel.master_for("cairn", socket_timeout=2)
n = 0
with open(path, "a", buffering=1) as acknowledged:
    while True:
        n += 1
        try:
            # Of one connection: WAIT is about the writes of its own.
            with master.client() as c:
                c.sadd("numbers", n)
                if c.wait(1, 500) >= 1:
                    acknowledged.write("%d\n" % n)
        except redis.RedisError as e:
            print(n, repr(e))
            time.sleep(0.05)
        time.sleep(0.002)
