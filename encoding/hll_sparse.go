package encoding

import "slices"

const (
	sparseValueMax = 32
	sparseRunMax   = 4
	sparseZeroMax  = 64
)

// sparseOp is one opcode: run registers in a row that hold value, written in
// size bytes.
type sparseOp struct {
	value uint8
	run   int
	size  int
}

// decodeSparseOp reads the opcode at the start of ops. ok is false if it is
// cut off.
func decodeSparseOp(ops []byte) (op sparseOp, ok bool) {
	if len(ops) == 0 {
		return op, false
	}
	switch c := ops[0]; {
	case c&0x80 != 0:
		return sparseOp{value: c>>2&31 + 1, run: int(c&3) + 1, size: 1}, true
	case c&0x40 == 0:
		return sparseOp{run: int(c) + 1, size: 1}, true
	case len(ops) == 1:
		return op, false
	default:
		return sparseOp{run: int(c&63)<<8 + int(ops[1]) + 1, size: 2}, true
	}
}

func sparseVal(value uint8, run int) byte { return 0x80 | (value-1)<<2 | byte(run-1) }

// appendSparseZeros appends run registers of value 0. REQUIRES: 0 <= run <=
// HLLRegisters.
func appendSparseZeros(b []byte, run int) []byte {
	switch {
	case run == 0:
		return b
	case run <= sparseZeroMax:
		return append(b, byte(run-1))
	default:
		return append(b, 0x40|byte((run-1)>>8), byte(run-1))
	}
}

func appendSparseRun(b []byte, value uint8, run int) []byte {
	if value == 0 || run == 0 {
		return appendSparseZeros(b, run)
	}
	return append(b, sparseVal(value, run))
}

// eachSparseOp calls fn for every opcode with the first register that it
// covers. Opcodes that do not cover exactly HLLRegisters registers are
// ErrHLLCorrupt; fn never sees a register beyond the last.
func eachSparseOp(ops []byte, fn func(first int, op sparseOp)) error {
	first := 0
	for len(ops) > 0 {
		op, ok := decodeSparseOp(ops)
		if !ok || first+op.run > HLLRegisters {
			return ErrHLLCorrupt
		}
		fn(first, op)
		first += op.run
		ops = ops[op.size:]
	}
	if first != HLLRegisters {
		return ErrHLLCorrupt
	}
	return nil
}

func sparseHistogram(ops []byte, histo *hllHistogram) error {
	return eachSparseOp(ops, func(_ int, op sparseOp) { histo[op.value] += op.run })
}

func sparseMerge(regs *HLLRegs, ops []byte) error {
	return eachSparseOp(ops, func(first int, op sparseOp) {
		if op.value == 0 {
			return
		}
		for i := first; i < first+op.run; i++ {
			regs[i] = max(regs[i], op.value)
		}
	})
}

// sparsePlace is where in a sparse value a register lives.
type sparsePlace struct {
	sparseOp
	prev  int // offset of the opcode before, or of this one if it is the first
	at    int // offset of the opcode
	first int // first register that the opcode covers
}

// sparseRuns holds the run of every opcode of one byte, 0 for XZERO. An
// opcode's kind is as good as random, so the walk below looks it up: branches
// on it would mostly be mispredicted.
var sparseRuns = makeSparseRuns()

func makeSparseRuns() (runs [256]uint8) {
	for c := range runs {
		if op, ok := decodeSparseOp([]byte{byte(c)}); ok {
			runs[c] = uint8(op.run)
		}
	}
	return runs
}

// findSparse looks for the opcode that covers register index: the one linear
// walk of an add.
func findSparse(b []byte, index int) (p sparsePlace, ok bool) {
	first, prev, at := 0, hllHeaderSize, hllHeaderSize
	for at < len(b) {
		run, size := int(sparseRuns[b[at]]), 1
		if run == 0 {
			op, ok := decodeSparseOp(b[at:])
			if !ok {
				return p, false
			}
			run, size = op.run, op.size
		}
		if index < first+run {
			op, _ := decodeSparseOp(b[at:])
			return sparsePlace{sparseOp: op, prev: prev, at: at, first: first}, true
		}
		first += run
		prev, at = at, at+size
	}
	return p, false
}

// sparseSet raises register index of the sparse value b to rank by splitting
// the opcode that covers it, joining neighbours, or turning the value dense.
// Where it splits and how far it looks for neighbours to join decides the
// bytes, which have to be Redis's.
func sparseSet(b []byte, index int, rank uint8, sparseMax int) ([]byte, bool, error) {
	if rank > sparseValueMax {
		return promote(b, index, rank)
	}
	p, ok := findSparse(b, index)
	if !ok {
		return b, false, ErrHLLCorrupt
	}
	if p.value >= rank {
		return b, false, nil
	}
	var buf [5]byte // XZERO VAL XZERO
	seq := appendSparseRun(buf[:0], p.value, index-p.first)
	seq = append(seq, sparseVal(rank, 1))
	seq = appendSparseRun(seq, p.value, p.first+p.run-1-index)
	if len(seq) > p.size && len(b)+len(seq)-p.size > sparseMax {
		return promote(b, index, rank)
	}
	b = slices.Replace(b, p.at, p.at+p.size, seq...)
	return joinSparse(b, p.prev), true, nil
}

func promote(b []byte, index int, rank uint8) ([]byte, bool, error) {
	dense, err := HLLToDense(b)
	if err != nil {
		return b, false, err
	}
	return dense, denseRaise(dense, index, rank), nil
}

// joinSparse joins adjacent VAL opcodes of equal value among the few opcodes
// from offset at on, where a change may have put equals side by side.
func joinSparse(b []byte, at int) []byte {
	for range 5 {
		op, ok := decodeSparseOp(b[at:])
		if !ok {
			return b
		}
		next, ok := decodeSparseOp(b[at+op.size:])
		if ok && op.value != 0 && next.value == op.value && op.run+next.run <= sparseRunMax {
			// The joined opcode is looked at again: it may join the one to its
			// right as well.
			b[at] = sparseVal(op.value, op.run+next.run)
			b = slices.Delete(b, at+1, at+2)
			continue
		}
		at += op.size
	}
	return b
}
