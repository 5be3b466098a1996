package compare

import (
	"context"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"time"

	"github.com/cairndb/cairn/types"
)

// Options of Run.
type Options struct {
	// Sample is how many keys are looked at, drawn by the hashes of their names; 0: all.
	Sample int64
	// Full compares all keys even if two servers have the same digest, which says nothing of when keys expire.
	Full bool
	// Tolerance is by how much expire times may differ.
	Tolerance time.Duration
	// Differ hears of each key that differs.
	Differ func(d Difference)
	// Step hears of what is being done, and how many keys have been looked at.
	Step func(what string, done, total int64)
}

// Kind is what differs in a key.
type Kind string

// Kinds, in the order in which they are looked for.
const (
	OnlyLeft   Kind = "only left"
	OnlyRight  Kind = "only right"
	Type       Kind = "type"
	Value      Kind = "value"
	ExpireTime Kind = "expire time"
	Unreadable Kind = "not comparable"
)

// Kinds are all.
var Kinds = []Kind{OnlyLeft, OnlyRight, Type, Value, ExpireTime, Unreadable}

// Difference is a key that is not the same on both sides.
type Difference struct {
	Kind     Kind
	Database int
	Name     []byte
	Detail   string
}

// Result is what a comparison has come to.
type Result struct {
	Left, Right int64 // keys that were looked at
	Counts      map[Kind]int64
	ByDigest    string // the digest of both, if that was all that was compared
	Took        time.Duration
}

// Different tells whether anything differs.
func (r *Result) Different() bool { return len(r.Counts) > 0 }

const (
	buckets = 1 << 16
	// heldKeys is how many keys of each side may be held in the second pass, about.
	heldKeys = 500_000
)

// Run compares two sides.
func Run(ctx context.Context, left, right Side, o Options) (*Result, error) {
	start := time.Now()
	if o.Step == nil {
		o.Step = func(string, int64, int64) {}
	}
	c := &comparison{ctx: ctx, left: left, right: right, o: o, seed: maphash.MakeSeed(), result: &Result{Counts: map[Kind]int64{}}}
	err := c.run()
	c.result.Took = time.Since(start)
	return c.result, err
}

type comparison struct {
	ctx         context.Context
	left, right Side
	o           Options
	seed        maphash.Seed
	limit       uint64 // hashes up to this are in the sample
	result      *Result
}

func (c *comparison) run() error {
	if !c.o.Full && c.o.Sample == 0 {
		if same, err := c.digests(); same || err != nil {
			return err
		}
	}
	if err := c.sample(); err != nil {
		return err
	}
	l, err := c.sum(c.left, &c.result.Left)
	if err != nil {
		return err
	}
	r, err := c.sum(c.right, &c.result.Right)
	if err != nil {
		return err
	}
	return c.details(l, r)
}

// digests tells whether both sides have a digest, and it is the same.
func (c *comparison) digests() (same bool, err error) {
	c.o.Step("asking for digests", 0, 0)
	l, ok, err := c.left.Digest(c.ctx)
	if err != nil || !ok {
		return false, err
	}
	r, ok, err := c.right.Digest(c.ctx)
	if err != nil || !ok || l != r {
		return false, err
	}
	c.result.ByDigest = l
	return true, nil
}

// sample decides which keys are looked at.
func (c *comparison) sample() error {
	c.limit = math.MaxUint64
	if c.o.Sample == 0 {
		return nil
	}
	total := int64(0)
	for _, s := range []Side{c.left, c.right} {
		n, err := s.Count(c.ctx)
		if err != nil {
			return err
		}
		total = max(total, n)
	}
	if total > c.o.Sample {
		c.limit = uint64(float64(math.MaxUint64) * (float64(c.o.Sample) / float64(total)))
	}
	return nil
}

func (c *comparison) hash(database int, name []byte) uint64 {
	var h maphash.Hash
	h.SetSeed(c.seed)
	_, _ = h.Write(binary.AppendUvarint(nil, uint64(database))) // never fails
	_, _ = h.Write(name)
	return h.Sum64()
}

// bucketOf is independent of what the sample goes by.
func bucketOf(hash uint64) int { return int(hash & (buckets - 1)) }

// bucket adds keys up; their order does not matter.
type bucket struct {
	sum  [sha1.Size]byte
	keys uint32
}

func (b *bucket) add(k *Key) {
	h := sha1.New()
	var n [17]byte
	n[0] = byte(k.Type)
	binary.LittleEndian.PutUint64(n[1:], uint64(k.Database))
	binary.LittleEndian.PutUint64(n[9:], uint64(k.ExpireAtMs))
	for _, part := range [][]byte{n[:], k.Value[:], []byte(k.Problem), k.Name} {
		_, _ = h.Write(part) // never fails
	}
	for i, x := range h.Sum(nil) {
		b.sum[i] ^= x
	}
	b.keys++
}

func (c *comparison) sum(s Side, keys *int64) ([]bucket, error) {
	list := make([]bucket, buckets)
	total, err := s.Count(c.ctx)
	if err != nil {
		return nil, err
	}
	in := func(database int, name []byte) bool { return c.hash(database, name) <= c.limit }
	err = s.Each(c.ctx, in, func(k *Key) error {
		list[bucketOf(c.hash(k.Database, k.Name))].add(k)
		if *keys++; *keys%1024 == 0 {
			c.o.Step("reading "+s.String(), *keys, total)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%v: %w", s, err)
	}
	return list, nil
}

// details compares the keys of buckets that differ, as many at a time as may be held.
func (c *comparison) details(l, r []bucket) error {
	chosen := make([]bool, buckets)
	held := int64(0)
	flush := func() error {
		if held == 0 {
			return nil
		}
		err := c.compare(chosen)
		clear(chosen)
		held = 0
		return err
	}
	for i := range buckets {
		if l[i] == r[i] {
			continue
		}
		chosen[i] = true
		if held += int64(max(l[i].keys, r[i].keys)); held >= heldKeys {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// keyID names a key.
type keyID struct {
	database int
	name     string
}

// heldKey is what is remembered of a key of the left side.
type heldKey struct {
	types.KeyDigest
	problem string
}

func (c *comparison) compare(chosen []bool) error {
	in := func(database int, name []byte) bool {
		h := c.hash(database, name)
		return h <= c.limit && chosen[bucketOf(h)]
	}
	held := map[keyID]heldKey{}
	err := c.left.Each(c.ctx, in, func(k *Key) error {
		held[keyID{k.Database, string(k.Name)}] = heldKey{k.KeyDigest, k.Problem}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%v: %w", c.left, err)
	}
	c.o.Step("comparing keys", int64(len(held)), 0)
	err = c.right.Each(c.ctx, in, func(k *Key) error {
		id := keyID{k.Database, string(k.Name)}
		have, ok := held[id]
		delete(held, id)
		if !ok {
			c.differ(OnlyRight, k.Database, k.Name, k.Type.String())
			return nil
		}
		c.pair(have, k)
		return nil
	})
	if err != nil {
		return fmt.Errorf("%v: %w", c.right, err)
	}
	for _, id := range sortedIDs(held) {
		c.differ(OnlyLeft, id.database, []byte(id.name), held[id].Type.String())
	}
	return nil
}

func sortedIDs(held map[keyID]heldKey) []keyID {
	list := make([]keyID, 0, len(held))
	for id := range held {
		list = append(list, id)
	}
	slices.SortFunc(list, func(a, b keyID) int {
		if a.database != b.database {
			return a.database - b.database
		}
		return slices.Compare([]byte(a.name), []byte(b.name))
	})
	return list
}

// pair compares a key that both sides have.
func (c *comparison) pair(l heldKey, r *Key) {
	switch problem := l.problem + r.Problem; {
	case problem != "":
		c.differ(Unreadable, r.Database, r.Name, problem)
	case l.Type != r.Type:
		c.differ(Type, r.Database, r.Name, fmt.Sprintf("%v and %v", l.Type, r.Type))
	case l.Value != r.Value:
		c.differ(Value, r.Database, r.Name, l.Type.String())
	case !c.sameTime(l.ExpireAtMs, r.ExpireAtMs):
		c.differ(ExpireTime, r.Database, r.Name, fmt.Sprintf("%s and %s", timeText(l.ExpireAtMs), timeText(r.ExpireAtMs)))
	}
}

func (c *comparison) sameTime(a, b int64) bool {
	if a == 0 || b == 0 {
		return a == b
	}
	d := a - b
	return max(d, -d) <= c.o.Tolerance.Milliseconds()
}

func timeText(ms int64) string {
	if ms == 0 {
		return "never"
	}
	return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05.000")
}

func (c *comparison) differ(kind Kind, database int, name []byte, detail string) {
	c.result.Counts[kind]++
	if c.o.Differ != nil {
		c.o.Differ(Difference{kind, database, slices.Clone(name), detail})
	}
}
