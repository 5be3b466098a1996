package inspect

import (
	"cmp"
	"slices"
	"time"
)

// Tally counts keys of one kind.
type Tally struct {
	Name     string `json:"name"`
	Keys     int64  `json:"keys"`
	Elements int64  `json:"elements,omitempty"`
	Bytes    int64  `json:"bytes"`
}

func (t *Tally) add(k *key) {
	t.Keys++
	t.Elements += k.elements
	t.Bytes += k.bytes
}

// Big is one of the biggest keys.
type Big struct {
	Database int    `json:"db"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	Elements int64  `json:"elements"`
	Bytes    int64  `json:"bytes"`
}

// Level is one level of the tables.
type Level struct {
	Name   string `json:"name"`
	Tables int64  `json:"tables"`
	Bytes  int64  `json:"bytes"`
}

// Log is what is kept of the log.
type Log struct {
	First     int64 `json:"first"`
	End       int64 `json:"end"`
	Segments  int   `json:"segments"`
	FileBytes int64 `json:"file_bytes"`
}

// Report is what was found.
type Report struct {
	Source       string  `json:"source"`
	Keys         int64   `json:"keys"`
	Bytes        int64   `json:"bytes"`
	Types        []Tally `json:"types"`
	Databases    []Tally `json:"databases"`
	Expiry       []Tally `json:"expiry"`
	Prefixes     []Tally `json:"prefixes"`
	LargestBytes []Big   `json:"largest_by_bytes"`
	MostElements []Big   `json:"largest_by_elements"`
	// Leaves are nodes of collections by how full they are, in tenths; only of a data directory.
	Leaves []int64 `json:"leaves_by_tenth_full,omitempty"`
	Levels []Level `json:"levels,omitempty"`
	Log    *Log    `json:"log,omitempty"`
}

// key is one key as it is counted.
type key struct {
	database        int
	name            []byte
	kind            string
	ttlMs           int64 // -1: it does not expire
	elements, bytes int64
}

// counter gathers a report.
type counter struct {
	report    Report
	types     map[string]*Tally
	databases map[int]*Tally
	expiry    []Tally
	prefixes  prefixes
	bytes     top
	elements  top
}

// expiryLimits are the upper bounds of times to live that are counted together.
var expiryLimits = []struct {
	name string
	most time.Duration
}{
	{"within a minute", time.Minute}, {"within an hour", time.Hour}, {"within a day", 24 * time.Hour},
	{"within 7 days", 7 * 24 * time.Hour}, {"within 30 days", 30 * 24 * time.Hour}, {"later", 1<<63 - 1},
}

func newCounter(source string, biggest int) *counter {
	c := &counter{
		types: map[string]*Tally{}, databases: map[int]*Tally{},
		bytes:    top{most: biggest, less: func(a, b *Big) bool { return a.Bytes < b.Bytes }},
		elements: top{most: biggest, less: func(a, b *Big) bool { return a.Elements < b.Elements }},
	}
	c.report.Source = source
	c.expiry = append(c.expiry, Tally{Name: "never"})
	for _, l := range expiryLimits {
		c.expiry = append(c.expiry, Tally{Name: l.name})
	}
	return c
}

func (c *counter) add(k *key) {
	c.report.Keys++
	c.report.Bytes += k.bytes
	tallyOf(c.types, k.kind, k.kind).add(k)
	tallyOf(c.databases, k.database, dbName(k.database)).add(k)
	c.expiry[expirySlot(k.ttlMs)].add(k)
	c.prefixes.add(k)
	c.bytes.add(k)
	c.elements.add(k)
}

func tallyOf[K comparable](m map[K]*Tally, id K, name string) *Tally {
	t := m[id]
	if t == nil {
		t = &Tally{Name: name}
		m[id] = t
	}
	return t
}

func expirySlot(ttlMs int64) int {
	if ttlMs < 0 {
		return 0
	}
	for i, l := range expiryLimits {
		if ttlMs <= l.most.Milliseconds() {
			return i + 1
		}
	}
	return len(expiryLimits)
}

func (c *counter) finish() *Report {
	r := &c.report
	r.Types, r.Databases = byBytes(c.types), byBytes(c.databases)
	for _, t := range c.expiry {
		if t.Keys > 0 {
			r.Expiry = append(r.Expiry, t)
		}
	}
	r.Prefixes = c.prefixes.list()
	r.LargestBytes, r.MostElements = c.bytes.list(), c.elements.list()
	return r
}

func byBytes[K comparable](m map[K]*Tally) (list []Tally) {
	for _, t := range m {
		list = append(list, *t)
	}
	sortTallies(list)
	return list
}

func sortTallies(list []Tally) {
	slices.SortFunc(list, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Name, b.Name))
	})
}
