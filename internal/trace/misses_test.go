package trace

import "strings"

// knownMisses are the functions of testdata/mechanisms that yield and that the
// analysis calls plain, with the reason.
var knownMisses = func() map[string]string {
	out := map[string]string{}
	for reason, names := range map[string]string{
		"a special method that a builtin function, an operator or a container calls": `c_max c_sorted c_sort c_format c_in_list c_eq_list c_hash c_star c_range c_divmod c_dir c_bytes c_reprlist c_isinstance c_sumr c_setattrd c_del`,
		"a method of an abstract base of the standard library calls the project's":   `c_mmget c_mmitems c_mmupdate c_mmpop c_mmkeys c_userdict c_formatter c_jsonenc c_rawio c_textio`,
		"a function of the standard library calls one that it is given":              `c_push c_finalize c_singledispatch c_groupby c_takewhile c_tee c_json c_jsonhook c_re c_context c_bisect c_pickle`,
		"a framework runs it: handlers of logging, tests, signals":                   `c_log c_unittest c_suite c_signal`,
		"code as text": `c_eval c_exec`,
		"a coroutine that green code drives by send()": `c_asyncrun`,
	} {
		for _, n := range strings.Fields(names) {
			out[n] = reason
		}
	}
	return out
}()
