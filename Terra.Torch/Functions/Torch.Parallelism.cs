using Terra.Runtime.Backends.Cpu;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How many threads may compute together.</summary>
    public static int get_num_threads() => WorkerPool.Shared.NumThreads;

    /// <summary>
    /// Sets how many threads may compute together, the program's own included; results do not depend on it. It holds for whatever has not begun. Program
    /// threads that compute at the same time all do, however many they are, but then nobody helps them.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public static void set_num_threads(int num) => WorkerPool.Shared.NumThreads = num;
}
