package types

import (
	"bytes"
	"slices"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// SortOptions of Sort and SortStore.
type SortOptions struct {
	By            []byte   // pattern of the keys to sort by; nil: by the elements themselves
	Unsorted      bool     // leave the elements in the order that they have
	Get           [][]byte // patterns of what to return of each element; none: the element
	Offset, Count int64    // which part of the result; a negative Count is all from Offset on
	Desc          bool     // from the largest down
	Alpha         bool     // by bytes, not by numbers
	Stable        bool     // the same set always gives the same result
}

// Sort returns the elements of a list, a set or a sorted set in order, or what
// patterns find for them. A nil is what was not found. The result is valid
// until a key that is part of it changes.
func Sort(tx *persistence.Tx, key []byte, o SortOptions) ([][]byte, error) {
	s, err := newSorting(tx, key, o, false)
	if err != nil {
		return nil, err
	}
	return s.result()
}

// SortStore makes a list of what Sort would return, in place of whatever was
// there, and returns its length. What was not found becomes empty. An empty
// result deletes the key.
func SortStore(tx *persistence.Tx, key, to []byte, o SortOptions) (int64, error) {
	o.Stable = true
	s, err := newSorting(tx, key, o, true)
	if err != nil {
		return 0, err
	}
	list, err := s.result()
	if err != nil {
		return 0, err
	}
	if len(list) == 0 {
		return 0, deleteSorted(tx, to)
	}
	return int64(len(list)), storeSorted(tx, to, list)
}

func deleteSorted(tx *persistence.Tx, to []byte) error {
	existed, err := tx.Delete(to)
	if err != nil || !existed {
		return err
	}
	tx.Log(wordDel, to)
	tx.Modified(to, persistence.EventGeneric, "del")
	return nil
}

// storeSorted stores a result as a list. It is logged as what it is: of equal
// elements a replica might take another order.
func storeSorted(tx *persistence.Tx, to []byte, list [][]byte) error {
	list = copyAll(list) // parts of it may lie in what they are about to replace
	l, err := emptyList(tx, to)
	if err != nil {
		return err
	}
	for _, e := range list {
		if err := l.Append(nil, e); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(list, logListMost) {
		tx.LogList(part, listEnds[ListTail].push, to)
	}
	tx.Modified(to, persistence.EventList, "sortstore")
	return nil
}

// emptyList makes an empty list in place of whatever a key holds.
func emptyList(tx *persistence.Tx, key []byte) (*persistence.Collection, error) {
	l, err := tx.Collection(key)
	if err != nil {
		return nil, err
	}
	if l.Exists() {
		tx.Log(wordDel, key)
	}
	return l, l.Create(encoding.ListKind(), nil, 0)
}

// logListMost is how many arguments one effect gets of a list whose length no
// request bounds.
const logListMost = 4096

// copyAll copies byte strings into memory of their own.
func copyAll(list [][]byte) [][]byte {
	size := 0
	for _, b := range list {
		size += len(b)
	}
	own, out := make([]byte, 0, size), make([][]byte, len(list))
	for i, b := range list {
		start := len(own)
		own = append(own, b...)
		out[i] = own[start:len(own):len(own)]
	}
	return out
}

// sorting is one SORT under way.
type sorting struct {
	SortOptions
	tx    *persistence.Tx
	by    sortPattern
	store bool
	from  sortSource
	list  []sortItem
}

// sortItem is an element with what it is sorted by.
type sortItem struct {
	element []byte
	score   float64
	text    []byte // with SortOptions.Alpha and By; nil if there is none
	at      int    // where it was before
}

func newSorting(tx *persistence.Tx, key []byte, o SortOptions, store bool) (*sorting, error) {
	s := &sorting{SortOptions: o, tx: tx, store: store, by: parseSortPattern(o.By)}
	var err error
	if s.from, err = openSortSource(tx, key); err != nil {
		return nil, err
	}
	if o.Unsorted && o.Stable && s.from.unordered() {
		s.Unsorted, s.Alpha, s.By = false, true, nil
	}
	return s, nil
}

// bounds is which part of n elements is asked for.
func (s *sorting) bounds(n int64) (from, to int64) {
	from = min(max(s.Offset, 0), n)
	if s.Count < 0 {
		return from, n
	}
	return from, from + min(s.Count, n-from)
}

// result sorts, and looks up what is to be returned.
func (s *sorting) result() ([][]byte, error) {
	from, to := s.bounds(s.from.len())
	if err := s.load(&from, &to); err != nil {
		return nil, err
	}
	if !s.Unsorted {
		if err := s.weigh(); err != nil {
			return nil, err
		}
		slices.SortFunc(s.list, s.compare())
	}
	return s.get(s.list[from:to])
}

// load reads the elements. If their order stands already, only those that are
// asked for are read, and the bounds move accordingly.
func (s *sorting) load(from, to *int64) (err error) {
	n := s.from.len()
	if err := longer(s.tx, n); err != nil {
		return err
	}
	if s.Unsorted && !s.from.unordered() {
		s.list, err = s.from.part(*from, *to, s.Desc)
		*from, *to = 0, int64(len(s.list))
		return err
	}
	s.list, err = s.from.part(0, n, false)
	return err
}

// weigh finds what each element is sorted by. Keys that have to be loaded do
// not stop the others from being asked for: so they are loaded together.
func (s *sorting) weigh() error {
	var failed, wrong error
	for i := range s.list {
		item := &s.list[i]
		item.at = i
		weight, err := s.weight(item.element)
		switch {
		case err != nil:
			failed = err
		case s.Alpha:
			item.text = weight
		case weight != nil && !item.parse(weight):
			wrong = ErrNotWeights
		}
	}
	if failed != nil {
		return failed
	}
	return wrong
}

// weight is what an element is sorted by, nil if it is not found.
func (s *sorting) weight(element []byte) ([]byte, error) {
	if s.By == nil {
		return element, nil
	}
	return s.by.find(s.tx, element)
}

func (item *sortItem) parse(weight []byte) (ok bool) {
	item.score, ok = encoding.ParseWeight(weight)
	return ok
}

// get looks up what is to be returned of the elements.
func (s *sorting) get(items []sortItem) ([][]byte, error) {
	out := make([][]byte, 0, len(items)*max(1, len(s.Get)))
	patterns := make([]sortPattern, len(s.Get))
	for i, p := range s.Get {
		patterns[i] = parseSortPattern(p)
	}
	var failed error
	for i := range items {
		if len(patterns) == 0 {
			out = append(out, items[i].element)
		}
		for j := range patterns {
			v, err := patterns[j].find(s.tx, items[i].element)
			if err != nil {
				failed = err
			}
			out = append(out, v)
		}
	}
	return out, failed
}

// compare is the order of items. Those that nothing tells apart stay as they
// were.
func (s *sorting) compare() func(a, b sortItem) int {
	order := s.byScore
	if s.Alpha {
		order = s.byText
	}
	return func(a, b sortItem) int {
		c := order(&a, &b)
		switch {
		case c == 0:
			return a.at - b.at
		case s.Desc:
			return -c
		default:
			return c
		}
	}
}

// byScore is the order of numbers, and of bytes where these are equal.
func (s *sorting) byScore(a, b *sortItem) int {
	switch {
	case a.score > b.score:
		return 1
	case a.score < b.score:
		return -1
	default:
		return bytes.Compare(a.element, b.element)
	}
}

// byText is the order of bytes; what has no text comes first. A result that is
// not stored is compared as C compares, up to a zero byte.
func (s *sorting) byText(a, b *sortItem) int {
	switch {
	case a.text == nil && b.text == nil:
		return 0
	case a.text == nil:
		return -1
	case b.text == nil:
		return 1
	case s.store:
		return bytes.Compare(a.text, b.text)
	default:
		return bytes.Compare(untilZero(a.text), untilZero(b.text))
	}
}

// untilZero is a text as C sees it.
func untilZero(b []byte) []byte {
	text, _, _ := bytes.Cut(b, []byte{0})
	return text
}
