package rdb

// AppendFunctions builds a FUNCTION DUMP payload: libraries as in a file, and the tail of a DUMP payload.
func AppendFunctions(dst []byte, codes [][]byte, o Options) []byte {
	w := newValueWriter(o, 0)
	for _, code := range codes {
		w.buf = append(w.buf, opFunction)
		_ = w.string(code) // memory takes it
	}
	return append(dst, appendDumpTail(w.buf, w.version)...)
}

// OpenFunctions takes a FUNCTION DUMP payload apart. The codes alias it, or are copies.
//
// Errors: as of OpenDump.
func OpenFunctions(payload []byte, maxVersion int, limits Limits) (codes [][]byte, err error) {
	body, version, err := openDump(payload, maxVersion)
	if err != nil {
		return nil, err
	}
	r := Reader{version: version, decoder: decoder{source: memorySource(body), maxString: limits.maxString()}}
	for r.at < r.end {
		op, err := r.byte()
		if err != nil {
			return nil, err
		}
		if op != opFunction && op != opFunctionPreGA {
			return nil, malformed("opcode %d among functions", op)
		}
		r.scratch = nil // the last code may lie there
		if _, err := r.readFunction(op); err != nil {
			return nil, err
		}
		codes = append(codes, r.function.Code)
	}
	return codes, nil
}
