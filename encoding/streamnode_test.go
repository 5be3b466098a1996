package encoding

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// shadowed is a stream as far as its macro nodes are concerned.
type shadowed struct {
	first []StreamID
	nodes []StreamNode
}

func (s *shadowed) add(id StreamID, fields [][]byte, limits StreamNodeLimits) {
	if n := len(s.nodes) - 1; n >= 0 && s.nodes[n].Takes(fields, limits) {
		s.nodes[n].Add(s.first[n], id, fields)
		return
	}
	s.first, s.nodes = append(s.first, id), append(s.nodes, NewStreamNode(id, fields))
}

func (s *shadowed) counts() string {
	var tree RadixCount
	for _, id := range s.first {
		tree.Add(id)
	}
	return fmt.Sprintf("%d keys, %d nodes", len(s.first), tree.Nodes())
}

// Macro nodes begin and end where Redis's do, whatever the limits and fields,
// and its radix tree has as many nodes.
func TestStreamNodesLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(5, 6))
	for round := range 60 {
		limits := StreamNodeLimits{Bytes: []int64{0, 100, 500, 4096}[r.IntN(4)], Entries: []int64{0, 1, 3, 100, 300}[r.IntN(5)]}
		o.do("CONFIG", "SET", "stream-node-max-bytes", strconv.FormatInt(limits.Bytes, 10))
		o.do("CONFIG", "SET", "stream-node-max-entries", strconv.FormatInt(limits.Entries, 10))
		o.do("DEL", "s")
		var s shadowed
		id := StreamID{Ms: r.Uint64() >> (8 + r.IntN(56))}
		names := randomNames(r)
		for i := range 400 {
			id = StreamID{id.Ms + r.Uint64N(1<<r.IntN(20)), id.Seq + 1 + r.Uint64N(1<<r.IntN(20))}
			if r.IntN(10) == 0 {
				names = randomNames(r)
			}
			args := []string{"XADD", "s", string(AppendStreamID(nil, id))}
			var fields [][]byte
			for _, name := range names {
				value := randomElement(r)
				args = append(args, name, value)
				fields = append(fields, []byte(name), []byte(value))
			}
			o.do(args...)
			s.add(id, fields, limits)
			if i%20 != 0 {
				continue
			}
			info := o.do("XINFO", "STREAM", "s").([]any)
			if got, want := s.counts(), fmt.Sprintf("%d keys, %d nodes", info[3], info[5]); got != want {
				t.Fatalf("round %d, limits %+v: after %d entries %s; Redis has %s", round, limits, i+1, got, want)
			}
		}
	}
}

func randomNames(r *rand.Rand) []string {
	names := make([]string, 1+r.IntN(4))
	for i := range names {
		names[i] = randomElement(r)
	}
	return names
}

// randomElement is of a length or a number around which listpacks change.
func randomElement(r *rand.Rand) string {
	switch r.IntN(6) {
	case 0:
		return strings.Repeat("x", []int{0, 1, 62, 63, 64, 65, 126, 127, 128, 4093, 4095, 4096}[r.IntN(12)])
	case 1:
		return strconv.FormatInt(int64(r.Uint64())>>r.IntN(64), 10)
	case 2:
		edge := []int64{127, 128, 4095, 4096, 1 << 15, 1 << 23, 1 << 31, -1, -4096, -4097, -(1 << 15), -(1 << 23), -(1 << 31)}
		return strconv.FormatInt(edge[r.IntN(len(edge))]-int64(r.IntN(2)), 10)
	case 3:
		return []string{"007", "-0", "+1", "1.5", "12345678901234567890123"}[r.IntN(5)]
	}
	return fromAlphabet(r, "abc", r.IntN(10))
}
