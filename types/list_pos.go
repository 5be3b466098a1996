package types

import "github.com/cairndb/cairn/persistence"

// ListPosOptions of ListPositions.
type ListPosOptions struct {
	Rank   int64 // the first match that counts, from 1; negative: from the end on, -1 is the last
	Count  int64 // most positions to return; 0: all
	MaxLen int64 // most elements to compare; 0: all
}

// ListPositions are the positions of elements that equal a given one, in the
// order in which they are met.
func ListPositions(tx *persistence.Tx, key, element []byte, o ListPosOptions) (found []int64, err error) {
	l, err := openList(tx, key)
	if err != nil {
		return nil, err
	}
	end, rank := ListHead, o.Rank
	if rank < 0 {
		end, rank = ListTail, -rank // the least number stays negative: then every match counts, as in Redis
	}
	compared := l.Len()
	if o.MaxLen > 0 {
		compared = min(compared, o.MaxLen)
	}
	m := matchFrom(tx, l, end, compared, element)
	for matches := int64(1); m.next(); matches++ {
		if matches < rank {
			continue
		}
		found = append(found, m.at)
		if o.Count > 0 && matches-rank+1 >= o.Count {
			break
		}
	}
	return found, m.err
}
