package trace

import "strings"

// knownMisses are the functions of testdata/mechanisms that yield and that the
// analysis calls plain, with the reason.
var knownMisses = func() map[string]string {
	out := map[string]string{}
	for reason, names := range map[string]string{
		"a framework runs it: handlers of logging, suites of tests, signals": `c_log c_suite c_signal`,
		"a coroutine that green code drives by send()":                       `c_asyncrun`,
	} {
		for _, n := range strings.Fields(names) {
			out[n] = reason
		}
	}
	return out
}()
