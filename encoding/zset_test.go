package encoding

import (
	"bytes"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestZSetGolden(t *testing.T) {
	member := []byte("ab")
	for _, c := range []struct {
		name string
		key  []byte
		want string
	}{
		{"listpack", AppendZSetListpack(nil, 1, member), "bff8" + "6162"},
		{"listpack, below 0", AppendZSetListpack(nil, -1, member), "4007" + "6162"},
		{"listpack, -0", AppendZSetListpack(nil, math.Copysign(0, -1), member), "80" + "6162"},
		{"member", AppendZSetMember(nil, 0x0123456789abcdef, member), "6d" + "0123456789abcdef" + "6162"},
		{"score", AppendZSetScore(nil, -1), "bff0000000000000"},
		{"ordered", AppendZSetOrdered(nil, math.Inf(1), member), "73" + "fff0000000000000" + "6162"},
		{"value", ZSetOrderedValue(0), ""},
		{"value of -0", ZSetOrderedValue(math.Copysign(0, -1)), "2d"},
		{"cursor", AppendZSetCursor(nil, 0x0123456789ab), "6d" + "0123456789ab0000"},
	} {
		if got := hex.EncodeToString(c.key); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// edgyScores are at the ends of what a score can be.
var edgyScores = []float64{
	math.Inf(-1), -math.MaxFloat64, -1e17, -1.5, -1, -math.SmallestNonzeroFloat64, math.Copysign(0, -1), 0,
	math.SmallestNonzeroFloat64, 0.1, 1, 1.5, 1 << 53, 1e17, math.MaxFloat64, math.Inf(1),
}

func edgyScore(r *rand.Rand) float64 {
	f := math.Float64frombits(r.Uint64())
	if r.IntN(4) == 0 || math.IsNaN(f) {
		return edgyScores[r.IntN(len(edgyScores))]
	}
	return f
}

func edgyMember(r *rand.Rand) []byte { return []byte(fromAlphabet(r, "ab\x00\xff", r.IntN(5))) }

func TestZSetKeepsOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 20))
	for range 100_000 {
		a, b := edgyScore(r), edgyScore(r)
		want := 0
		if a != b {
			want = 1
		}
		if a < b {
			want = -1
		}
		for name, key := range map[string]func([]byte, float64, []byte) []byte{
			"listpack": AppendZSetListpack, "skiplist": AppendZSetOrdered,
		} {
			// A score decides, whatever the members are.
			if got := bytes.Compare(key(nil, a, edgyMember(r)), key(nil, b, edgyMember(r))); want != 0 && got != want {
				t.Fatalf("%s: %v and %v: %d", name, a, b, got)
			}
			if got := bytes.Compare(key(nil, a, nil), key(nil, b, nil)); got != want {
				t.Fatalf("%s: %v and %v: %d", name, a, b, got)
			}
		}
	}
}

func TestZSetReadsBack(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 20))
	for range 10_000 {
		f, member := edgyScore(r), edgyMember(r)
		bits := math.Float64bits(f)
		if got := ParseZSetScore(AppendZSetScore(nil, f)); math.Float64bits(got) != bits {
			t.Fatalf("%v: the score is %v", f, got)
		}
		got, m := ParseZSetOrdered(AppendZSetOrdered(nil, f, member), ZSetOrderedValue(f))
		if math.Float64bits(got) != bits || !bytes.Equal(m, member) {
			t.Fatalf("%v %q: ordered %v %q", f, member, got, m)
		}
		got, m = ParseZSetListpack(AppendZSetListpack(nil, f, member))
		if math.Float64bits(got) != math.Float64bits(ListpackScore(f)) || !bytes.Equal(m, member) {
			t.Fatalf("%v %q: listpack %v %q", f, member, got, m)
		}
		if key := AppendZSetListpack(nil, f, member); !IsZSetListpack(key, member) || IsZSetListpack(key, key) {
			t.Fatalf("%q is not told from another member", member)
		}
	}
}

// All entries that find members lie before all that are ordered by score.
func TestZSetMembersComeFirst(t *testing.T) {
	last := AppendZSetMember(nil, math.MaxUint64, bytes.Repeat([]byte{0xff}, 20))
	if bytes.Compare(last, AppendZSetOrdered(nil, math.Inf(-1), nil)) >= 0 {
		t.Error("a member lies among the scores")
	}
}

// Damaged entries are read as something; nothing panics.
func FuzzZSetParse(f *testing.F) {
	f.Add([]byte(""), []byte(""))
	f.Add([]byte("s1234567"), []byte("-"))
	f.Fuzz(func(t *testing.T, key, value []byte) {
		ParseZSetListpack(key)
		ParseZSetOrdered(key, value)
		ParseZSetScore(value)
		HashedName(ZSetMemberHashed(key))
	})
}

func TestAppendListpackScoreLikeRedis(t *testing.T) {
	o := startOracle(t)
	check := func(f float64) {
		t.Helper()
		o.do("DEL", "z")
		o.do("ZADD", "z", string(AppendDouble(nil, f)), "m")
		want := o.do("ZSCAN", "z", "0").([]any)[1].([]any)[1]
		if got := string(AppendListpackScore(nil, f)); got != want {
			t.Fatalf("%v: %s, redis says %v", f, got, want)
		}
	}
	for _, f := range edgyScores {
		check(f)
	}
	for _, exp := range []int{53, 61, 62, 63, 64} {
		f := math.Ldexp(1, exp)
		for _, f := range []float64{f, math.Nextafter(f, 0), math.Nextafter(f, math.Inf(1))} {
			check(f)
			check(-f)
		}
	}
	r := rand.New(rand.NewPCG(3, 20))
	for range 1000 {
		check(edgyScore(r))
		f, _ := strconv.ParseFloat(floatLike(r), 64)
		if !math.IsNaN(f) {
			check(f)
		}
	}
}
