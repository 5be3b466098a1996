"""The tasks of a Celery application whose broker and results are in Cairn."""
import os
import time

from celery import Celery

url = "redis://127.0.0.1:%s/" % os.environ["CAIRN_PORT"]
app = Celery("celeryapp", broker=url + "0", backend=url + "1")
app.conf.update(
    task_acks_late=True,
    worker_prefetch_multiplier=4,
    result_expires=600,
    task_track_started=True,
    broker_transport_options={"queue_order_strategy": "priority", "priority_steps": [0, 3, 6, 9]},
    task_send_sent_event=True,
    worker_send_task_events=True,
)


@app.task
def add(x, y):
    return x + y


@app.task
def total(numbers):
    return sum(numbers)


@app.task(bind=True, max_retries=3)
def flaky(self, wanted):
    if self.request.retries < wanted:
        raise self.retry(countdown=0.1)
    return self.request.retries


@app.task
def fails():
    raise ValueError("as it should")


@app.task
def now():
    return time.time()
