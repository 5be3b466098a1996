package encoding

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
)

// HLLDecode spells the opcodes of a sparse value as PFDEBUG DECODE does:
// "Z:5461 v:2,1 z:12 ...", where Z is XZERO and v has the value first, then
// the run. REQUIRES: HLLValid(b) and HLLIsSparse(b).
func HLLDecode(b []byte) (string, error) {
	var out []byte
	for ops := b[hllHeaderSize:]; len(ops) > 0; {
		op, ok := decodeSparseOp(ops)
		if !ok {
			return "", ErrHLLCorrupt
		}
		if len(out) > 0 {
			out = append(out, ' ')
		}
		switch {
		case op.value > 0:
			out = fmt.Appendf(out, "v:%d,%d", op.value, op.run)
		case op.size == 2:
			out = fmt.Appendf(out, "Z:%d", op.run)
		default:
			out = fmt.Appendf(out, "z:%d", op.run)
		}
		ops = ops[op.size:]
	}
	return string(out), nil
}

// HLLSelfTest is PFSELFTEST: registers keep what they are given and their
// neighbours nothing of it; sparse and dense values agree; the estimate is
// within six standard errors. It takes about a tenth of a second.
func HLLSelfTest() error {
	if err := selfTestRegisters(); err != nil {
		return err
	}
	return selfTestEstimate()
}

func selfTestRegisters() error {
	var want, got HLLRegs
	dense, err := HLLToDense(HLLNew())
	if err != nil {
		return err
	}
	for range 4 * HLLRegisters {
		i, rank := rand.IntN(HLLRegisters), uint8(rand.IntN(64))
		want[i] = max(want[i], rank)
		denseRaise(dense, i, rank)
	}
	if err := HLLMerge(&got, dense); err != nil {
		return err
	}
	for i := range want {
		if got[i] != want[i] {
			return fmt.Errorf("register %d should be %d but is %d", i, want[i], got[i])
		}
	}
	return nil
}

func selfTestEstimate() error {
	const elements = 1_000_000
	growing := HLLNew()
	dense, err := HLLToDense(growing)
	if err != nil {
		return err
	}
	seed, elem := rand.Uint64(), make([]byte, 8)
	for n, checkpoint := uint64(1), uint64(1); n <= elements; n++ {
		binary.LittleEndian.PutUint64(elem, n^seed)
		if growing, _, err = HLLAdd(growing, elem, HLLSparseMaxDefault); err != nil {
			return err
		}
		if dense, _, err = HLLAdd(dense, elem, HLLSparseMaxDefault); err != nil {
			return err
		}
		if n != checkpoint {
			continue
		}
		if err := selfTestCheckpoint(growing, dense, n); err != nil {
			return err
		}
		checkpoint *= 10
	}
	return nil
}

func selfTestCheckpoint(growing, dense []byte, n uint64) error {
	if n < HLLRegisters/32 && !HLLIsSparse(growing) {
		return fmt.Errorf("sparse encoding not used at %d elements", n)
	}
	a, _, err := HLLCount(growing)
	if err != nil {
		return err
	}
	b, _, err := HLLCount(dense)
	if err != nil {
		return err
	}
	if a != b {
		return fmt.Errorf("sparse and dense disagree at %d elements: %d and %d", n, a, b)
	}
	standardError := 1.04 / math.Sqrt(HLLRegisters)
	// One collision among ten elements is well within chance.
	allowed := max(math.Ceil(6*standardError*float64(n)), 1)
	if off := math.Abs(float64(n) - float64(a)); off > allowed {
		return fmt.Errorf("too big an error at %d elements: off by %.0f", n, off)
	}
	return nil
}
