package lua

// instr is one instruction. Registers are numbered from the frame's base; a
// constant is marked by constFlag in b or c.
//
//	op:8  a:8  b:16  c:16          most
//	op:8  a:8  -:16  x:s32         jumps, loops, constants, closures
type instr uint64

type opcode uint8

// A register is R, an upvalue U, a constant K, one of R and K is RK.
const (
	opMove       opcode = iota // R[a] = R[b]
	opConst                    // R[a] = K[x]
	opNil                      // R[a..b] = nil
	opBool                     // R[a] = b != 0
	opGetUpvalue               // R[a] = U[b]
	opSetUpvalue               // U[b] = R[a]
	opGetGlobal                // R[a] = globals[K[x]]
	opSetGlobal                // globals[K[x]] = R[a]
	opIndex                    // R[a] = R[b][RK[c]]
	opField                    // R[a] = R[b][K[c]], a string
	opSetIndex                 // R[a][RK[b]] = RK[c]
	opSetField                 // R[a][K[b]] = RK[c], a string
	opNewTable                 // R[a] = {} with room for b and c
	opSelf                     // R[a+1] = R[b]; R[a] = R[b][RK[c]]
	opAdd                      // R[a] = RK[b] + RK[c]
	opSub                      //
	opMul                      //
	opDiv                      //
	opMod                      //
	opPow                      //
	opNeg                      // R[a] = -R[b]
	opNot                      // R[a] = not R[b]
	opLen                      // R[a] = #R[b]
	opConcat                   // R[a] = R[b] .. ... .. R[c]
	opJump                     // to x, relative to the next instruction
	opLoop                     // the same, backwards
	opTest                     // jump by x if R[a] is true: b == 1; if it is not: b == 0
	opEqual                    // if (RK[b] == RK[c]) == a: do the next instruction, a jump; else skip it
	opLess                     //
	opLessEqual                //
	opCall                     // R[a], ... = R[a](R[a+1], ...); b-1 arguments, c-1 results; 0: up to the top
	opTailCall                 // return R[a](...)
	opReturn                   // return R[a], ...; b-1 values; 0: up to the top
	opForPrepare               // R[a..a+2] are numbers: R[a] -= R[a+2]; jump by x
	opForLoop                  // R[a] += R[a+2]; if not beyond R[a+1]: R[a+3] = R[a], jump by x
	opForIn                    // R[a+3], ... = R[a](R[a+1], R[a+2]); c results; if not nil: R[a+2] = R[a+3], do the next
	opSetList                  // R[a][c+i] = R[a+i] for 1..b; b 0: up to the top; c is K or a number
	opClose                    // end captured variables from R[a] on
	opClosure                  // R[a] = function x
	opVararg                   // R[a], ... = ...; b-1 values; 0: all, and the top behind them
)

const (
	constFlag = 1 << 15
	maxRK     = constFlag - 1 // index of a constant that an operand can name
)

func encode(op opcode, a, b, c int) instr {
	return instr(op) | instr(a&0xff)<<8 | instr(b&0xffff)<<16 | instr(c&0xffff)<<32
}

func encodeX(op opcode, a, b, x int) instr {
	return instr(op) | instr(a&0xff)<<8 | instr(b&0xffff)<<16 | instr(uint32(int32(x)))<<32
}

func (i instr) op() opcode { return opcode(i) }
func (i instr) a() uint8   { return uint8(i >> 8) }
func (i instr) b() int     { return int(uint16(i >> 16)) }
func (i instr) c() int     { return int(uint16(i >> 32)) }
func (i instr) x() int     { return int(int32(i >> 32)) }
