package lua

// listFlush is how many list items are stored at a time.
const listFlush = 50

// tableTo compiles a constructor. dst is a new register.
func (c *compiler) tableTo(e *tableExpr, dst int) {
	nlist, nhash := 0, 0
	for _, it := range e.items {
		if it.key == nil {
			nlist++
		} else {
			nhash++
		}
	}
	open := 0 // the last item, if it gives any number of values, needs no room
	if n := len(e.items); n > 0 && e.items[n-1].key == nil && isMulti(e.items[n-1].val) {
		open = 1
	}
	c.at(e.line)
	c.emit(encodeSizes(dst, roundSize(nlist-open), roundSize(nhash)))
	c.items(e.items, dst)
}

// encodeSizes packs the sizes of a new table, 24 bits each.
func encodeSizes(dst, narray, nhash int) instr {
	return instr(opNewTable) | instr(dst)<<8 | instr(min(narray, 1<<24-1))<<16 | instr(min(nhash, 1<<24-1))<<40
}

func (i instr) sizes() (narray, nhash int) { return int(i >> 16 & (1<<24 - 1)), int(i >> 40) }

// roundSize rounds up to 8..15 times a power of two: in Lua 5.1 an instruction
// has no room for more, and it shows in the order of pairs.
func roundSize(n int) int {
	e := 0
	for n >= 16 {
		n = (n + 1) >> 1
		e++
	}
	return n << e
}

func (c *compiler) items(items []tableItem, dst int) {
	pending, stored := 0, 0
	for i, it := range items {
		if it.key != nil {
			c.keyedItem(it, dst)
			continue
		}
		if i == len(items)-1 && isMulti(it.val) {
			c.multi(it.val, -1)
			c.setList(dst, -1, stored)
			return
		}
		c.next(it.val)
		pending++
		if pending == listFlush {
			c.setList(dst, pending, stored)
			stored += pending
			pending = 0
		}
	}
	if pending > 0 {
		c.setList(dst, pending, stored)
	}
}

func (c *compiler) keyedItem(it tableItem, dst int) {
	free := c.free
	key := c.rk(it.key)
	val := c.rk(it.val)
	c.at(it.line)
	c.emit(encode(opSetIndex, dst, key, val))
	c.free = free
}

// setList stores n values, or all up to the top, behind those stored before.
func (c *compiler) setList(dst, n, stored int) {
	c.emit(encodeX(opSetList, dst, n+1, stored))
	c.free = dst + 1
}
