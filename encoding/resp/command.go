package resp

// AppendCommand appends args as a request: an array of bulk strings, as clients, the replication stream and the log
// have it.
func AppendCommand(dst []byte, args ...[]byte) []byte { return appendCommand(dst, args) }

// AppendCommandList is AppendCommand for words that a list of further arguments follows.
func AppendCommandList(dst []byte, words, list [][]byte) []byte {
	dst = appendHeader(dst, KindArray, int64(len(words)+len(list)))
	for _, arg := range words {
		dst = appendBulk(dst, KindBulk, arg)
	}
	for _, arg := range list {
		dst = appendBulk(dst, KindBulk, arg)
	}
	return dst
}

// AppendCommandStrings is AppendCommand for strings.
func AppendCommandStrings(dst []byte, args ...string) []byte { return appendCommand(dst, args) }

func appendCommand[T []byte | string](dst []byte, args []T) []byte {
	dst = appendHeader(dst, KindArray, int64(len(args)))
	for _, arg := range args {
		dst = appendBulk(dst, KindBulk, arg)
	}
	return dst
}
