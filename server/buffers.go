package server

// Long replies need long buffers, and to grow one from nothing costs more than
// to fill it. A loop keeps those that its clients have done with: few at rest,
// as many as one turn needs at work.

const (
	// spareBytes of buffers are kept by a loop, at most.
	spareBytes = 16 << 20
	// spareBufferBytes is the longest one that is kept.
	spareBufferBytes = 1 << 20
)

// takeBuffer returns an empty buffer, nil if there is none.
func (l *loop) takeBuffer() []byte {
	n := len(l.spares)
	if n == 0 {
		return nil
	}
	b := l.spares[n-1]
	l.spares[n-1] = nil
	l.spares = l.spares[:n-1]
	l.spareBytes -= cap(b)
	return b[:0]
}

// giveBuffer keeps a buffer that is not needed any more.
func (l *loop) giveBuffer(b []byte) {
	if cap(b) <= spareBufferBytes && l.spareBytes+cap(b) <= spareBytes {
		l.spares = append(l.spares, b)
		l.spareBytes += cap(b)
	}
}

// dropSpares lets half of the buffers go.
func (l *loop) dropSpares() {
	for range (len(l.spares) + 1) / 2 {
		l.takeBuffer()
	}
}
