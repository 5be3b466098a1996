package encoding

// What the keys of a stream's entries stand for: StreamKey.Kind.
const (
	StreamKeyGroup   = streamGroupKey
	StreamKeyName    = streamNameKey
	StreamKeyMember  = streamMemberKey
	StreamKeyEntry   = streamEntryKey
	StreamKeyNode    = streamNodeKey
	StreamKeyPending = streamPendingKey
	StreamKeyOwned   = streamOwnedKey
)

// StreamKey is a key of a stream's tree, taken apart. It has what its kind has.
type StreamKey struct {
	Kind            byte
	Group, Consumer uint64
	ID              StreamID // of a run of pending messages, its base
	Name            []byte   // of a group or a consumer; aliases the key
}

// ParseStreamKey takes any key of a stream's tree apart.
func ParseStreamKey(key []byte) (k StreamKey, err error) {
	if len(key) == 0 {
		return k, badStreamKey(key)
	}
	k.Kind = key[0]
	rest, ok := key[1:], true
	switch k.Kind {
	case StreamKeyGroup:
		k.Name = rest
		return k, nil
	case StreamKeyEntry, StreamKeyNode:
		k.ID, err = ParseStreamIDKey(key)
		return k, err
	case StreamKeyName, StreamKeyMember, StreamKeyPending, StreamKeyOwned:
		k.Group, rest, ok = cutOrdered(rest)
	default:
		ok = false
	}
	if ok && (k.Kind == StreamKeyMember || k.Kind == StreamKeyOwned) {
		k.Consumer, rest, ok = cutOrdered(rest)
	}
	switch {
	case !ok || k.Kind == StreamKeyMember && len(rest) > 0:
		return k, badStreamKey(key)
	case k.Kind == StreamKeyName:
		k.Name = rest
	case k.Kind != StreamKeyMember:
		k.ID, err = ParseStreamIDKey(key)
	}
	return k, err
}
