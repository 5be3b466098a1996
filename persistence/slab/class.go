package slab

const (
	headerBytes = 32
	// MaxSmall is the biggest block that shares pages; bigger ones are large.
	MaxSmall = PageBytes - headerBytes
	minBlock = 16
)

// classBytes lists the block sizes: steps of 8 up to 256 bytes, then steps of
// about a sixteenth, then the sizes that fill a page with few blocks.
var classBytes = makeClasses()

// classOfUnits maps a size in units of 8 bytes, rounded up, to its class.
var classOfUnits = makeClassIndex()

func makeClasses() []int {
	var out []int
	for n := minBlock; n <= 256; n += 8 {
		out = append(out, n)
	}
	for n := 256; n < MaxSmall; {
		n += max(8, n/16/8*8)
		if perPage := MaxSmall / n; perPage > 0 {
			n = MaxSmall / perPage / 8 * 8 // nothing of the page is left over
		} else {
			n = MaxSmall
		}
		if n > out[len(out)-1] {
			out = append(out, n)
		} else {
			n = out[len(out)-1] + 8
		}
	}
	return out
}

func makeClassIndex() []uint8 {
	idx := make([]uint8, MaxSmall/unit+1)
	c := 0
	for u := range idx {
		for classBytes[c] < u*unit {
			c++
		}
		idx[u] = uint8(c)
	}
	return idx
}

func classOf(n int) int { return int(classOfUnits[(n+unit-1)/unit]) }

// SameClass tells whether blocks of n and m bytes take the same room, so that
// one can be rewritten as the other where it lies.
func SameClass(n, m int) bool {
	if n > MaxSmall || m > MaxSmall {
		return n > MaxSmall && m > MaxSmall && roundToOSPage(n) == roundToOSPage(m)
	}
	return classOf(n) == classOf(m)
}

// Class is the class of blocks of n bytes, at most MaxSmall; it is not 0 for
// more than 16 bytes.
func Class(n int) uint8 { return classOfUnits[(n+unit-1)/unit] }

// ClassBytes is how many bytes a block of a class takes.
func ClassBytes(class uint8) int { return classBytes[class] }

// Footprint is how many bytes a block of n bytes takes.
func Footprint(n int) int {
	if n > MaxSmall {
		return int(roundToOSPage(n))
	}
	return classBytes[classOf(n)]
}
