package proc

import (
	"bytes"
	"sync"
)

// output collects what a server prints, across its restarts.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// tail keeps the end of a long output: the reason is usually there.
func tail(s string) string {
	const maxBytes = 16 << 10
	if len(s) <= maxBytes {
		return s
	}
	return "...\n" + s[len(s)-maxBytes:]
}
