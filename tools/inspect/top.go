package inspect

import (
	"container/heap"
	"slices"
)

// top keeps the biggest keys.
type top struct {
	most int
	less func(a, b *Big) bool
	heap []Big // the smallest first
}

func (t *top) add(k *key) {
	b := Big{Database: k.database, Type: k.kind, Elements: k.elements, Bytes: k.bytes}
	if len(t.heap) == t.most && (t.most == 0 || !t.less(&t.heap[0], &b)) {
		return
	}
	b.Name = string(k.name)
	if len(t.heap) == t.most {
		t.heap[0] = b
		heap.Fix(t, 0)
		return
	}
	heap.Push(t, b)
}

func (t *top) list() []Big {
	list := slices.Clone(t.heap)
	slices.SortFunc(list, func(a, b Big) int {
		switch {
		case t.less(&b, &a):
			return -1
		case t.less(&a, &b):
			return 1
		}
		return 0
	})
	return list
}

func (t *top) Len() int           { return len(t.heap) }
func (t *top) Less(i, j int) bool { return t.less(&t.heap[i], &t.heap[j]) }
func (t *top) Swap(i, j int)      { t.heap[i], t.heap[j] = t.heap[j], t.heap[i] }
func (t *top) Push(x any)         { t.heap = append(t.heap, x.(Big)) }

func (t *top) Pop() any {
	last := t.heap[len(t.heap)-1]
	t.heap = t.heap[:len(t.heap)-1]
	return last
}
