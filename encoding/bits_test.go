package encoding

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// sparseBytes returns n bytes, most of them all zeros or all ones, so that
// searches have some way to go.
func sparseBytes(r *rand.Rand, n int) []byte {
	b := bytes.Repeat([]byte{byte(-r.IntN(2))}, n)
	for range r.IntN(3) {
		if n > 0 {
			b[r.IntN(n)] = byte(r.Uint32())
		}
	}
	return b
}

func TestBitsBitByBit(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		b := sparseBytes(r, 1+r.IntN(100))
		first := uint64(r.IntN(8 * len(b)))
		last := first + uint64(r.IntN(8*len(b)-int(first)))
		count, pos := int64(0), [2]int64{-1, -1}
		for i := first; i <= last; i++ {
			bit := GetBit(b, i)
			count += int64(bit)
			if pos[bit] < 0 {
				pos[bit] = int64(i)
			}
		}
		if got := BitCountRange(b, first, last); got != count {
			t.Fatalf("%x: %d bits from %d to %d, not %d", b, count, first, last, got)
		}
		for bit := range pos {
			if got := BitPosRange(b, bit, first, last); got != pos[bit] {
				t.Fatalf("%x: first %d from %d to %d at %d, not %d", b, bit, first, last, pos[bit], got)
			}
		}
	}
}

func TestSetBit(t *testing.T) {
	b := make([]byte, 3)
	for _, off := range []uint64{0, 7, 8, 23} {
		if SetBit(b, off, 1) != 0 || SetBit(b, off, 1) != 1 || GetBit(b, off) != 1 {
			t.Fatalf("bit %d does not keep", off)
		}
	}
	if want := []byte{0x81, 0x80, 0x01}; !bytes.Equal(b, want) {
		t.Fatalf("%x", b)
	}
	if SetBit(b, 7, 0) != 1 || b[0] != 0x80 || GetBit(b, 24) != 0 {
		t.Fatalf("%x", b)
	}
}

func TestBitCountAndBitPosLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(2, 2))
	for range 1000 {
		b := sparseBytes(r, 1+r.IntN(200))
		o.do("SET", "k", string(b))
		if got, want := BitCount(b), o.do("BITCOUNT", "k"); got != want {
			t.Fatalf("%x: BITCOUNT %d, redis says %v", b, got, want)
		}
		first, last := r.IntN(8*len(b)), r.IntN(8*len(b))
		first, last = min(first, last), max(first, last)
		from, to := fmt.Sprint(first), fmt.Sprint(last)
		if got, want := BitCountRange(b, uint64(first), uint64(last)), o.do("BITCOUNT", "k", from, to, "BIT"); got != want {
			t.Fatalf("%x: BITCOUNT %s %s BIT %d, redis says %v", b, from, to, got, want)
		}
		for bit := range 2 {
			got, want := BitPosRange(b, bit, uint64(first), uint64(last)), o.do("BITPOS", "k", fmt.Sprint(bit), from, to, "BIT")
			if got != want {
				t.Fatalf("%x: BITPOS %d %s %s BIT %d, redis says %v", b, bit, from, to, got, want)
			}
			if got, want = BitPos(b, bit), o.do("BITPOS", "k", fmt.Sprint(bit), "0", "-1"); got != want {
				t.Fatalf("%x: BITPOS %d %d, redis says %v", b, bit, got, want)
			}
		}
	}
}

// BITOP of whole strings and of their pieces is what Redis makes of them.
func TestBitOpLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(3, 3))
	names := []string{"AND", "OR", "XOR", "NOT"}
	for range 1000 {
		op := BitOperator(r.IntN(4))
		n := 1
		if op != BitNot {
			n += r.IntN(4)
		}
		srcs, args, longest := make([][]byte, n), []string{"BITOP", names[op], "dst"}, 0
		for i := range srcs {
			srcs[i] = make([]byte, r.IntN(100))
			for j := range srcs[i] {
				srcs[i][j] = byte(r.Uint32())
			}
			longest = max(longest, len(srcs[i]))
			args = append(args, fmt.Sprint("s", i))
			o.do("SET", fmt.Sprint("s", i), string(srcs[i]))
		}
		if got := o.do(args...); got != int64(longest) {
			t.Fatalf("BITOP: %v", got)
		}
		want := ""
		if longest > 0 {
			want = o.do("GET", "dst").(string)
		}
		dst := bytes.Repeat([]byte{0xaa}, longest)
		if BitOp(op, dst, srcs); string(dst) != want {
			t.Fatalf("%s of %x: %x, redis says %x", names[op], srcs, dst, want)
		}
		if got := bitOpInPieces(op, srcs, longest, 1+r.IntN(20)); string(got) != want {
			t.Fatalf("%s of %x in pieces: %x, redis says %x", names[op], srcs, got, want)
		}
	}
}

func bitOpInPieces(op BitOperator, srcs [][]byte, longest, size int) []byte {
	dst := make([]byte, longest)
	for at := 0; at < longest; at += size {
		end := min(at+size, longest)
		pieces := make([][]byte, len(srcs))
		for i, s := range srcs {
			pieces[i] = s[min(at, len(s)):min(end, len(s))]
		}
		BitOp(op, dst[at:end], pieces)
	}
	return dst
}

func BenchmarkBitCount(b *testing.B) {
	for _, n := range []int{16, 16 << 10} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			buf := make([]byte, n)
			b.SetBytes(int64(n))
			for b.Loop() {
				BitCount(buf)
			}
		})
	}
}

func BenchmarkBitOp(b *testing.B) {
	dst, srcs := make([]byte, 16<<10), [][]byte{make([]byte, 16<<10), make([]byte, 16<<10)}
	for op, name := range []string{"and", "or", "xor", "not"} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(dst)))
			for b.Loop() {
				BitOp(BitOperator(op), dst, srcs)
			}
		})
	}
}
