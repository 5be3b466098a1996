package lua

// sorter is Lua 5.1's quicksort, step by step: scripts see the order in which
// their function is asked, where equal elements end, and what is said about a
// function that contradicts itself.
type sorter struct {
	t     *Thread
	table *Table
	less  Value // nil: the < operator
}

func tableSort(t *Thread) int {
	table := t.CheckTable(1)
	n := table.Len()
	less := t.Arg(2)
	if less.p != nil {
		t.CheckFunction(2)
	}
	if n > 1 {
		t.writable(table)
	}
	s := &sorter{t, table, less}
	s.sort(1, n)
	return 0
}

func (s *sorter) before(a, b Value) bool {
	s.t.rt.spend(1)
	if s.less.p == nil {
		return s.t.less(a, b)
	}
	return s.t.callValue2(s.less, a, b).Truthy()
}

func (s *sorter) get(i int) Value { return s.table.GetInt(i) }

func (s *sorter) set(i int, v Value) { s.table.SetInt(s.t.rt, i, v) }

func (s *sorter) swap(i, j int) {
	a, b := s.get(i), s.get(j)
	s.set(i, b)
	s.set(j, a)
}

func (s *sorter) swapIfLess(i, j int) {
	if s.before(s.get(i), s.get(j)) {
		s.swap(i, j)
	}
}

// sort sorts lo..hi. The smaller half is done first, so depth is logarithmic.
func (s *sorter) sort(lo, hi int) {
	for lo < hi {
		s.swapIfLess(hi, lo)
		if hi-lo == 1 {
			return
		}
		mid := (lo + hi) / 2
		if s.before(s.get(mid), s.get(lo)) {
			s.swap(mid, lo)
		} else {
			s.swapIfLess(hi, mid)
		}
		if hi-lo == 2 {
			return
		}
		i := s.partition(lo, hi, mid)
		if i-lo < hi-i {
			s.sort(lo, i-1)
			lo = i + 1
		} else {
			s.sort(i+1, hi)
			hi = i - 1
		}
	}
}

// partition moves what is smaller than the pivot before it.
func (s *sorter) partition(lo, hi, mid int) int {
	pivot := s.get(mid)
	s.swap(mid, hi-1)
	i, j := lo, hi-1
	for {
		for i++; s.before(s.get(i), pivot); i++ {
			if i > hi {
				s.t.Errorf("invalid order function for sorting")
			}
		}
		for j--; s.before(pivot, s.get(j)); j-- {
			if j < lo {
				s.t.Errorf("invalid order function for sorting")
			}
		}
		if j < i {
			s.swap(hi-1, i)
			return i
		}
		s.swap(i, j)
	}
}
