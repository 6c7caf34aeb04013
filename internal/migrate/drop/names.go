package drop

import (
	"slices"
	"strings"
	"unicode"
)

// inEventlet are the names in the package eventlet, modules and others, of the
// versions that are in use and of the old ones whose names are still about.
var inEventlet = strings.Fields(`
	BoundedSemaphore CappedSemaphore Event EventletDeprecationWarning GreenPile GreenPool Queue Semaphore StopServe
	Timeout TimeoutError _DEPRECATED _version _warn_on_fork asyncio backdoor call_after_global connect convenience
	corolocal coros dagpool db_pool debug event exc_after getcurrent green greenio greenlet greenpool greenthread hubs
	import_patched is_timeout kill listen lock monkey_patch os patcher pools queue semaphore serve sleep spawn
	spawn_after spawn_n support sys timeout tpool version_info warnings websocket with_timeout wrap_is_timeout
	wrap_ssl wsgi zipkin

	api call_after common httpc logutil proc processes saranwrap spawn_after_local spawn_local twistedutil util`)

// namesEventlet reports whether a string may be the dotted name of something in
// Eventlet. The names of hosts and files may begin in the same way.
func namesEventlet(text string) bool {
	rest, ok := strings.CutPrefix(text, "eventlet.")
	if !ok || strings.ContainsAny(text, " \n") {
		return false
	}
	first := rest
	if end := strings.IndexFunc(rest, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }); end >= 0 {
		first = rest[:end]
	}
	// "eventlet.%s" may be anything; names like __version__ are not listed
	return first == "" || strings.HasPrefix(first, "__") || slices.Contains(inEventlet, first)
}
