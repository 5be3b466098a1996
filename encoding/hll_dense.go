package encoding

// Four registers of 6 bits fill three bytes exactly, so the dense functions
// work on such groups and never look beyond the last byte.

// loadGroup reads the four registers of the three bytes at the start of b, the
// first one lowest.
func loadGroup(b []byte) uint32 {
	_ = b[2]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
}

// denseRaise raises register index of the dense value b to rank, and tells
// whether it was lower.
func denseRaise(b []byte, index int, rank uint8) bool {
	group := b[hllHeaderSize+index/4*3:]
	shift := index % 4 * 6
	g := loadGroup(group)
	if uint8(g>>shift&63) >= rank {
		return false
	}
	g = g&^(63<<shift) | uint32(rank&63)<<shift
	group[0], group[1], group[2] = byte(g), byte(g>>8), byte(g>>16)
	return true
}

func denseHistogram(body []byte, histo *hllHistogram) {
	for ; len(body) >= 3; body = body[3:] {
		g := loadGroup(body)
		histo[g&63]++
		histo[g>>6&63]++
		histo[g>>12&63]++
		histo[g>>18&63]++
	}
}

func denseMerge(regs *HLLRegs, body []byte) {
	for i := 0; i < HLLRegisters; i += 4 {
		g := loadGroup(body[i/4*3:])
		r := regs[i : i+4 : i+4]
		r[0] = max(r[0], byte(g&63))
		r[1] = max(r[1], byte(g>>6&63))
		r[2] = max(r[2], byte(g>>12&63))
		r[3] = max(r[3], byte(g>>18&63))
	}
}

// HLLToDense returns b in dense encoding, cached count included; b itself is
// left alone and is returned as it is if it is dense already.
func HLLToDense(b []byte) ([]byte, error) {
	if !HLLValid(b) {
		return b, ErrHLLCorrupt
	}
	if !HLLIsSparse(b) {
		return b, nil
	}
	var regs HLLRegs
	if err := sparseMerge(&regs, b[hllHeaderSize:]); err != nil {
		return b, err
	}
	dense := make([]byte, hllDenseSize)
	copy(dense, b[:hllHeaderSize])
	dense[4] = hllDense
	packRegisters(dense[hllHeaderSize:], &regs)
	return dense, nil
}

func packRegisters(body []byte, regs *HLLRegs) {
	for i := 0; i < HLLRegisters; i += 4 {
		r := regs[i : i+4 : i+4]
		g := uint32(r[0]) | uint32(r[1])<<6 | uint32(r[2])<<12 | uint32(r[3])<<18
		b := body[i/4*3:]
		b[0], b[1], b[2] = byte(g), byte(g>>8), byte(g>>16)
	}
}
