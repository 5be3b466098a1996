package tools

import "bytes"

// plainWords makes of a command of a stream, as a master sends it to its replicas, one that any client may send. Redis
// spells out how far a stream was trimmed, "MAXLEN = n", but leaves a LIMIT behind, which only replicas overlook
// (t_stream.c, streamRewriteApproxSpecifier).
func plainWords(args [][]byte) [][]byte {
	if len(args) < 6 || !bytes.EqualFold(args[0], []byte("XADD")) && !bytes.EqualFold(args[0], []byte("XTRIM")) {
		return args
	}
	i := 2
	if bytes.EqualFold(args[i], []byte("NOMKSTREAM")) {
		i++
	}
	if len(args) < i+5 || !bytes.EqualFold(args[i], []byte("MAXLEN")) && !bytes.EqualFold(args[i], []byte("MINID")) ||
		string(args[i+1]) != "=" || !bytes.EqualFold(args[i+3], []byte("LIMIT")) {
		return args
	}
	return append(args[:i+3:i+3], args[i+5:]...)
}
