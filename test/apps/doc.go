// Package apps runs real applications, unchanged, as they come from Debian:
// Celery and RQ, each with a worker process of its own, all of whose work goes
// through Cairn. The programs in testdata enqueue work of every kind and end
// with status 0 only if each result is the one that was due.
package apps
