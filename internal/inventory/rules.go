package inventory

import (
	"github.com/offlet/offlet/internal/deploy"
	"github.com/offlet/offlet/internal/migrate"
)

// Rules are what the inventory cites: USE for what Eventlet is plugged into,
// DEP for what is beside the code, HAZ for what behaves differently on the way
// off Eventlet. They change nothing; each says what a person could do.
var Rules = []migrate.Rule{
	{
		ID: "USE1", Title: "gunicorn runs on Eventlet",
		Why: "gunicorn removed its eventlet worker in version 26.0. Use `--worker-class gthread` with --threads for a plain WSGI application, gevent if it holds very many connections open at once, " +
			"or an ASGI server if the application is asynchronous. Long-lived connections (WebSocket, long polling) each hold a thread of gthread: size --threads for them.",
	},
	{
		ID: "USE2", Title: "Celery's pool is Eventlet",
		Why: "Use `--pool threads` for tasks that wait for the network, or prefork (the default) for everything else; Celery's documentation recommends to start with prefork. gevent is the closest to what you have. " +
			"--concurrency was a number of green threads: 1000 of these become some tens of threads. Soft time limits, which the eventlet pool did not have, work on prefork.",
	},
	{
		ID: "USE3", Title: "Socket.IO runs on Eventlet",
		Why: "Use async_mode='threading' (with the package simple-websocket for WebSocket), and gevent only if that is not enough. Without async_mode the first installed of eventlet and gevent is taken: " +
			"say it, or uninstall Eventlet. The server changes with it: gunicorn's eventlet worker becomes gthread.",
	},
	{
		ID: "USE4", Title: "oslo.messaging runs its handlers on Eventlet",
		Why: "Use executor='threading'. Handlers then run in native threads, at the same time: what they share needs locks that were not needed before. On asyncio leave the server in threads of its own.",
	},
	{
		ID: "USE5", Title: "chaussette runs on Eventlet",
		Why: "Choose another --backend of chaussette, or serve the application with gunicorn's gthread worker.",
	},
	{
		ID: "DEP1", Title: "an environment variable of Eventlet",
		Why: "EVENTLET_HUB chooses the hub (step 1 makes it asyncio), the others tune DNS and the thread pool. None of them means anything after step 3: remove them then.",
	},
	{
		ID: "DEP2", Title: "somebody asks for Eventlet",
		Why: "The requirement goes with step 3; `offlet drop` removes those of the project's own manifests. In a lock file look for who asks for it: another package may bring it back.",
	},
	{
		ID: "DEP3", Title: "a logger of Eventlet",
		Why: "eventlet.wsgi logs under its own name. Another server has another logger: its level and handlers must be set anew after step 3.",
	},
	{
		ID: "DEP4", Title: "coverage.py measures green threads",
		Why: "`concurrency = eventlet` fails without Eventlet. Remove it after step 3; for native threads write thread.",
	},
	{
		ID: "DEP5", Title: "a file names Eventlet",
		Why: "offlet does not know what it means there. Look at it in step 3.",
	},
	{
		ID: "HAZ1", Title: "the process forks",
		Why: "Step 1: a child that is forked before the hub has first run fails on the asyncio hub ('Cannot run the event loop while another loop is running'); let one eventlet.sleep(0) pass before the fork, or fork before Eventlet is imported. " +
			"asyncio: a running loop does not survive a fork; fork first, start the loop in the child. " +
			"Threads: locks that another thread holds stay locked in the child; start threads and clients after the fork.",
	},
	{
		ID: "HAZ2", Title: "a signal handler raises",
		Why: "Step 1: an exception that a signal handler raises while the asyncio hub waits kills the hub ('Already running!' for ever); only KeyboardInterrupt survives. " +
			"Let the handler set an event, or spawn what it has to do. asyncio: use loop.add_signal_handler. Threads: handlers run in the main thread only.",
	},
	{
		ID: "HAZ3", Title: "a signal handler waits",
		Why: "A handler cannot await. Let it only start something: eventlet.spawn now, loop.add_signal_handler with create_task on asyncio, an event that the main thread waits for with threads.",
	},
	{
		ID: "HAZ4", Title: "asyncio is imported before the patching",
		Why: "Step 1: asyncio that was imported before use_hub and monkey_patch keeps the modules that it found, and the first yield fails. Import it, and what imports it (aiohttp), after these two.",
	},
	{
		ID: "HAZ5", Title: "asyncio.run beside Eventlet",
		Why: "Step 1: once the asyncio hub has run there is always a running loop, so asyncio.run and run_until_complete fail ('cannot be called from a running event loop'); before that they run on another loop, where a green thread cannot be awaited. " +
			"Use eventlet.asyncio.spawn_for_awaitable(coro).wait(), or offlet's bridge.call(coro).",
	},
	{
		ID: "HAZ6", Title: "the asyncio hub is chosen by the environment while greendns is on",
		Why: "Step 1: with dnspython and requests installed, `import eventlet` opens a socket while Eventlet is half imported, and a broken hub stays ('Hub' object has no attribute 'sleep_event'). " +
			"Set EVENTLET_NO_GREENDNS=yes beside EVENTLET_HUB, or call use_hub after the import, as `offlet hub` does.",
	},
	{
		ID: "HAZ7", Title: "an RLock is held while something waits",
		Why: "A patched RLock belongs to a green thread. In coroutines all tasks have one identity: two of them are inside at once and nobody notices. offlet's bridge and aio keep the owner apart; " +
			"if you write it by hand, use a lock that is not reentrant, or pass the fact that it is held. Threads: an RLock works as it is.",
	},
	{
		ID: "HAZ8", Title: "a class of Eventlet is subclassed",
		Why: "What the class overrides must mean the same on another base: a Timeout may become aio.Timeout; a GreenPool, Queue or Event that overrides methods has to be looked at method by method; " +
			"wsgi.HttpProtocol, WebSocketWSGI and hubs have no counterpart: another server takes their place.",
	},
	{
		ID: "HAZ9", Title: "something inside of Eventlet is changed",
		Why: "It has no effect once Eventlet is gone. A limit such as wsgi.MAX_HEADER_LINE becomes an option of the new server (gunicorn: --limit-request-field_size; aiohttp: max_field_size); a replaced function needs another way in.",
	},
	{
		ID: "HAZ10", Title: "a private name of Eventlet is used",
		Why: "Nothing takes its place, and it may change with Eventlet's version. Find out what it was for.",
	},
	{
		ID: "HAZ11", Title: "greenlets are used directly",
		Why: "switch, throw and gr_frame go around Eventlet. asyncio: a task has no switch; use futures, and asyncio.all_tasks() with Task.print_stack() for a dump. Threads: queues, and sys._current_frames() for a dump. GreenletExit becomes CancelledError.",
	},
	{
		ID: "HAZ12", Title: "patching depends on something",
		Why: "monkey_patch in a function or under a condition: what is imported before keeps the unpatched modules, and which code is green depends on how the program was started. " +
			"offlet takes it as patched. Make it the first thing of each entry point before step 1, or take both cases through the steps.",
	},
	{
		ID: "HAZ13", Title: "a test replaces something of Eventlet by name",
		Why: "mock.patch('eventlet.sleep') finds nothing to replace once the code calls something else, and fails in step 3. Patch what the code calls then (asyncio.sleep with an AsyncMock).",
	},
	{
		ID: "HAZ14", Title: "a module is imported in a second copy",
		Why: "import_patched and patcher.original give a copy of a module beside the one that everybody else has: two classes of one name, two sets of globals. Use the plain import in step 3; a copy that was unpatched on purpose (a real thread, a real select) is then just that module.",
	},
	{
		ID: "HAZ15", Title: "threading is mended by hand",
		Why: "`__original_module_threading` is a work-around for threads that Eventlet's patching lost. It has nothing to mend without Eventlet: remove it in step 3.",
	},
	{
		ID: "HAZ16", Title: "Eventlet is imported by a name in a string",
		Why: "try_import('eventlet'), import_module, __import__: the program runs with and without it, and decides at run time. offlet follows the literal; what the other branch does when Eventlet is gone is for a person to see.",
	},
	{
		ID: "IGN1", Title: "an ignore comment without a reason",
		Why: "Write `# offlet: ignore[HAZ1] the child only execs`: who reads it later must know why. Without a reason the comment counts for nothing.",
	},
	{
		ID: "IGN2", Title: "an ignore comment that ignores nothing",
		Why: "There is no such finding on that line, or not any more. Remove the comment.",
	},
}

// ruleOf are the rules for what was found beside the code.
var ruleOf = map[deploy.Kind]string{
	deploy.Gunicorn: "USE1", deploy.Celery: "USE2", deploy.SocketIO: "USE3", deploy.Messaging: "USE4", deploy.Chaussette: "USE5",
	deploy.Environment: "DEP1", deploy.Requirement: "DEP2", deploy.Constraint: "DEP2", deploy.Lock: "DEP2",
	deploy.Logger: "DEP3", deploy.Coverage: "DEP4", deploy.Mention: "DEP5",
}

// whatOf says in a few words what a setting is.
var whatOf = map[deploy.Kind]string{
	deploy.Gunicorn: "gunicorn runs on Eventlet", deploy.Celery: "Celery's pool is Eventlet", deploy.SocketIO: "Socket.IO runs on Eventlet",
	deploy.Messaging: "oslo.messaging runs on Eventlet", deploy.Chaussette: "chaussette runs on Eventlet",
	deploy.Environment: "an environment variable of Eventlet", deploy.Requirement: "asks for Eventlet", deploy.Constraint: "limits Eventlet's version",
	deploy.Lock: "locks Eventlet", deploy.Logger: "a logger of Eventlet", deploy.Coverage: "coverage.py measures green threads", deploy.Mention: "names Eventlet",
}

// Advice is what to do instead of plugging Eventlet into something, in one line.
func Advice(k deploy.Kind) string {
	switch k {
	case deploy.Gunicorn:
		return "gunicorn 26 has no eventlet worker: use --worker-class gthread --threads N (or gevent)"
	case deploy.Celery:
		return "use --pool threads or prefork (or gevent), with a smaller --concurrency"
	case deploy.SocketIO:
		return "use async_mode='threading' with simple-websocket (or gevent)"
	case deploy.Messaging:
		return "use executor='threading'"
	case deploy.Chaussette:
		return "use another --backend, or gunicorn with gthread"
	}
	return ""
}
