package wire

import (
	"testing"
	"time"
)

// patience is how long a test waits for what must come about.
const patience = 60 * time.Second

func waitUntil(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited %v: %s", patience, what)
		}
	}
}
