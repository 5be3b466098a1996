package rdb

// Packing decides which collections are written packed: those that Redis keeps packed under the same configuration.
type Packing struct {
	HashMaxEntries, HashMaxValue int // hash-max-listpack-entries, -value
	ZSetMaxEntries, ZSetMaxValue int // zset-max-listpack-entries, -value
	SetMaxIntset                 int // set-max-intset-entries
	ListMaxNode                  int // list-max-listpack-size: elements, or -1 to -5 for 4 to 64 KiB
	StreamNodeBytes              int // stream-node-max-bytes, 0: no limit
	StreamNodeEntries            int // stream-node-max-entries, 0: no limit
}

// DefaultPacking is that of Redis 7.0.
var DefaultPacking = Packing{
	HashMaxEntries: 512, HashMaxValue: 64,
	ZSetMaxEntries: 128, ZSetMaxValue: 64,
	SetMaxIntset:    512,
	ListMaxNode:     -2,
	StreamNodeBytes: 4096, StreamNodeEntries: 100,
}

// listNodeBytes is how long a list's node may become, listNodeElements how many elements it may hold. A single element
// may be longer.
func (p *Packing) listNodeBytes() int {
	if p.ListMaxNode >= 0 {
		return 8 << 10
	}
	return 2 << 10 << min(-p.ListMaxNode, 5)
}

func (p *Packing) listNodeElements() int {
	if p.ListMaxNode >= 0 {
		return max(p.ListMaxNode, 1)
	}
	return 1 << 30
}

// streamNodeFull tells whether a node takes no more entries.
func (p *Packing) streamNodeFull(bytes, entries int) bool {
	return p.StreamNodeBytes > 0 && bytes >= p.StreamNodeBytes || p.StreamNodeEntries > 0 && entries >= p.StreamNodeEntries
}
