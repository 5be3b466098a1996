"""An RQ application: `enqueue` gives work of every kind to several queues,
`verify` checks what the worker has made of it."""
import json
import os
import sys
import time
from datetime import timedelta

from redis import Redis
from rq import Queue, Retry, Worker
from rq.job import Job, JobStatus
from rq.registry import FailedJobRegistry, FinishedJobRegistry, ScheduledJobRegistry

from rqjobs import add, fail, fail_until, noted, sum_of_dependencies

store = Redis(port=int(os.environ["CAIRN_PORT"]))
QUEUES = [Queue(name, connection=store) for name in ("high", "default", "low")]


def enqueue():
    high, default, low = QUEUES
    jobs = {"sums": [queue.enqueue(add, i, i).id for i in range(4) for queue in (low, default, high)]}
    many = low.enqueue_many([Queue.prepare_data(add, (i, 100)) for i in range(4)])
    jobs["many"] = [job.id for job in many]
    parts = [default.enqueue(add, i, 1) for i in range(3)]
    jobs["dependent"] = high.enqueue(sum_of_dependencies, depends_on=parts).id
    jobs["failed"] = default.enqueue(fail).id
    jobs["retried"] = default.enqueue(fail_until, 3, retry=Retry(max=4)).id
    jobs["noted"] = default.enqueue(add, 1, 1, on_success=noted).id
    jobs["front"] = default.enqueue(add, 5, 5, at_front=True).id
    jobs["scheduled"] = default.enqueue_in(timedelta(seconds=1), add, 20, 22).id
    assert default.get_job_ids()[0] == jobs["front"]
    assert default.get_job_position(jobs["front"]) == 0
    cancelled = low.enqueue(add, 0, 0)
    cancelled.cancel()
    jobs["cancelled"] = cancelled.id
    removed = low.enqueue(add, 0, 0)
    low.remove(removed)
    assert removed.id not in low.get_job_ids()
    emptied = Queue("emptied", connection=store)
    for i in range(10):
        emptied.enqueue(add, i, i)
    assert emptied.empty() == 10 and emptied.count == 0
    time.sleep(1.1)  # then the worker finds the scheduled job due
    json.dump(jobs, open(sys.argv[2], "w"))


def result(job_id):
    job = Job.fetch(job_id, connection=store)
    assert job.get_status() == JobStatus.FINISHED, (job, job.get_status(), job.exc_info)
    return job.result


def verify():
    jobs = json.load(open(sys.argv[2]))
    assert [result(id) for id in jobs["sums"]] == [2 * i for i in range(4) for _ in QUEUES]
    assert [result(id) for id in jobs["many"]] == [100 + i for i in range(4)]
    assert result(jobs["dependent"]) == 6
    assert result(jobs["retried"]) == 3
    assert result(jobs["front"]) == 10
    assert result(jobs["scheduled"]) == 42
    assert result(jobs["noted"]) == 2 and store.lrange("noted", 0, -1) == [jobs["noted"].encode()]
    failed = Job.fetch(jobs["failed"], connection=store)
    assert failed.get_status() == JobStatus.FAILED and "as it should" in failed.exc_info
    assert Job.fetch(jobs["cancelled"], connection=store).get_status() == JobStatus.CANCELED
    for queue in QUEUES:
        assert queue.count == 0 and len(ScheduledJobRegistry(queue=queue)) == 0, queue
    default = QUEUES[1]
    assert FailedJobRegistry(queue=default).get_job_ids() == [jobs["failed"]]
    assert jobs["front"] in FinishedJobRegistry(queue=default).get_job_ids()
    assert failed.requeue() and default.count == 1
    assert Worker.count(connection=store) == 0


{"enqueue": enqueue, "verify": verify}[sys.argv[1]]()
