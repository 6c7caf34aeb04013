package asyncio

import "github.com/offlet/offlet/internal/migrate"

// Rules are the rewrites and refusals of the second step.
var Rules = []migrate.Rule{
	{
		ID: "AIO1", Title: "a function that may yield becomes a coroutine function",
		From: "def fetch(url):\n    return urlopen(url).read()",
		To:   "async def fetch(url):\n    …",
		Why: "Every function on a path from a thread's start to a yielding call becomes `async def`, and every call of it is awaited. " +
			"One that waits for nothing but what stays green gains nothing and stays as it is. Awaiting a coroutine runs it at once in the caller's turn, as the green call did: no new place where other tasks may run is added.",
	},
	{
		ID: "AIO2", Title: "the call of a coroutine function is awaited",
		From: "page = fetch(url)", To: "page = await fetch(url)",
		Why: "The call gives a coroutine; awaiting it runs the function in the caller's own task, so exceptions, kills and timeouts reach it as before.",
	},
	{
		ID: "AIO3", Title: "sleep",
		From: "eventlet.sleep(1)\ntime.sleep(1)  # patched", To: "await asyncio.sleep(1)",
		Why: "Both suspend the caller for at least that time; sleep(0) lets every ready task run once, in the order in which they became ready.",
	},
	{
		ID: "AIO4", Title: "Eventlet's objects become those of offlet.aio",
		From: "eventlet.GreenPool(10)\neventlet.Queue()\neventlet.Event()", To: "aio.Pool(10)\naio.Queue()\naio.Event()",
		Why: "They keep Eventlet's semantics on asyncio: a pool that blocks when full and runs a worker's own spawn inline, a queue whose size 0 is a rendezvous, " +
			"an event that carries a value. The stdlib's classes of the same name differ in just these points.",
	},
	{
		ID: "AIO5", Title: "a green thread becomes a task",
		From: "eventlet.spawn(f, x)", To: "aio.spawn(f, x)",
		Why: "It starts in the next pass, in the order of spawning; it is kept alive, its exception is printed at once, and wait, kill, cancel and link mean what they meant.",
	},
	{
		ID: "AIO6", Title: "Timeout",
		From: "with eventlet.Timeout(5):", To: "with aio.Timeout(5):",
		Why: "The same class on asyncio: a BaseException raised inside the block at the await where it waits, with its identity, silent for False, with an exception of your own.",
	},
	{
		ID: "AIO7", Title: "with becomes async with where entering or leaving may yield",
		From: "with semaphore:", To: "async with semaphore:",
		Why: "Entering waits for the semaphore (or runs a context manager that waits).",
	},
	{
		ID: "AIO8", Title: "what yields while it is iterated is driven on with await",
		From: "for page in pool.imap(fetch, urls):\nnext(lines)\nlines.throw(error)\nlines.close()", To: "async for page in pool.imap(fetch, urls):\nawait anext(lines)\nawait aio.throw(lines, error)\nawait lines.aclose()",
		Why: "Each step waits for the next item.",
	},
	{
		ID: "AIO9", Title: "comprehensions, generator expressions and builtins over what yields",
		From: "list(pool.imap(f, xs))\nsum(f(x) for x in xs)", To: "[item async for item in pool.imap(f, xs)]\nsum([await f(x) for x in xs])",
		Why: "A builtin cannot iterate asynchronously: the items are gathered first, in the same order. any() and all() stop early, so they become aio.any and aio.all.",
	},
	{
		ID: "AIO10", Title: "a lambda whose value is a call that yields",
		From: "lambda: fetch(url)", To: "lambda: fetch(url)  # gives a coroutine, which the caller awaits",
		Why: "A lambda cannot await, but it can give the coroutine; every caller awaits it. A lambda that uses the value becomes a named coroutine function.",
	},
	{
		ID: "AIO11", Title: "a generator that yields to the hub becomes an async generator",
		From: "def lines(sock):\n    yield sock.recv(100)", To: "async def lines(sock):\n    yield await sock.recv(100)",
		Why: "Every consumer of it becomes asynchronous with it.",
	},
	{
		ID: "AIO12", Title: "sockets",
		From: "eventlet.listen(addr)\nsocket.socket()  # green or patched", To: "aio.listen(addr)\naio.Socket()",
		Why: "The same methods, those that wait are awaited; timeouts, makefile and closing behave as GreenSocket's.",
	},
	{
		ID: "AIO13", Title: "a blocking library call goes through the bridge",
		From: "urlopen(url)", To: "await bridge.call_green(urlopen, url)",
		Why: "The library stays what it is: while Eventlet is there it runs in a green thread; the third step moves it to a thread. Swapping the library is a choice of yours.",
	},
	{
		ID: "AIO14", Title: "the program's entry waits for the coroutine",
		From: "main()", To: "bridge.call(main())",
		Why: "Module code cannot await. Where several statements of a script yield, they move into one coroutine, so that all run on one loop.",
	},
	{
		ID: "AIO15", Title: "a constructor that yields",
		From: "client = Client(addr)", To: "client = await aio.new(Client, addr)",
		Why: "`__init__` becomes a coroutine; aio.new does what calling the class does and awaits it. A plain `Client(addr)` that was missed fails loudly.",
	},
	{
		ID: "AIO16", Title: "special methods that yield become their asynchronous twins",
		From: "def __enter__(self):\ndef __next__(self):", To: "async def __aenter__(self):\nasync def __anext__(self):",
		Why: "All uses of the class change with it: async with, async for. StopIteration becomes StopAsyncIteration in __anext__.",
	},
	{
		ID: "AIO17", Title: "a call that may or may not give a coroutine",
		From: "handler(request)", To: "await aio.maybe(handler(request))",
		Why: "Some of the functions that may be called here are coroutine functions and some are not; aio.maybe awaits what is a coroutine and hands on what is not.",
	},
	{
		ID: "AIO18", Title: "an async function is called from code that stays green",
		From: "value = fetch(url)", To: "value = bridge.call(fetch(url))",
		Why: "The green thread waits for the coroutine, which runs at once in its turn.",
	},
	{
		ID: "AIO19", Title: "a green function is called from a coroutine",
		From: "value = legacy(x)", To: "value = await bridge.call_green(legacy, x)",
		Why: "The coroutine waits for the green code, which runs at once in its turn.",
	},
	{
		ID: "AIO20", Title: "thread-local state becomes task-local",
		From: "threading.local()  # patched", To: "aio.Local()",
		Why: "Under monkey patching each green thread has its own values; a plain threading.local would be shared by all tasks.",
	},
	{
		ID: "AIO21", Title: "imports follow what the file uses",
		From: "from eventlet import sleep", To: "import asyncio\nfrom app._offlet import aio, bridge",
		Why: "An import goes when the last use of its names was rewritten; one that other modules use stays. asyncio and the runtime are imported after the hub is chosen and the patching is done.",
	},
	{
		ID: "AIO22", Title: "the runtime is listed among the packages",
		From: "packages = [\"app\"]", To: "packages = [\"app\", \"app._offlet\", \"app._offlet.aio\"]",
		Why: "setuptools builds the packages of a literal list and no others: without the runtime the installed program could not be imported.",
	},

	{
		ID: "LEFT1", Title: "a function must stay synchronous because of who calls it",
		Why: "It may yield, but something that cannot await calls it: a library callback, a key function, a special method, a decorator that offlet does not know. " +
			"It stays green, which is right as long as Eventlet is there. Before the third step, move the waiting out of it, or hand the work to a task.",
	},
	{
		ID: "LEFT2", Title: "an Eventlet object has to stay as it is",
		Why: "It is given to code that offlet cannot see, or it has no twin on asyncio yet. It works while Eventlet is there: coroutines use it through the bridge.",
	},
	{
		ID: "LEFT3", Title: "code that runs when a module is imported yields",
		Why: "A module body is not a coroutine and its importers do not await it. Move the work into a function that the program calls.",
	},
	{
		ID: "LEFT4", Title: "what is called here is not known",
		Why: "The call stays as it is. If it can reach a function that is now a coroutine function, nobody awaits it; offlet keeps every function that may come this way synchronous.",
	},
	{
		ID: "LEFT5", Title: "an API of Eventlet that offlet does not convert",
		Why: "It has no exact counterpart on asyncio, or one that depends on what you want; the message at the place says what is in the way. It works while Eventlet is there. Before the third step replace it by hand: " +
			"eventlet.wsgi by a WSGI server with threads (gunicorn's gthread) or by ASGI, eventlet.websocket by an asyncio server such as the package websockets, " +
			"db_pool by a pool of the database library, a green version of a library by the library's asyncio counterpart or by aio.to_thread around its calls, " +
			"import_patched and patcher.original by the plain import, select on sockets by waiting for each of them in a task of its own, eventlet.debug by asyncio's debug mode, hubs and raw greenlets by tasks and futures.",
	},
	{
		ID: "LEFT6", Title: "a library of which offlet does not know whether it blocks",
		Why: "The program is monkey-patched, so the call may yield. In a coroutine it goes through the bridge, which is right in any case. " +
			"Where the library is installed, --env DIR (a virtual environment; .venv and venv in the project are found) lets offlet read its source, which may tell. " +
			"If the library never waits, say so in pyproject.toml, so that it is called directly: [tool.offlet] with quiet = [\"mylib\"], or quiet = [\"mylib.text.clean\"] for one function.",
	},
	{
		ID: "LEFT7", Title: "something replaces what the code does not call any more, or awaits now",
		From: "mock.patch(\"app.eventlet.sleep\")",
		Why: "The code now calls another function, so what a test puts in the place of the old one is never called: the test fails, or it passes and really waits. So does what time.sleep = fake puts there. " +
			"Replace what the code calls now, with something that can be awaited: mock.patch(\"asyncio.sleep\", new_callable=mock.AsyncMock), or the class of aio. " +
			"Where a function of the project has become a coroutine function, what is put in its place must be one too: `async def fake(...)`, or mock.AsyncMock. mock.patch without a replacement does so by itself, but not for the methods of a class that it replaces, unless it has autospec=True. " +
			"And what such an AsyncMock gives has coroutine functions for methods, which nobody awaits: say what it gives, by return_value=mock.MagicMock().",
	},
	{
		ID: "LEFT8", Title: "an example in a docstring calls a coroutine function",
		From: ">>> fetch(1)\n'page 1'",
		Why: "doctest runs the example and compares what it shows, which is a coroutine now. offlet does not rewrite texts. Wait for it in the example: " +
			"`>>> bridge.call(fetch(1))` while Eventlet is there, `>>> asyncio.run(fetch(1))` after, or make a test of it.",
	},
	{
		ID: "LEFT9", Title: "what is built from the project leaves the runtime out",
		Why: "The rewritten code imports the runtime that offlet put beside it, and the manifest chooses what a wheel has in a way that offlet does not edit. " +
			"Write what the message says, build a wheel, and look whether _offlet is in it: unzip -l dist/*.whl.",
	},
	{
		ID: "LEFT10", Title: "the project says that it runs on an older Python",
		Why: "The runtime and the rewritten code need Python 3.10. On an older one the program would not start: raise the requirement, or stay on Eventlet there.",
	},
}
