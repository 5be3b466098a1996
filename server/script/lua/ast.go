package lua

// The syntax tree, as the parser hands it to the compiler. A line is where an
// error of the node is reported.

type expr interface{}

type (
	nilExpr    struct{}
	boolExpr   struct{ v bool }
	numberExpr struct{ v float64 }
	stringExpr struct{ s string }
	dotsExpr   struct{}
	nameExpr   struct {
		name string
		line int
	}
	parenExpr struct{ e expr } // one value, whatever is inside

	indexExpr struct {
		obj, key expr
		line     int
	}
	callExpr struct {
		fn     expr
		method string // not empty: fn:method(args)
		args   []expr
		line   int
	}
	unaryExpr struct {
		op   token
		e    expr
		line int
	}
	binaryExpr struct {
		op   token // arithmetic, .. or a comparison
		l, r expr
		swap bool // compare r with l
		line int
	}
	logicExpr struct {
		and  bool
		l, r expr
	}
	tableExpr struct {
		items []tableItem
		line  int
	}
	// tableItem has no key if it is of the list part.
	tableItem struct {
		key, val expr
		line     int
	}
	functionExpr struct {
		params         []string
		dots, usesDots bool
		body           []stmt
		line, lastLine int
		self           bool
	}
)

type stmt interface{}

type (
	localStmt struct {
		names []string
		exprs []expr
		line  int
	}
	assignStmt struct {
		targets []expr
		exprs   []expr
		line    int
	}
	callStmt struct {
		call *callExpr
	}
	doStmt struct {
		body []stmt
	}
	whileStmt struct {
		cond expr
		body []stmt
		line int // of its end
	}
	repeatStmt struct {
		body []stmt
		cond expr
		line int
	}
	ifStmt struct {
		conds  []expr
		blocks [][]stmt // one more than conds if there is an else
	}
	forStmt struct {
		name               string
		start, limit, step expr // step may be nil
		body               []stmt
		line               int
	}
	forInStmt struct {
		names []string
		exprs []expr
		body  []stmt
		line  int
	}
	functionStmt struct {
		target expr
		fn     *functionExpr
		line   int
	}
	localFunctionStmt struct {
		name string
		fn   *functionExpr
	}
	returnStmt struct {
		exprs []expr
		line  int
	}
	breakStmt struct{ line int }
)
