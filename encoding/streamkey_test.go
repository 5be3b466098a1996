package encoding

import (
	"reflect"
	"testing"
)

func TestParseStreamKey(t *testing.T) {
	id := StreamID{1 << 40, 3}
	for _, c := range []struct {
		key  []byte
		want StreamKey
	}{
		{AppendStreamGroupKey(nil, []byte("g")), StreamKey{Kind: StreamKeyGroup, Name: []byte("g")}},
		{AppendStreamNameKey(nil, 300, []byte("c")), StreamKey{Kind: StreamKeyName, Group: 300, Name: []byte("c")}},
		{AppendStreamMemberKey(nil, 300, 7), StreamKey{Kind: StreamKeyMember, Group: 300, Consumer: 7}},
		{AppendStreamEntryKey(nil, id), StreamKey{Kind: StreamKeyEntry, ID: id}},
		{AppendStreamNodeKey(nil, id), StreamKey{Kind: StreamKeyNode, ID: id}},
		{AppendStreamPendingKey(nil, 0, id), StreamKey{Kind: StreamKeyPending, ID: id}},
		{AppendStreamOwnedKey(nil, 2, 1<<33, id), StreamKey{Kind: StreamKeyOwned, Group: 2, Consumer: 1 << 33, ID: id}},
	} {
		if got, err := ParseStreamKey(c.key); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %+v, %v", c.key, got, err)
		}
		if c.want.Kind != StreamKeyGroup && c.want.Kind != StreamKeyName {
			if got, err := ParseStreamKey(append(c.key, 0)); err == nil {
				t.Errorf("%q with a byte more: %+v", c.key, got)
			}
		}
	}
	for _, bad := range []string{"", "z", "p", "q\x01", "e\x09", "B\x02a"} {
		if got, err := ParseStreamKey([]byte(bad)); err == nil {
			t.Errorf("%q: %+v", bad, got)
		}
	}
}
