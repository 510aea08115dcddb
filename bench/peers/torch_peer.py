"""Runs PyTorch's side of the benchmark: reads a request a line, answers with seconds.

A request is JSON: {"name", "kind", "arguments", "repetitions"}. Kinds are the functions in cases/ marked @case; one makes its tensors from
the arguments and returns what is timed. The tensors of the last case are kept until another one is asked for.
"""

import gc
import importlib
import json
import pkgutil
import sys
import time


def answer(**values):
    print(json.dumps(values), flush=True)


def main():
    try:
        import torch
    except ImportError:
        answer(error="Python has no PyTorch")
        return
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    import cases

    for module in pkgutil.iter_modules(cases.__path__):
        importlib.import_module("cases." + module.name)
    answer(torch=torch.__version__)
    name, run = None, None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["name"] != name:
                name, run = None, None
                gc.collect()
                run = cases.kinds[request["kind"]](**request["arguments"])
                name = request["name"]
            answer(seconds=seconds(run, request["repetitions"]))
        except Exception as error:  # whatever it is, the benchmark shows it and goes on
            answer(error=type(error).__name__ + ": " + str(error).split("\n")[0])


def seconds(run, repetitions):
    gc.disable()
    began = time.perf_counter()
    for _ in range(repetitions):
        run()
    elapsed = time.perf_counter() - began
    gc.enable()
    return elapsed


main()
