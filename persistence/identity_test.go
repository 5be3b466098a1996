package persistence

import "testing"

// TestIdentity: a history keeps its name over restarts, and new content brings
// its own.
func TestIdentity(t *testing.T) {
	h := newTrial(t, nil)
	id := h.s.History().ID
	if len(id) != 40 {
		t.Fatalf("the history's name is %q", id)
	}
	for _, end := range []func(*Store) error{(*Store).Close, (*Store).Abandon} {
		h.put(0, "key", "v", 0)
		h.end(end)
		h.open()
		if got := h.s.History().ID; got != id {
			t.Fatalf("after a restart it is %q, was %q", got, id)
		}
	}
	r, err := h.s.BeginReplacement()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Commit(100, 0, otherHistory); err != nil {
		t.Fatal(err)
	}
	h.m = newModel()
	h.end((*Store).Abandon)
	h.open()
	if got := h.s.History(); got != otherHistory {
		t.Fatalf("after new content it is %+v", got)
	}
	h.finish()
}

// TestForgetHistory: who changes data without logging that leaves nothing behind
// that a replica could go on from.
func TestForgetHistory(t *testing.T) {
	h := newTrial(t, nil)
	h.put(0, "key", "v", 0)
	was := h.s.History()
	if err := h.s.ForgetHistory(); err != nil {
		t.Fatal(err)
	}
	forgot := h.s.History()
	if forgot.ID == was.ID || forgot.PrevID != "" || len(forgot.ID) != 40 {
		t.Fatalf("it was %+v and is %+v", was, forgot)
	}
	h.end((*Store).Close)
	h.open()
	if got := h.s.History(); got != forgot {
		t.Fatalf("after a restart it is %+v, was %+v", got, forgot)
	}
	h.finish()
}
