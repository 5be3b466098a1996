package encoding

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// A HyperLogLog is a string value that estimates how many distinct elements it
// has seen: 16384 registers, each the longest run of zero bits met among the
// hashes that fell into it, plus one. The bytes are those of Redis 7.0
// (hyperloglog.c), so that GET, SET, DUMP and replication carry them between
// both servers unchanged:
//
//	hll    = "HYLL" encoding(1) zero(3) card(8) body
//	card   = the last count, little-endian; its top bit set means stale
//	dense  = encoding 0; body is 16384 registers of 6 bits, lowest bits first: 12288 bytes
//	sparse = encoding 1; body is opcodes that cover the 16384 registers in order:
//	         ZERO  00llllll           l+1 registers of value 0
//	         XZERO 01llllll llllllll  l+1 registers of value 0
//	         VAL   1vvvvvll           l+1 registers of value v+1
//
// Where a contract does not require HLLValid, any bytes will do: what is not
// well-formed gives ErrHLLCorrupt, never a panic.
const (
	// HLLRegisters is the number of registers of every HyperLogLog.
	HLLRegisters = 1 << hllIndexBits

	// HLLSparseMaxDefault is the default of hll-sparse-max-bytes: the longest
	// sparse value, header included.
	HLLSparseMaxDefault = 3000

	hllIndexBits  = 14
	hllRankBits   = 64 - hllIndexBits
	hllHeaderSize = 16
	hllDenseSize  = hllHeaderSize + HLLRegisters*6/8
	hllHashSeed   = 0xadc83b19

	hllDense  = 0
	hllSparse = 1
)

// ErrHLLCorrupt: the header is a HyperLogLog's, the opcodes behind it are not.
var ErrHLLCorrupt = errors.New("corrupted HyperLogLog")

// HLLRegs holds one register a byte, the form in which several HyperLogLogs
// are merged.
type HLLRegs [HLLRegisters]byte

// HLLNew returns an empty sparse HyperLogLog whose cached count, 0, is valid.
func HLLNew() []byte {
	b := make([]byte, hllHeaderSize, hllHeaderSize+16)
	copy(b, "HYLL")
	b[4] = hllSparse
	return appendSparseZeros(b, HLLRegisters)
}

// HLLValid reports whether b may be used as a HyperLogLog at all: Redis
// answers WRONGTYPE otherwise. The opcodes of a sparse value are not looked
// at; damage there is found, as ErrHLLCorrupt, by what walks them.
func HLLValid(b []byte) bool {
	if len(b) < hllHeaderSize || string(b[:4]) != "HYLL" || b[4] > hllSparse {
		return false
	}
	return b[4] != hllDense || len(b) == hllDenseSize
}

// HLLIsSparse tells the encoding. REQUIRES: HLLValid(b).
func HLLIsSparse(b []byte) bool { return b[4] == hllSparse }

// HLLAdd counts elem in. changed tells whether a register grew; the cached
// count is then marked stale. b is updated in place where it has the room, so
// the caller owns b, keeps only out, and out may share b's memory. A sparse
// value turns dense when it would grow beyond sparseMax bytes or holds a
// register above 32. On error b is as it was.
func HLLAdd(b, elem []byte, sparseMax int) (out []byte, changed bool, err error) {
	if !HLLValid(b) {
		return b, false, ErrHLLCorrupt
	}
	index, rank := hllPosition(elem)
	out, changed, err = hllSet(b, index, rank, sparseMax)
	if changed {
		HLLInvalidate(out)
	}
	return out, changed, err
}

// hllPosition hashes elem to its register and to the value, 1 to 51, that the
// register must at least have.
func hllPosition(elem []byte) (index int, rank uint8) {
	h := murmur64A(elem, hllHashSeed)
	// The extra bit ends the run of zeros where the hash ends.
	rest := h>>hllIndexBits | 1<<hllRankBits
	return int(h & (HLLRegisters - 1)), uint8(bits.TrailingZeros64(rest) + 1)
}

func hllSet(b []byte, index int, rank uint8, sparseMax int) ([]byte, bool, error) {
	if HLLIsSparse(b) {
		return sparseSet(b, index, rank, sparseMax)
	}
	return b, denseRaise(b, index, rank), nil
}

// HLLInvalidate marks the cached count stale. PFADD does so for every key it
// creates or changes, PFMERGE always. REQUIRES: HLLValid(b).
func HLLInvalidate(b []byte) { b[15] |= 0x80 }

// HLLCount estimates how many distinct elements b has counted. It changes
// nothing: computed tells that the cached count was stale, and that the caller
// should write the new one with HLLCache (PFCOUNT of one key is such a write).
func HLLCount(b []byte) (n uint64, computed bool, err error) {
	if !HLLValid(b) {
		return 0, false, ErrHLLCorrupt
	}
	if b[15]&0x80 == 0 {
		return binary.LittleEndian.Uint64(b[8:]), false, nil
	}
	var histo hllHistogram
	if HLLIsSparse(b) {
		err = sparseHistogram(b[hllHeaderSize:], &histo)
	} else {
		denseHistogram(b[hllHeaderSize:], &histo)
	}
	if err != nil {
		return 0, false, err
	}
	return histo.estimate(), true, nil
}

// HLLCache stores n as the count of b. REQUIRES: HLLValid(b).
func HLLCache(b []byte, n uint64) { binary.LittleEndian.PutUint64(b[8:], n) }

// HLLMerge raises each register of regs to that of b. On error regs may hold
// some of b's registers.
func HLLMerge(regs *HLLRegs, b []byte) error {
	if !HLLValid(b) {
		return ErrHLLCorrupt
	}
	if HLLIsSparse(b) {
		return sparseMerge(regs, b[hllHeaderSize:])
	}
	denseMerge(regs, b[hllHeaderSize:])
	return nil
}

// HLLCountMerged estimates the count of what was merged into regs: PFCOUNT of
// several keys.
func HLLCountMerged(regs *HLLRegs) uint64 {
	var histo hllHistogram
	for _, r := range regs {
		histo[r&63]++
	}
	return histo.estimate()
}

// HLLUnion is the last step of PFMERGE: it raises the registers of b, the
// destination, to regs and marks its count stale. dense says that one of the
// sources was dense, which makes the destination dense as well. Memory as
// HLLAdd.
func HLLUnion(b []byte, regs *HLLRegs, dense bool, sparseMax int) (out []byte, err error) {
	if !HLLValid(b) {
		return b, ErrHLLCorrupt
	}
	if dense {
		if b, err = HLLToDense(b); err != nil {
			return b, err
		}
	}
	for i, rank := range regs {
		if rank == 0 {
			continue
		}
		if b, _, err = hllSet(b, i, rank, sparseMax); err != nil {
			return b, err
		}
	}
	HLLInvalidate(b)
	return b, nil
}
