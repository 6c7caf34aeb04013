class Tasks(type):
    def __init__(cls, name, bases, namespace):
        super().__init__(name, bases, namespace)
        cls.tasks = list(getattr(cls, "tasks", []))
        for value in namespace.values():
            if getattr(value, "is_task", False):
                cls.tasks.append((value.__name__, value))


class Manager(metaclass=Tasks):
    @staticmethod
    def task(function):
        function.is_task = True
        return function

    def run_tasks(self):
        for name, task in self.tasks:
            task(self)
