package types

import "errors"

// What a command can find wrong with its keys or numbers.
var (
	ErrWrongType     = errors.New("the key holds another type")
	ErrNotInteger    = errors.New("not an integer, or out of range")
	ErrOverflow      = errors.New("increment or decrement would overflow")
	ErrNotFloat      = errors.New("not a float")
	ErrNaNOrInfinity = errors.New("increment would produce NaN or infinity")
	ErrNaN           = errors.New("the sum is not a number")
	ErrTooLong       = errors.New("string too long")
	ErrNoSuchKey     = errors.New("no such key")
	ErrSameObject    = errors.New("source and destination are the same")
	ErrIndexRange    = errors.New("index out of range")
	ErrNotWeights    = errors.New("not all weights are numbers")
	ErrNotHLL        = errors.New("not a HyperLogLog")
	ErrNotSparse     = errors.New("the HyperLogLog is dense")
	ErrNotStrings    = errors.New("a key of the two holds no string")

	ErrTooManyDraws    = errors.New("too many random elements")
	ErrFieldNotInteger = errors.New("the field does not hold an integer")
	ErrFieldNotFloat   = errors.New("the field does not hold a float")
	ErrBusyKey         = errors.New("the key exists")
	ErrBadPayload      = errors.New("a DUMP payload with a wrong checksum, or of an unknown version")
	ErrBadFormat       = errors.New("a DUMP payload that holds no value")
)

// What a command can find wrong with a stream.
var (
	ErrNoSuchGroup         = errors.New("no such group")
	ErrGroupExists         = errors.New("the group exists")
	ErrStreamFull          = errors.New("the stream has had the last ID that there is")
	ErrStreamIDTooSmall    = errors.New("the ID is not greater than the last one")
	ErrStreamEntryTooLarge = errors.New("the entry is too large")
	ErrStreamIDBelowTop    = errors.New("the last ID would be smaller than that of an entry")
	ErrStreamAddedBelowLen = errors.New("fewer entries would have been added than there are")
)
