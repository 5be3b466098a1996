package acl

import (
	"slices"
	"sync"
)

// Entry is something that was refused.
type Entry struct {
	Count   int64
	Reason  string // auth, command, key, channel
	Context string // toplevel, multi, lua
	Object  string
	User    string
	AtMs    int64  // the last time, Unix milliseconds
	Client  string // as CLIENT LIST shows it
}

// Log is the latest refusals, the newest first. The zero value is empty.
type Log struct {
	mu      sync.Mutex
	entries []Entry
}

// groupMs is for how long the same refusal again is counted, not listed.
const groupMs = 60_000

// Add notes a refusal, and forgets the oldest ones beyond most.
func (l *Log) Add(e Entry, most int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.Count = 1
	if i := slices.IndexFunc(l.entries, e.repeats); i >= 0 {
		e.Count += l.entries[i].Count
		l.entries = slices.Delete(l.entries, i, i+1)
	}
	l.entries = slices.Insert(l.entries, 0, e)
	if len(l.entries) > most {
		clear(l.entries[most:])
		l.entries = l.entries[:most]
	}
}

// repeats tells whether e is old again.
func (e *Entry) repeats(old Entry) bool {
	return e.Reason == old.Reason && e.Context == old.Context && e.Object == old.Object && e.User == old.User &&
		e.AtMs-old.AtMs <= groupMs
}

// Newest returns up to n entries.
func (l *Log) Newest(n int) []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.entries[:min(n, len(l.entries))])
}

// Reset forgets all.
func (l *Log) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = nil
}
